package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.engine.RouteAction;
import dev.weir.model.ApiDefinition;
import java.util.List;
import java.util.Map;

/**
 * What an API that has a place was compiled to, and what from.
 *
 * @param owner the API in the words of its user
 * @param action what its calls are handed to
 * @param groups those that it forwards to, by what they are found by the next time
 * @param callers who may call it
 * @param asked what it was compiled from besides
 */
record CompiledApi(
    ApiStatus status,
    String owner,
    RouteAction action,
    Map<String, EndpointGroup> groups,
    PortClients.Clients callers,
    List<Inputs.Asked> asked) {

  CompiledApi {
    groups = Map.copyOf(groups);
    asked = List.copyOf(asked);
  }

  ApiDefinition api() {
    return status.api();
  }

  /** Whether a definition comes to it still. */
  @SuppressWarnings("ReferenceEquality") // the same is quick to tell, and unchanged files are it
  boolean isOf(ApiDefinition definition, PortClients.Clients clients, Inputs inputs) {
    return api() == definition && callers.areSame(clients) && inputs.areSame(asked);
  }
}
