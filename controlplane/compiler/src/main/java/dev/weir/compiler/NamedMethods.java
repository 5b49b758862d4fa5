package dev.weir.compiler;

import static java.util.stream.Collectors.toUnmodifiableSet;

import dev.weir.filter.MethodRules;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiRates.Endpoint;
import dev.weir.model.HardTimeouts.PathTimeout;
import dev.weir.model.HeadChanges.PathChange;
import dev.weir.model.HeaderValue;
import dev.weir.model.MockResponses.Mock;
import dev.weir.model.PathLists.Entry;
import dev.weir.model.SizeLimits.PathSize;
import dev.weir.model.UrlRewrites.Destination;
import dev.weir.model.UrlRewrites.Rewrite;
import dev.weir.model.UrlRewrites.Trigger;
import dev.weir.model.UrlRewrites.Value;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The methods that a definition has by their names, in whatever it says of some of them. */
final class NamedMethods {
  private NamedMethods() {}

  /** Their paths, as they are written. */
  static Set<String> of(ApiDefinition api) {
    return Stream.of(
            api.limits().methods().keySet().stream(),
            api.rates().endpoints().stream().map(Endpoint::path),
            ofPaths(api),
            ofRewrites(api))
        .flatMap(paths -> paths)
        .filter(NamedMethods::isOfMethod)
        .collect(toUnmodifiableSet());
  }

  private static Stream<String> ofPaths(ApiDefinition api) {
    return Stream.of(
            api.paths().allowed().stream().flatMap(List::stream),
            api.paths().ignored().stream(),
            api.changes().request().paths().stream().map(PathChange::paths),
            api.changes().response().paths().stream().map(PathChange::paths),
            api.timeouts().paths().stream().map(PathTimeout::paths),
            api.sizes().paths().stream().map(PathSize::paths),
            api.mocks().entries().stream().map(Mock::paths),
            api.methods().toPost().stream())
        .flatMap(entries -> entries)
        .map(Entry::path);
  }

  private static Stream<String> ofRewrites(ApiDefinition api) {
    return api.rewrites().entries().stream()
        .flatMap(NamedMethods::destinations)
        .map(Destination::pieces)
        .filter(pieces -> pieces.size() == 1)
        .flatMap(Collection::stream)
        .flatMap(piece ->
            piece instanceof Value(HeaderValue.Text(String text))
                ? Stream.of(text)
                : Stream.empty());
  }

  private static Stream<Destination> destinations(Rewrite rewrite) {
    return Stream.concat(Stream.of(rewrite.to()), rewrite.triggers().stream().map(Trigger::to));
  }

  /** A pattern, and what ends with a star, is for any number of them. */
  private static boolean isOfMethod(String path) {
    return MethodRules.isPlain(path) && !path.endsWith("*") && path.indexOf('/', 1) > 0;
  }
}
