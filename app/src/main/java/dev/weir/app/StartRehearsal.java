package dev.weir.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.model.ApiReader;
import dev.weir.model.ConfigReader;
import dev.weir.model.GatewayConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A start with TLS, and one with calls to the control API, that serve nobody else. The archive of
 * loaded classes is made by a run of the demo, which has neither; with these in the same run it
 * holds what such a start loads, too, and what the first call to the control API does.
 */
final class StartRehearsal {
  private static final String SECRET = "of the rehearsal";
  private static final List<String> ASKED =
      List.of("/hello", "/ready", "/tyk/apis", "/tyk/keys/none", "/tyk/reload?block=true");

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
      start(configuration(folder, tls(certificate))).close();
      try (Gateway gateway = start(configuration(folder, Map.of()))) {
        for (String target : ASKED) {
          ask(gateway.port(), target);
        }
      }
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(one);
      }
    }
  }

  private static Gateway start(GatewayConfig config) throws IOException {
    return Gateway.start(config, new ApiReader(config, Map.of()));
  }

  private static void ask(int port, String target) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      String request =
          "GET %s HTTP/1.1\r\nhost: localhost\r\nx-tyk-authorization: %s\r\nconnection: close\r\n\r\n"
              .formatted(target, SECRET);
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      socket.getInputStream().readAllBytes();
    }
  }

  private static Map<String, String> tls(Path certificate) {
    return Map.of(
        "TYK_GW_HTTPSERVEROPTIONS_USESSL", "true",
        "TYK_GW_HTTPSERVEROPTIONS_ENABLEHTTP2", "true",
        "TYK_GW_HTTPSERVEROPTIONS_SSLCERTIFICATES", certificate.toString());
  }

  private static GatewayConfig configuration(Path folder, Map<String, String> besides) {
    var environment = new HashMap<>(besides);
    environment.putAll(
        Map.of(
            "TYK_GW_SECRET",
            SECRET,
            "TYK_GW_APPPATH",
            folder.toString(),
            "WEIR_DATA_DIR",
            folder.toString(),
            "TYK_GW_LISTENADDRESS",
            "127.0.0.1",
            "TYK_GW_LISTENPORT",
            "0"));
    return Objects.requireNonNull(ConfigReader.read(environment).value());
  }
}
