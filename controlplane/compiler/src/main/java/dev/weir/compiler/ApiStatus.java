package dev.weir.compiler;

import dev.weir.model.ApiDefinition;
import dev.weir.model.Problem;

/** What became of an API definition. */
public sealed interface ApiStatus {

  ApiDefinition api();

  /** Its calls are forwarded. */
  record Serving(ApiDefinition api, int port) implements ApiStatus {}

  /** It has its place, but every call ends with UNAVAILABLE and this reason. */
  record Closed(ApiDefinition api, int port, String reason) implements ApiStatus {}

  /** It has no place: its port or its path cannot be had. */
  record Refused(ApiDefinition api, Problem problem) implements ApiStatus {}
}
