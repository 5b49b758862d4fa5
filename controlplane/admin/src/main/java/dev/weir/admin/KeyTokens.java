package dev.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.GatewayConfig.KeyRules;
import dev.weir.model.JsonDocument;
import dev.weir.model.JsonWriter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Tokens in Tyk's two shapes: the organisation with an id behind it, or both and the name of a hash
 * function in JSON in base64. For all threads.
 */
final class KeyTokens {
  private static final int BYTES = 16;

  private final SecureRandom random = new SecureRandom();
  private final String function;

  /**
   * @param function {@code hash_key_function}; empty for the plain shape
   */
  KeyTokens(String function) {
    this.function = function;
  }

  /** One that nobody can guess: 128 random bits. */
  String next(String orgId) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return shaped(orgId, HexFormat.of().formatHex(bytes), function);
  }

  /**
   * The whole token for a name that somebody chose, which may be one already. As in Tyk, the
   * organisation alone is no name.
   */
  String of(String orgId, String name) {
    if (isDescribed(name)) {
      return name;
    }
    String id = id(orgId, name);
    return id.isEmpty() ? next(orgId) : shaped(orgId, id, function);
  }

  /** That of a key for a certificate, whose id it is: nobody shows it. */
  static String ofCertificate(String orgId, String certificate) {
    return shaped(orgId, id(orgId, certificate), "");
  }

  /** Every token that a name may stand for, the most likely one first. */
  List<String> all(String orgId, String name) {
    var all = new ArrayList<>(List.of(name));
    if (!isDescribed(name)) {
      all.add(shaped(orgId, id(orgId, name), ""));
      for (String known : KeyRules.HASH_FUNCTIONS) {
        all.add(shaped(orgId, id(orgId, name), known));
      }
    }
    return all;
  }

  /** Whether a name is a token that tells of another organisation. */
  static boolean isOfAnother(String orgId, String name) {
    return described(name).map(token -> !token.text("org").equals(orgId)).orElse(false);
  }

  /** As in Tyk, the organisation may stand before an id already. */
  private static String id(String orgId, String name) {
    return name.startsWith(orgId) ? name.substring(orgId.length()) : name;
  }

  private static String shaped(String orgId, String id, String function) {
    if (function.isEmpty()) {
      return orgId + id;
    }
    String json =
        "{\"org\":%s,\"id\":%s,\"h\":%s}"
            .formatted(
                JsonWriter.quoted(orgId), JsonWriter.quoted(id), JsonWriter.quoted(function));
    return Base64.getEncoder().encodeToString(json.getBytes(UTF_8));
  }

  private static boolean isDescribed(String name) {
    return described(name).isPresent();
  }

  private static Optional<JsonDocument> described(String name) {
    try {
      return JsonDocument.of(new String(Base64.getDecoder().decode(name), UTF_8))
          .filter(token -> !token.text("id").isEmpty());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
