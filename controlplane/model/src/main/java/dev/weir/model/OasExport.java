package dev.weir.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * An OAS document that is made of an API definition in the classic format, and what it cannot say.
 * It is read again to find that out, so that nothing that this build does is lost in silence. What
 * it does nothing by is left out.
 *
 * @param document on one line, no reference in it followed
 * @param lost the parts in which it would be another API; empty where it is the same
 */
public record OasExport(String document, List<String> lost) {
  private static final Map<String, Function<ApiDefinition, Object>> PARTS = new LinkedHashMap<>();

  static {
    PARTS.put("api_id", ApiDefinition::apiId);
    PARTS.put("name", ApiDefinition::name);
    PARTS.put("org_id", ApiDefinition::orgId);
    PARTS.put("active", ApiDefinition::active);
    PARTS.put("where it listens", ApiDefinition::binding);
    PARTS.put("proxy", ApiDefinition::proxy);
    PARTS.put("authentication", ApiDefinition::authentication);
    PARTS.put("addresses", ApiDefinition::addresses);
    PARTS.put("lists of paths", ApiDefinition::paths);
    PARTS.put("changes of fields", ApiDefinition::changes);
    PARTS.put("rates", ApiDefinition::rates);
    PARTS.put("timeouts", ApiDefinition::timeouts);
    PARTS.put("sizes", ApiDefinition::sizes);
    PARTS.put("methods", ApiDefinition::methods);
    PARTS.put("mock responses", ApiDefinition::mocks);
    PARTS.put("rewrites", ApiDefinition::rewrites);
    PARTS.put("grpc", ApiDefinition::limits);
    PARTS.put("expiration", ApiDefinition::expires);
    PARTS.put("versions", ApiDefinition::versions);
    PARTS.put("versions that are APIs", ApiDefinition::children);
    PARTS.put("internal", ApiDefinition::isInternal);
    PARTS.put("what this build cannot enforce", ApiDefinition::unenforceable);
    PARTS.put("what this build does not support", ApiDefinition::unsupported);
    PARTS.put("loose_path_matching", api -> api.settings().flag("weir.loose_path_matching"));
    PARTS.put("disable_rate_limit", api -> api.settings().flag("disable_rate_limit"));
    PARTS.put("disable_quota", api -> api.settings().flag("disable_quota"));
  }

  public OasExport {
    lost = List.copyOf(lost);
  }

  /** Makes a document of a definition. */
  public static OasExport of(ApiDefinition api, ApiReader reader) {
    Settings written = new Settings(api.settings().written(), ApiKeys.ROOT, null);
    String document = JsonWriter.text(OasWriter.write(written));
    Path file = api.settings().file();
    ApiFile read =
        reader.readOas(
            file == null ? Path.of("export") : file.resolveSibling("export" + ApiReader.OAS_SUFFIX),
            document);
    List<String> lost = new ArrayList<>();
    read.problems().stream().filter(Problem::isError).map(Problem::path).forEach(lost::add);
    ApiDefinition again = read.definition();
    if (again != null) {
      lost.addAll(differing(api, again));
    }
    return new OasExport(document, lost);
  }

  /** The parts of which two definitions say something else. */
  static List<String> differing(ApiDefinition one, ApiDefinition other) {
    return PARTS.entrySet().stream()
        .filter(
            part -> !said(part.getValue().apply(one)).equals(said(part.getValue().apply(other))))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** What a part says, wherever it was written. */
  private static String said(Object part) {
    return part.toString()
        .replaceAll("Origin\\[[^]]*]", "")
        .replaceAll("place=[^,\\]]*(\\[[0-9]+][^,\\]]*)?", "");
  }
}
