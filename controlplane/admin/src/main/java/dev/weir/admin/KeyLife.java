package dev.weir.admin;

import dev.weir.model.JsonDocument;
import dev.weir.model.KeyDefinition;
import dev.weir.model.PolicyDefinition;
import java.util.Map;

/**
 * What the policies of a key say of its end. As in Tyk, of several that say something the last one
 * counts, be it longer or not.
 *
 * @param seconds that a new key has, {@code key_expires_in}; 0 for no end
 * @param action {@code post_expiry_action} in the place of the key's; empty for that
 * @param grace {@code post_expiry_grace_period} in the place of the key's; 0 for that
 */
record KeyLife(long seconds, String action, long grace) {
  private static final String ACTION = "post_expiry_action";
  private static final String GRACE = "post_expiry_grace_period";

  static KeyLife of(KeyDefinition key, Map<String, PolicyDefinition> known) {
    KeyLife life = new KeyLife(0, "", 0);
    for (String id : key.policies()) {
      PolicyDefinition policy = known.get(id);
      life = policy == null ? life : life.unless(policy);
    }
    return life;
  }

  private KeyLife unless(PolicyDefinition policy) {
    String theirs = policy.settings().text(ACTION);
    long stay = policy.postExpiry().grace();
    return new KeyLife(
        policy.keyExpiresIn() > 0 ? policy.keyExpiresIn() : seconds,
        theirs.isEmpty() ? action : theirs,
        stay == 0 ? grace : stay);
  }

  /** Whether a key's document says what becomes of it once it has expired. */
  static boolean saysWhatComesAfter(JsonDocument key) {
    return key.text(ACTION).equals("delete") || key.number(GRACE) != 0;
  }

  /** A key's document with what becomes of it once it has expired. */
  JsonDocument inheritedBy(JsonDocument document) {
    JsonDocument acting = action.isEmpty() ? document : document.with(ACTION, action);
    return grace == 0 ? acting : acting.with(GRACE, grace);
  }
}
