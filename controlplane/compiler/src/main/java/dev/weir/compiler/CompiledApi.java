package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.engine.RouteAction;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Authentication;
import dev.weir.model.Target;
import java.util.Map;

/**
 * What an API that has a place was compiled to.
 *
 * @param owner the API in the words of its user
 * @param action what its calls are handed to
 * @param groups those that it forwards to, by what they are found by the next time
 */
record CompiledApi(
    ApiStatus status, String owner, RouteAction action, Map<String, EndpointGroup> groups) {

  CompiledApi {
    groups = Map.copyOf(groups);
  }

  ApiDefinition api() {
    return status.api();
  }

  /** Whether it is what a definition comes to still, whatever has changed besides. */
  @SuppressWarnings("ReferenceEquality") // the same is quick to tell, and unchanged files are it
  boolean isOf(ApiDefinition definition) {
    return api() == definition;
  }

  /**
   * Whether nothing was asked for that changes without the definition: certificates, keys of
   * issuers, what is counted, or groups that are known by rewrites alone.
   */
  boolean lasts() {
    return !(status instanceof ApiStatus.Closed)
        && api().versions().isEmpty()
        && api().rates().isEmpty()
        && api().rewrites().isEmpty()
        && api().binding().certificates().isEmpty()
        && api().binding().clients().isEmpty()
        && sendsInClearText()
        && asksTheStoreAlone();
  }

  // Loops, since they are run for each of thousands at each reload.

  private boolean sendsInClearText() {
    for (Target target : api().proxy().targets()) {
      if (target.scheme() == Target.Scheme.HTTPS) {
        return false;
      }
    }
    return true;
  }

  private boolean asksTheStoreAlone() {
    for (Authentication.Method method : api().authentication().methods()) {
      switch (method) {
        case Authentication.Token _, Authentication.Basic _ -> {}
        case Authentication.Certificate _, Authentication.Jwt _ -> {
          return false;
        }
      }
    }
    return true;
  }
}
