package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.cli.CertRequest;
import dev.weir.cli.ExitCode;
import dev.weir.cli.OutputForm;
import dev.weir.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertCommandsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Instant now = NOW;

  @BeforeEach
  void configure() throws IOException {
    Files.writeString(folder.resolve("tyk.conf"), "{\"weir\": {\"data_dir\": \"data\"}}");
  }

  @Test
  void makesCertificatesForDevelopmentAndSaysWhatToDo() throws IOException {
    assertThat(dev("gateway.test", "127.0.0.1")).isEqualTo(ExitCode.OK);

    Path made = folder.resolve("data/dev");
    assertThat(out.toString(UTF_8))
        .contains("authority  " + made.resolve("ca.pem"))
        .contains("\"ssl_certificates\": [\"" + made.resolve("gateway.test.pem") + "\"]")
        .contains("grpcurl -cacert " + made.resolve("ca.pem"))
        .contains("-cert " + made.resolve("client-joe.pem"))
        .doesNotContain("PRIVATE");
    assertThat(mode(made)).isEqualTo("rwx------");
    assertThat(mode(made.resolve("ca.pem"))).isEqualTo("rw-r--r--");
    assertThat(mode(made.resolve("ca-key.pem"))).isEqualTo("rw-------");
    assertThat(mode(made.resolve("gateway.test.pem"))).isEqualTo("rw-------");
  }

  @Test
  void keepsTheAuthority() throws IOException {
    dev("a.test");
    String first = Files.readString(folder.resolve("data/dev/ca.pem"));

    dev("a.test");

    assertThat(Files.readString(folder.resolve("data/dev/ca.pem"))).isEqualTo(first);
  }

  @Test
  void storesListsShowsAndForgets() {
    dev("a.test", "127.0.0.1");
    Path dev = folder.resolve("data/dev");
    List<Path> files = List.of(dev.resolve("a.test.pem"), dev.resolve("ca.pem"));

    assertThat(cert(new CertRequest.Add(files, null, "acme"))).isEqualTo(ExitCode.OK);
    List<String> ids = out.toString(UTF_8).lines().toList();
    assertThat(ids).hasSize(2).allSatisfy(id -> assertThat(id).matches("acme[0-9a-f]{64}"));

    cert(new CertRequest.ListAll(OutputForm.TEXT));
    assertThat(out.toString(UTF_8).lines())
        .hasSize(3)
        .anySatisfy(row ->
            assertThat(row)
                .matches(
                    ids.get(0)
                        + " +a\\.test,127\\.0\\.0\\.1 +CN=Weir development authority"
                        + " +2027-12-30 +397 +yes"))
        .anySatisfy(row -> assertThat(row).matches(ids.get(1) + " .* itself .* no"));

    cert(new CertRequest.ListAll(OutputForm.JSON));
    assertThat(out.toString(UTF_8))
        .startsWith("[")
        .contains(
            "\"dns_names\": [\"a.test\", \"127.0.0.1\"], \"not_before\":",
            "\"days_left\": 397, \"has_private\": true, \"is_ca\": false}")
        .endsWith("]\n");

    cert(new CertRequest.Show(ids.get(0), OutputForm.TEXT));
    assertThat(out.toString(UTF_8))
        .contains("private key  yes", "days left    397")
        .doesNotContain("BEGIN");

    assertThat(cert(new CertRequest.Remove(ids))).isEqualTo(ExitCode.OK);
    cert(new CertRequest.ListAll(OutputForm.TEXT));
    assertThat(out.toString(UTF_8)).startsWith("no certificates in ");
  }

  @Test
  void tellsWhichCannotBeReadAndListsTheOthers() throws IOException {
    dev("a.test");
    Path dev = folder.resolve("data/dev");
    cert(new CertRequest.Add(List.of(dev.resolve("a.test.pem"), dev.resolve("ca.pem")), null, ""));
    List<String> ids = out.toString(UTF_8).lines().toList();
    Path stored = folder.resolve("data/certificates/" + ids.getFirst() + ".cert");
    Files.write(stored, new byte[] {1, 2, 3});

    assertThat(cert(new CertRequest.ListAll(OutputForm.TEXT))).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8).lines())
        .hasSize(3)
        .anySatisfy(row -> assertThat(row).startsWith(ids.getLast()).contains(" itself "))
        .last()
        .asString()
        .startsWith(ids.getFirst() + "  cannot be read: " + stored + " is damaged");
    assertThat(cert(new CertRequest.ListAll(OutputForm.JSON))).isEqualTo(ExitCode.REFUSED);
    assertThat(out.toString(UTF_8))
        .contains("\"id\": \"" + ids.getLast() + "\", \"fingerprint\"")
        .contains("{\"id\": \"" + ids.getFirst() + "\", \"error\": \"" + stored + " is damaged");
    assertThat(cert(new CertRequest.ListAll(OutputForm.YAML))).isEqualTo(ExitCode.REFUSED);
  }

  @Test
  void certificatesForDevelopmentMayBeForAddresses() {
    assertThat(dev("::ffff:127.0.0.1", "2001:DB8::1", "10.0.0.1")).isEqualTo(ExitCode.OK);

    Path file = folder.resolve("data/dev/__ffff_127.0.0.1.pem");
    cert(new CertRequest.Add(List.of(file), null, ""));
    cert(new CertRequest.ListAll(OutputForm.TEXT));
    assertThat(out.toString(UTF_8)).contains("127.0.0.1,2001:db8:0:0:0:0:0:1,10.0.0.1");
  }

  @Test
  void refusesWithASentence() throws IOException {
    Path none = folder.resolve("none.pem");

    assertThat(cert(new CertRequest.Add(List.of(none), null, ""))).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(UTF_8)).isEqualTo("weir: there is no file " + none + "\n");

    assertThat(cert(new CertRequest.Show("x", OutputForm.TEXT))).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(UTF_8)).startsWith("weir: x: is not in the store ");

    assertThat(cert(new CertRequest.Remove(List.of("../tyk")))).isEqualTo(ExitCode.REFUSED);

    Files.writeString(folder.resolve("tyk.conf"), "{\"listen_port\": \"x\"}");
    assertThat(cert(new CertRequest.ListAll(OutputForm.TEXT))).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(UTF_8)).contains("tyk.conf:1:17: error", "nothing done: 1 error");
  }

  @Test
  void refusesWhatHasExpired() {
    dev("a.test");
    now = NOW.plus(Duration.ofDays(400));

    Path file = folder.resolve("data/dev/a.test.pem");
    assertThat(cert(new CertRequest.Add(List.of(file), null, ""))).isEqualTo(ExitCode.REFUSED);
    assertThat(err.toString(UTF_8)).contains("expired on 2027-12-30T12:00:00Z");
  }

  private int dev(String... hosts) {
    return cert(new CertRequest.Dev(List.of(hosts), List.of("joe"), null));
  }

  private int cert(CertRequest request) {
    out.reset();
    err.reset();
    var terminal =
        new Terminal(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            false,
            false,
            Map.of());
    InstantSource clock = () -> now;
    Path conf = folder.resolve("tyk.conf");
    return new CertCommands(terminal, clock).run(conf, request);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
