package dev.weir.admin;

import dev.weir.compiler.Deployment;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Authentication.Jwt;
import dev.weir.model.JwtRules.KeySet;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * {@code /tyk/cache}: what is kept of others, which is the key sets of issuers alone. For all
 * threads.
 */
final class CachePaths {
  private static final String KEY_SETS = "jwks";

  private final Deployment deployment;
  private final Consumer<Set<URI>> refetch;

  /**
   * @param refetch has the key sets at these addresses be fetched anew
   */
  CachePaths(Deployment deployment, Consumer<Set<URI>> refetch) {
    this.deployment = deployment;
    this.refetch = refetch;
  }

  ControlAnswer answer(ControlRequest request) {
    List<String> path = request.path();
    boolean ofKeySets = path.size() > 1 && path.get(1).equals(KEY_SETS);
    if (path.size() < 2 || path.size() > (ofKeySets ? 3 : 2)) {
      return ControlApi.notFound();
    }
    if (!request.method().equals("DELETE")) {
      return ControlApi.methodNotAllowed();
    }
    // Answers are not kept, so that nothing of them is out of date.
    return ofKeySets ? ofKeySets(path) : done();
  }

  private ControlAnswer ofKeySets(List<String> path) {
    if (path.size() == 2) {
      refetch.accept(keySets(deployment.now().definitions().values()));
      return done();
    }
    ApiDefinition api = deployment.now().definitions().get(path.get(2));
    if (api == null) {
      return ControlAnswer.error(404, "API not found");
    }
    refetch.accept(keySets(List.of(api)));
    return done();
  }

  private static Set<URI> keySets(Collection<ApiDefinition> apis) {
    return apis.stream()
        .flatMap(api -> api.authentication().methods().stream())
        .filter(Jwt.class::isInstance)
        .flatMap(method -> ((Jwt) method).rules().keySets().stream())
        .map(KeySet::address)
        .collect(Collectors.toSet());
  }

  private static ControlAnswer done() {
    return ControlAnswer.ok("{\"status\":\"ok\",\"message\":\"cache invalidated\"}");
  }
}
