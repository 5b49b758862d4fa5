package dev.weir.compiler;

import dev.weir.engine.Access;
import dev.weir.engine.AskedCredential;
import dev.weir.engine.AskedCredential.Kind;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Authentication;
import dev.weir.model.Authentication.Basic;
import dev.weir.model.Authentication.Method;
import dev.weir.model.Authentication.Token;
import java.util.Comparator;
import java.util.List;

/** Turns how callers of an API say who they are into what is asked of their calls. */
final class AccessCompiler {
  private AccessCompiler() {}

  /** Of an API that asks for something. */
  static Access compile(ApiDefinition api, int listenBytes) {
    Authentication authentication = api.authentication();
    List<AskedCredential> asked =
        authentication.methods().stream().map(method -> asked(api, method)).toList();
    return Access.by(
        inOrder(asked),
        asked.get(authentication.base()),
        api.apiId(),
        listenBytes,
        authentication.strips(),
        !api.settings().flag("disable_rate_limit"),
        !api.settings().flag("disable_quota"));
  }

  /** Passwords last: whoever shows a wrong token has none compared. */
  private static List<AskedCredential> inOrder(List<AskedCredential> asked) {
    return asked.stream().sorted(Comparator.comparing(AskedCredential::isProvenElsewhere)).toList();
  }

  private static AskedCredential asked(ApiDefinition api, Method method) {
    return switch (method) {
      case Token(String header) -> new AskedCredential(Kind.TOKEN, api.orgId(), header);
      case Basic(String header) -> new AskedCredential(Kind.PASSWORD, api.orgId(), header);
    };
  }
}
