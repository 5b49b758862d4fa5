package dev.weir.app;

import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFile;
import dev.weir.model.ApiReader;
import dev.weir.model.ConfigReader;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import dev.weir.model.Reading;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The demo's configuration: what a user would write into files, with the ports put in. The greeter
 * has the whole port, the route guide a path of it.
 *
 * @param apis the greeter's and the route guide's
 */
record DemoDocuments(GatewayConfig config, List<ApiDefinition> apis) {
  /** Reads them as if they were files. */
  static DemoDocuments of(String address, int port, int greeterPort, int routeGuidePort) {
    Map<String, String> environment =
        Map.of("TYK_GW_LISTENADDRESS", address, "TYK_GW_LISTENPORT", Integer.toString(port));
    Reading<GatewayConfig> reading = ConfigReader.read(environment);
    GatewayConfig config = whole(reading.value(), reading.problems());
    ApiReader apis = new ApiReader(config, environment);
    return new DemoDocuments(
        config,
        List.of(
            api(apis, "greeter", "/", greeterPort),
            api(apis, "route-guide", "/routeguide.RouteGuide", routeGuidePort)));
  }

  private static ApiDefinition api(ApiReader reader, String name, String listenPath, int port) {
    String json =
        """
        {
          "name": "%1$s",
          "api_id": "%1$s",
          "org_id": "default",
          "active": true,
          "protocol": "h2c",
          "use_keyless": true,
          "version_data": {"not_versioned": true, "versions": {"Default": {"name": "Default"}}},
          "proxy": {
            "listen_path": "%2$s",
            "strip_listen_path": false,
            "target_url": "h2c://localhost:%3$d"
          }
        }
        """
            .formatted(name, listenPath, port);
    ApiFile file = reader.read(Path.of(name + ".json"), json);
    return whole(file.definition(), file.problems());
  }

  private static <T> T whole(@Nullable T value, List<Problem> problems) {
    if (value == null) {
      throw new IllegalStateException("the demo's own documents are wrong: " + problems);
    }
    return value;
  }
}
