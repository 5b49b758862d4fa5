package dev.weir.app;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
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
 * A start with TLS that serves nobody. The archive of loaded classes is made by a run of the demo,
 * which speaks no TLS; with this in the same run it holds what such a start loads, too.
 */
final class TlsRehearsal {
  private TlsRehearsal() {}

  /** Whether {@code bin/weir} makes the archive by this run. */
  static boolean isWanted() {
    return Boolean.getBoolean("weir.rehearse");
  }

  static void perform() throws IOException {
    Path certificate = Files.createTempFile("weir-rehearsal", ".pem");
    try {
      var authority = new DevelopmentAuthority("rehearsal", Instant.now(), Duration.ofHours(1));
      PemWriter.write(certificate, authority.issue(List.of("localhost")));
      Gateway.start(configuration(certificate), List.of()).close();
    } finally {
      Files.delete(certificate);
    }
  }

  private static GatewayConfig configuration(Path certificate) {
    Map<String, String> environment =
        Map.of(
            "TYK_GW_LISTENADDRESS", "127.0.0.1",
            "TYK_GW_LISTENPORT", "0",
            "TYK_GW_HTTPSERVEROPTIONS_USESSL", "true",
            "TYK_GW_HTTPSERVEROPTIONS_ENABLEHTTP2", "true",
            "TYK_GW_HTTPSERVEROPTIONS_SSLCERTIFICATES", certificate.toString());
    return Objects.requireNonNull(ConfigReader.read(environment).value());
  }
}
