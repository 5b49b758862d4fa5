package dev.weir.compiler;

import dev.weir.engine.Access;
import dev.weir.engine.AskedCredential;
import dev.weir.engine.AskedCredential.Kind;
import dev.weir.filter.ListenPath;
import dev.weir.filter.SignedTokens;
import dev.weir.jwt.BadKey;
import dev.weir.listener.ClientTrust;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Authentication;
import dev.weir.model.Authentication.Basic;
import dev.weir.model.Authentication.Certificate;
import dev.weir.model.Authentication.Jwt;
import dev.weir.model.Authentication.Method;
import dev.weir.model.Authentication.Places;
import dev.weir.model.Authentication.Token;
import dev.weir.model.JwtRules;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns how callers of an API say who they are into what is asked of their calls. */
final class AccessCompiler {
  private final Inputs inputs;

  AccessCompiler(Inputs inputs) {
    this.inputs = inputs;
  }

  /**
   * Of an API that asks for something.
   *
   * @param holders see {@link PortClients.Clients#holders}
   */
  Access compile(ApiDefinition api, ListenPath by, @Nullable ClientTrust holders) throws Unusable {
    Authentication authentication = api.authentication();
    List<AskedCredential> asked = new ArrayList<>();
    for (Method method : authentication.methods()) {
      asked.add(asked(api, method));
    }
    Access access =
        Access.by(
            inOrder(asked),
            asked.get(authentication.base()),
            api.apiId(),
            by,
            authentication.strips(),
            !api.settings().flag("disable_rate_limit"),
            !api.settings().flag("disable_quota"));
    return holders == null ? access : access.of(holders);
  }

  /** Passwords last: whoever shows a wrong token has none compared. */
  private static List<AskedCredential> inOrder(List<AskedCredential> asked) {
    return asked.stream().sorted(Comparator.comparingInt(AskedCredential::cost)).toList();
  }

  private AskedCredential asked(ApiDefinition api, Method method) throws Unusable {
    return switch (method) {
      case Certificate(String _) -> new AskedCredential(Kind.CERTIFICATE, api.orgId(), "");
      case Token(Places places) -> asked(api, Kind.TOKEN, places);
      case Basic(Places places) -> asked(api, Kind.PASSWORD, places);
      case Jwt(Places places, JwtRules rules) ->
          AskedCredential.signed(
              places.header(), places.parameter(), places.cookie(), tokens(api, rules));
    };
  }

  private static AskedCredential asked(ApiDefinition api, Kind kind, Places places) {
    return new AskedCredential(
        kind, api.orgId(), places.header(), places.parameter(), places.cookie());
  }

  private SignedTokens tokens(ApiDefinition api, JwtRules rules) throws Unusable {
    try {
      return inputs.tokens(rules);
    } catch (BadKey e) {
      throw new Unusable(
          api.settings()
              .error(
                  "jwt_source",
                  String.valueOf(e.getMessage()),
                  "write the base64 of the PEM file with the public key, or of the secret"));
    }
  }
}
