package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.engine.Snapshot;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Fingerprint;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a gateway serves. Immutable.
 *
 * @param definitions those that have a place, by their id
 * @param policies the fingerprint of those that count
 * @param since when it began to be
 */
public record Serving(
    Compilation compiled, Map<String, ApiDefinition> definitions, String policies, Instant since) {

  /** Nothing yet. */
  static final Serving NOTHING =
      new Serving(
          new Compilation(
              Snapshot.EMPTY,
              Set.of(),
              Map.of(),
              Carried.NOTHING,
              () -> {},
              List.of(),
              Map.of(),
              List.of(),
              List.of()),
          Map.of(),
          "",
          Instant.EPOCH);

  public Serving {
    definitions = Map.copyOf(definitions);
  }

  static Serving of(Compilation compiled, String policies) {
    return new Serving(
        compiled,
        inOrder(compiled).collect(Collectors.toMap(ApiDefinition::apiId, api -> api)),
        policies,
        Instant.now().truncatedTo(ChronoUnit.MILLIS));
  }

  private static Stream<ApiDefinition> inOrder(Compilation compiled) {
    return compiled.apis().stream()
        .filter(status -> !(status instanceof ApiStatus.Refused))
        .map(ApiStatus::api);
  }

  /** The definitions in the order in which they have got their places. */
  List<ApiDefinition> inOrder() {
    return inOrder(compiled).toList();
  }

  public long generation() {
    return compiled.snapshot().generation();
  }

  public List<ApiStatus> apis() {
    return compiled.apis();
  }

  public Collection<EndpointGroup> groups() {
    return compiled.carried().groups().values();
  }

  /** The same for two gateways that serve the same definitions and policies. */
  public String hash() {
    Stream<String> sorted =
        definitions.values().stream().map(api -> api.settings().fingerprint()).sorted();
    return Fingerprint.of(Stream.concat(sorted, Stream.of(policies)));
  }
}
