package dev.weir.app;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.model.ApiReader;
import dev.weir.model.ConfigReader;
import dev.weir.model.GatewayConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A start with TLS and the control API that serves nobody. The archive of loaded classes is made by
 * a run of the demo, which has neither; with this in the same run it holds what such a start loads,
 * too.
 */
final class StartRehearsal {
  private StartRehearsal() {}

  /** Whether {@code bin/weir} makes the archive by this run. */
  static boolean isWanted() {
    return Boolean.getBoolean("weir.rehearse");
  }

  static void perform() throws IOException {
    Path folder = Files.createTempDirectory("weir-rehearsal");
    Path certificate = folder.resolve("certificate.pem");
    try {
      var authority = new DevelopmentAuthority("rehearsal", Instant.now(), Duration.ofHours(1));
      PemWriter.write(certificate, authority.issue(List.of("localhost")));
      GatewayConfig config = configuration(folder, certificate);
      Gateway.start(config, new ApiReader(config, Map.of())).close();
    } finally {
      Files.delete(certificate);
      Files.delete(folder);
    }
  }

  private static GatewayConfig configuration(Path folder, Path certificate) {
    Map<String, String> environment =
        Map.of(
            "TYK_GW_SECRET", "of the rehearsal",
            "TYK_GW_APPPATH", folder.toString(),
            "WEIR_DATA_DIR", folder.toString(),
            "TYK_GW_LISTENADDRESS", "127.0.0.1",
            "TYK_GW_LISTENPORT", "0",
            "TYK_GW_HTTPSERVEROPTIONS_USESSL", "true",
            "TYK_GW_HTTPSERVEROPTIONS_ENABLEHTTP2", "true",
            "TYK_GW_HTTPSERVEROPTIONS_SSLCERTIFICATES", certificate.toString());
    return Objects.requireNonNull(ConfigReader.read(environment).value());
  }
}
