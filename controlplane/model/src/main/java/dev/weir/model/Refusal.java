package dev.weir.model;

import java.util.List;
import java.util.Optional;

/** The message for callers of an API, or with a key, that this build must not serve. */
final class Refusal {

  private Refusal() {}

  static Optional<String> of(ApiDefinition api) {
    Optional<String> unenforceable = of("API " + api.apiId(), api.unenforceable());
    if (unenforceable.isPresent()) {
      return unenforceable;
    }
    if (!api.unsupported().isEmpty()) {
      return Optional.of(
          "API " + api.apiId() + " cannot be served: " + String.join("; ", api.unsupported()));
    }
    return Optional.empty();
  }

  /** The message for what asks for features that cannot be enforced; empty when it does not. */
  static Optional<String> of(String what, List<String> unenforceable) {
    return unenforceable.isEmpty()
        ? Optional.empty()
        : Optional.of(
            what
                + " asks for "
                + String.join(", ", unenforceable)
                + ", which this build of Weir cannot enforce");
  }
}
