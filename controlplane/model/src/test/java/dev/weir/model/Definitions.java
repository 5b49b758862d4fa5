package dev.weir.model;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Map;

/** API definitions that are written in a test, with single quotes. */
final class Definitions {
  private Definitions() {}

  /** The definition {@code a.json} with these fields besides those that every one has. */
  static ApiFile read(String fields) {
    String text =
        "{%s, 'api_id': 'a', 'proxy': {'listen_path': '/', 'target_url': 'h2c://b:1'}}"
            .formatted(fields);
    GatewayConfig config = requireNonNull(ConfigReader.read(Map.of()).value());
    return new ApiReader(config, Map.of()).read(Path.of("a.json"), text.replace('\'', '"'));
  }

  /** The same with these fields in its only version. */
  static ApiFile readVersion(String fields) {
    return read(
        "'use_keyless': true, 'version_data': {'not_versioned': true, 'versions': {'Default': {"
            + fields
            + "}}}");
  }
}
