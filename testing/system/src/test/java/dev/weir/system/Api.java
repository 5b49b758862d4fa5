package dev.weir.system;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * An API definition in the making: a plain keyless h2c API until told otherwise.
 *
 * @param id both {@code api_id} and {@code name}
 * @param port {@code listen_port}; 0 is the main port
 * @param listenPath {@code proxy.listen_path}
 * @param targets one for {@code target_url}, more for {@code target_list}
 * @param more further fields by their path, such as {@code proxy.preserve_host_header}; they win
 *     over the ones above
 */
record Api(String id, int port, String listenPath, List<String> targets, Map<String, Object> more) {

  /** Listens on the main port for every path. */
  static Api of(String id, String... targets) {
    return new Api(id, 0, "/", List.of(targets), Map.of());
  }

  Api on(int newPort) {
    return new Api(id, newPort, listenPath, targets, more);
  }

  Api at(String newListenPath) {
    return new Api(id, port, newListenPath, targets, more);
  }

  Api with(String path, Object value) {
    var longer = new LinkedHashMap<>(more);
    longer.put(path, value);
    return new Api(id, port, listenPath, targets, longer);
  }

  /** The definition as nested maps, ready to be written as JSON. */
  Map<String, Object> definition() {
    var definition = new LinkedHashMap<String, Object>();
    definition.put("name", id);
    definition.put("api_id", id);
    definition.put("org_id", "default");
    definition.put("active", true);
    definition.put("use_keyless", true);
    definition.put("protocol", port == 0 ? "" : "h2c");
    definition.put("listen_port", port);
    definition.put("proxy", proxy());
    more.forEach((path, value) -> put(definition, path, value));
    return definition;
  }

  private Map<String, Object> proxy() {
    var proxy = new LinkedHashMap<String, Object>();
    proxy.put("listen_path", listenPath);
    proxy.put("strip_listen_path", false);
    proxy.put("target_url", targets.getFirst());
    if (targets.size() > 1) {
      proxy.put("enable_load_balancing", true);
      proxy.put("target_list", targets);
    }
    return proxy;
  }

  /** Sets the field at a path of names joined by dots. */
  private static void put(Map<String, Object> into, String path, Object value) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      into.put(path, value);
      return;
    }
    @SuppressWarnings("unchecked") // Every inner value of a definition is made here, as a map.
    var inner =
        (Map<String, Object>)
            into.computeIfAbsent(path.substring(0, dot), name -> new LinkedHashMap<>());
    put(inner, path.substring(dot + 1), value);
  }
}
