package dev.weir.model;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code paths} of an OAS document: which path and method each {@code operationId} stands for. */
final class OasPaths {
  static final List<String> METHODS =
      List.of("get", "put", "post", "delete", "options", "head", "patch", "trace");

  /**
   * @param method of HTTP, in capitals
   */
  record Operation(String path, String method) {}

  private final Map<String, Operation> byId = new HashMap<>();

  /**
   * @param security of the whole document, which those of operations have to be
   */
  OasPaths(OasObject paths, Optional<Json> security) {
    for (String path : paths.names()) {
      if (path.startsWith("x-")) {
        continue;
      }
      OasObject item = paths.object(path);
      if (item.has("$ref")) {
        item.error("$ref", "is not followed by this build", "write what it stands for");
      }
      for (String method : METHODS) {
        if (item.has(method)) {
          operation(path, method, item.object(method), security);
        }
      }
    }
  }

  private void operation(String path, String method, OasObject operation, Optional<Json> security) {
    Json own = operation.get("security");
    if (own != null && !JsonWriter.text(own).equals(security.map(JsonWriter::text).orElse("[]"))) {
      operation.error(
          "security",
          "is not that of the document, and of operations none is available in this build",
          "leave it out, or use ignoreAuthentication");
    }
    String id = operation.text("operationId");
    if (!path.startsWith("/")) {
      operation.error("operationId", "is that of a path that does not begin with /", null);
    }
    if (!id.isEmpty()
        && byId.put(id, new Operation(path, method.toUpperCase(Locale.ROOT))) != null) {
      operation.error("operationId", "\"" + id + "\" is there twice", "give it its own");
    }
  }

  Optional<Operation> find(String operationId) {
    return Optional.ofNullable(byId.get(operationId));
  }
}
