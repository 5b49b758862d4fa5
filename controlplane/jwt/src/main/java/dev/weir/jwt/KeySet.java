package dev.weir.jwt;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.text.ParseException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The public keys that an issuer publishes (RFC 7517, 5), by their method and the name that tokens
 * call them by. Those without a name, secrets, and those that are for something else are left out:
 * none of them can be meant. Immutable.
 */
final class KeySet {
  static final KeySet EMPTY = new KeySet(Map.of());

  private record Name(SigningMethod method, String keyId) {}

  private final Map<Name, VerificationKey> keys;

  private KeySet(Map<Name, VerificationKey> keys) {
    this.keys = Map.copyOf(keys);
  }

  /**
   * Reads one.
   *
   * @param before its keys stay the same objects where they are the same keys
   */
  static KeySet of(String document, KeySet before) throws BadKey {
    Map<Name, VerificationKey> keys = new HashMap<>();
    try {
      Map<String, Object>[] items =
          JSONObjectUtils.getJSONObjectArray(JSONObjectUtils.parse(document), "keys");
      if (items == null) {
        throw new BadKey("has no list of keys");
      }
      for (Map<String, Object> item : items) {
        add(item, before, keys);
      }
    } catch (ParseException e) {
      throw new BadKey("is no key set");
    }
    return new KeySet(keys);
  }

  private static void add(
      Map<String, Object> item, KeySet before, Map<Name, VerificationKey> keys) {
    try {
      JWK jwk = JWK.parse(item);
      String keyId = jwk.getKeyID();
      if (keyId == null || !isForSignatures(jwk)) {
        return;
      }
      String algorithm = jwk.getAlgorithm() == null ? null : jwk.getAlgorithm().getName();
      VerificationKey key = VerificationKey.of(PublicKeys.of(jwk), algorithm);
      if (jwk.getAlgorithm() != null && !key.method().has(jwk.getAlgorithm())) {
        return;
      }
      Name name = new Name(key.method(), keyId);
      VerificationKey known = before.keys.get(name);
      keys.put(name, known != null && known.isSame(key) ? known : key);
    } catch (ParseException | BadKey e) {
      // One that nobody here can use does not make the others worse.
    }
  }

  private static boolean isForSignatures(JWK key) {
    boolean used = key.getKeyUse() == null || key.getKeyUse().equals(KeyUse.SIGNATURE);
    return used
        && (key.getKeyOperations() == null || key.getKeyOperations().contains(KeyOperation.VERIFY));
  }

  @Nullable VerificationKey find(SigningMethod method, String keyId) {
    return keys.get(new Name(method, keyId));
  }

  int size() {
    return keys.size();
  }

  /** Has those that are not in another one count no more. Returns whether there were any. */
  boolean giveWayTo(KeySet next) {
    boolean any = false;
    for (VerificationKey key : keys.values()) {
      if (!next.keys.containsValue(key)) {
        key.isGone();
        any = true;
      }
    }
    return any;
  }
}
