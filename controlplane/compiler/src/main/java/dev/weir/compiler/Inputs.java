package dev.weir.compiler;

import dev.weir.balance.Transport;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.filter.SignedTokens;
import dev.weir.jwt.BadKey;
import dev.weir.model.ApiDefinition;
import dev.weir.model.JwtRules;
import dev.weir.model.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that an API is compiled from besides its definition and who may call it. Notes what was asked
 * for, so that the next compilation can find out whether it would come to the same: it asks again,
 * which has whatever goes on over a reload go on, too. For one use.
 */
final class Inputs {
  private final TargetTransports transports;
  private final SharedRates rates;
  private TokenIssuers.@Nullable Use issuers;
  private List<Asked> asked = new ArrayList<>();

  /** What was asked for, and what it came to. */
  sealed interface Asked {
    record Sent(ApiDefinition api, Target target, Transport by) implements Asked {}

    record Counted(RateRule rule, RateLimit by) implements Asked {}

    record Signed(JwtRules rules, SignedTokens by) implements Asked {}
  }

  Inputs(TargetTransports transports, SharedRates rates) {
    this.transports = transports;
    this.rates = rates;
  }

  /** Has tokens be believed that others have signed; without this, none ever is. */
  void issuers(TokenIssuers.Use use) {
    issuers = use;
  }

  /** Begins with another API. */
  void begin() {
    asked = new ArrayList<>();
  }

  /** What was asked for since {@link #begin}. */
  List<Asked> asked() {
    return asked;
  }

  /** See {@link TargetTransports#of}. */
  Transport transport(ApiDefinition api, Target target) throws Unusable {
    Transport found = transports.of(api, target);
    if (found.isSecure()) {
      asked.add(new Asked.Sent(api, target, found));
    }
    return found;
  }

  /** See {@link SharedRates#of}. */
  RateLimit rate(RateRule rule) {
    RateLimit found = rates.of(rule);
    asked.add(new Asked.Counted(rule, found));
    return found;
  }

  /**
   * See {@link TokenIssuers.Use#of}.
   *
   * @throws BadKey when the key is none
   */
  SignedTokens tokens(JwtRules rules) throws BadKey {
    if (issuers == null) {
      if (rules.key().isSet()) {
        TokenIssuers.key(rules);
      }
      return SignedTokens.NOBODY;
    }
    SignedTokens found = issuers.of(rules);
    asked.add(new Asked.Signed(rules, found));
    return found;
  }

  /** Whether all of it comes to the same objects still. */
  boolean areSame(List<Asked> before) {
    for (Asked one : before) {
      if (!isSame(one)) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("ReferenceEquality") // what goes on is the same object, what does not is new
  private boolean isSame(Asked before) {
    try {
      return switch (before) {
        case Asked.Sent(ApiDefinition api, Target target, Transport by) ->
            transports.of(api, target) == by;
        case Asked.Counted(RateRule rule, RateLimit by) -> rates.of(rule) == by;
        case Asked.Signed(JwtRules rules, SignedTokens by) ->
            issuers != null && issuers.of(rules) == by;
      };
    } catch (Unusable | BadKey e) {
      return false; // which compiling it again will tell
    }
  }
}
