package dev.weir.system;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A folder with certificates of an authority of its own. */
final class TlsFiles {
  private final Path folder;
  private final DevelopmentAuthority authority;

  /** Certificates that are valid for a day. */
  TlsFiles(Path folder) {
    this(folder, Instant.now());
  }

  /** Certificates that are valid for a day from then on. */
  TlsFiles(Path folder, Instant from) {
    this.folder = folder;
    this.authority = new DevelopmentAuthority("test", from, Duration.ofDays(1));
  }

  /** What clients have to trust. */
  X509Certificate authority() {
    return authority.certificate();
  }

  /** Writes a certificate for these hosts and its key into one file, and gives its name. */
  String issue(String... hosts) {
    Path file = folder.resolve(hosts[0].replace('*', '_') + ".pem");
    try {
      PemWriter.write(file, authority.issue(List.of(hosts)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toString();
  }

  /** Writes any file, and gives its name. */
  String write(String name, String text) {
    try {
      return Files.writeString(folder.resolve(name), text).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The keys of {@code tyk.conf} for TLS on the main port. */
  static Map<String, Object> mainPort(Map<String, Object> more, String... certificates) {
    var options = new HashMap<String, Object>(more);
    options.put("use_ssl", true);
    options.putIfAbsent("enable_http2", true);
    options.put("ssl_certificates", List.of(certificates));
    return Map.of("http_server_options", options);
  }
}
