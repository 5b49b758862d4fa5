package dev.weir.admin;

import dev.weir.model.ApiDefinition;
import dev.weir.model.GatewayConfig.SessionLifetime;
import dev.weir.model.JsonDocument;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How long keys last that have no end of their own: for as long as Tyk would keep them in its
 * store.
 *
 * @param rule for all keys
 * @param apis that are served, by their ids
 */
record SessionLifetimes(SessionLifetime rule, Supplier<Map<String, ApiDefinition>> apis) {
  private static final String LIFETIME = "session_lifetime";

  /**
   * The longest that an API gives a key; 0 for ever.
   *
   * @param key its document, as it will be written
   * @param granted ids of the APIs that it may call
   */
  long seconds(JsonDocument key, Set<String> granted) {
    if (rule.forced()) {
      return Math.max(0, rule.seconds());
    }
    if (rule.respectsExpiry() || KeyLife.saysWhatComesAfter(key)) {
      return 0;
    }
    Map<String, ApiDefinition> served = apis.get();
    return granted.stream()
        .map(served::get)
        .filter(Objects::nonNull)
        .filter(api -> !api.settings().flag("session_lifetime_respects_key_expiration"))
        .mapToLong(api -> seconds(key, api))
        .max()
        .orElse(0);
  }

  private static long seconds(JsonDocument key, ApiDefinition api) {
    long own = key.number(LIFETIME);
    return Math.max(0, own > 0 ? own : api.settings().number(LIFETIME));
  }
}
