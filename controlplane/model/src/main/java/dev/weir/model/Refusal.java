package dev.weir.model;

import java.util.Optional;

/** The message for callers of an API that this build must not serve. */
final class Refusal {

  private Refusal() {}

  static Optional<String> of(ApiDefinition api) {
    if (!api.unenforceable().isEmpty()) {
      return Optional.of(
          "API "
              + api.apiId()
              + " asks for "
              + String.join(", ", api.unenforceable())
              + ", which this build of Weir cannot enforce");
    }
    if (!api.unsupported().isEmpty()) {
      return Optional.of(
          "API " + api.apiId() + " cannot be served: " + String.join("; ", api.unsupported()));
    }
    return Optional.empty();
  }
}
