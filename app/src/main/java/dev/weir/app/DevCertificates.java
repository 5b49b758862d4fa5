package dev.weir.app;

import dev.weir.certificates.BadCertificate;
import dev.weir.certificates.Certificates;
import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.Passphrase;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.cli.CertRequest;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** {@code weir cert dev}: an authority that is kept, and certificates by it. */
final class DevCertificates {
  private static final String AUTHORITY = "Weir development authority";
  private static final Duration AUTHORITY_LASTS = Duration.ofDays(3650);
  private static final Duration LASTS = Duration.ofDays(397);

  private final PrintStream out;
  private final InstantSource clock;

  DevCertificates(PrintStream out, InstantSource clock) {
    this.out = out;
    this.clock = clock;
  }

  void make(Path dataFolder, CertRequest.Dev request) throws BadCertificate {
    Path asked = request.out();
    Path folder = asked == null ? dataFolder.resolve("dev") : asked;
    try {
      PemWriter.createFolder(folder);
      DevelopmentAuthority authority = authority(folder);
      Path server = write(folder, request.hosts().getFirst(), authority.issue(request.hosts()));
      out.printf("authority  %s%n", folder.resolve("ca.pem"));
      out.printf("server     %s  for %s%n", server, String.join(", ", request.hosts()));
      for (String client : request.clients()) {
        Path file = write(folder, "client-" + client, authority.issueClient(client));
        out.printf("client     %s  for %s%n", file, client);
      }
      explain(folder, server, request.clients());
    } catch (IOException e) {
      throw new BadCertificate("cannot write to " + folder + ", " + e.getMessage(), e);
    }
  }

  private DevelopmentAuthority authority(Path folder) throws IOException, BadCertificate {
    Path certificate = folder.resolve("ca.pem");
    Path key = folder.resolve("ca-key.pem");
    Instant now = clock.instant();
    if (Files.exists(key)) {
      ServerCertificate kept = Certificates.read(certificate, key, Passphrase.NONE, now);
      return new DevelopmentAuthority(kept, now, LASTS);
    }
    var made = new DevelopmentAuthority(AUTHORITY, now, AUTHORITY_LASTS);
    PemWriter.writePublic(certificate, List.of(made.certificate()));
    PemWriter.write(key, made.keep());
    return new DevelopmentAuthority(made.keep(), now, LASTS);
  }

  private static Path write(Path folder, String name, ServerCertificate certificate)
      throws IOException {
    Path file = folder.resolve(name.replace('*', '_').replace(':', '_') + ".pem");
    PemWriter.write(file, certificate);
    return file;
  }

  private void explain(Path folder, Path server, List<String> clients) {
    Path ca = folder.resolve("ca.pem");
    out.printf(
        """

        Files hold the certificate and its key, for this user alone; they last %d days. In tyk.conf:

          "http_server_options": {
            "use_ssl": true, "enable_http2": true,
            "ssl_certificates": ["%s"]
          }

        or in an API definition, for the port that it listens on:

          "protocol": "https", "certificates": ["%s"]

        Clients have to trust the authority: grpcurl -cacert %s
        """,
        LASTS.toDays(), server.toAbsolutePath(), server.toAbsolutePath(), ca);
    clients.forEach(client -> {
      Path file = folder.resolve("client-" + client + ".pem");
      out.printf("To call as %s: grpcurl -cacert %s -cert %s -key %s%n", client, ca, file, file);
    });
  }
}
