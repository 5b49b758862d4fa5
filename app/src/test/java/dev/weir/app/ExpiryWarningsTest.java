package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.CertificateSource;
import dev.weir.certificates.CertificateSource.InUse;
import dev.weir.certificates.CertificateSource.Name;
import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.CertificateUse;
import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.Passphrase;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.cli.LogFormat;
import dev.weir.cli.LogLevel;
import dev.weir.cli.LogOptions;
import dev.weir.cli.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpiryWarningsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private final LogCapture captured = new LogCapture();
  private final Terminal terminal =
      new Terminal(
          new PrintStream(captured, true, UTF_8),
          new PrintStream(captured, true, UTF_8),
          false,
          false,
          Map.of());
  private final Log log =
      Log.start(
          LogSettings.choose(new LogOptions(LogFormat.TEXT, LogLevel.INFO), Map.of(), "", ""),
          terminal,
          captured);
  private final InUse certificate = lasting(Duration.ofDays(100));
  private Instant now = NOW;
  private final ExpiryWarnings warnings = new ExpiryWarnings(() -> now);

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  @DisplayName("line 13: a warning 30 days, 7 days and a day before")
  void warnsOnceAtEachStep() {
    pass(Duration.ofDays(69));
    warnings.check(List.of(certificate));
    pass(Duration.ofDays(1).plusHours(1));
    warnings.check(List.of(certificate));
    warnings.check(List.of(certificate));
    pass(Duration.ofDays(10));
    warnings.check(List.of(certificate));
    pass(Duration.ofDays(13));
    warnings.check(List.of(certificate));
    pass(Duration.ofDays(6));
    warnings.check(List.of(certificate));
    pass(Duration.ofDays(1));
    warnings.check(List.of(certificate));
    pass(Duration.ofDays(1));
    warnings.check(List.of(certificate));

    assertThat(lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("WARN", "expires soon", "days_left=29"),
            line -> assertThat(line).contains("WARN", "expires soon", "days_left=6"),
            line -> assertThat(line).contains("WARN", "certificate=one", "days_left=0"),
            line ->
                assertThat(line).contains("ERROR", "has expired", "until=2027-03-08T12:00:00Z"));
  }

  @Test
  void warnsAtOnceOfWhatComesLate() {
    InUse soon = lasting(Duration.ofDays(2));

    warnings.check(List.of(certificate, soon));

    assertThat(lines()).singleElement().asString().contains("days_left=2");
  }

  @Test
  void warnsOfAReplacementThatIsNoBetter() {
    warnings.check(List.of(lasting(Duration.ofDays(3))));
    warnings.check(List.of(lasting(Duration.ofDays(3))));

    assertThat(lines()).hasSize(2);
  }

  /** Clients do not take a certificate whose issuer has ended. */
  @Test
  void tellsOfAnIssuerThatEndsBeforeWhatItHasIssued(@TempDir Path folder) throws Exception {
    Path file = write(folder, "server.pem", issuedUnderOneThatEndsFirst());
    CertificateSource source = source(folder);
    CertificateUse use = source.newUse();
    use.identity(new Name(null, file, file));
    use.begin();

    assertTold(source, file);
  }

  /** As a root that an older one has signed: clients know the root itself. */
  @Test
  void warnsOfAnIssuerThatHasExpiredAndLooksAtTheRest(@TempDir Path folder) throws Exception {
    Path file = write(folder, "server.pem", issuedUnderOneThatEndsFirst());
    CertificateSource source = source(folder, NOW.plus(Duration.ofDays(6)));
    CertificateUse use = source.newUse();
    use.identity(new Name(null, file, file));
    use.begin();
    now = NOW.plus(Duration.ofDays(6));

    warnings.check(source.inUse());
    warnings.checkIssuers(source.expiredIssuers());
    warnings.checkIssuers(source.expiredIssuers());

    assertThat(lines())
        .singleElement()
        .asString()
        .contains("WARN", "an issuer in", "certificate=" + file, "CN=issuer");
    assertThat(source.inUse())
        .singleElement()
        .extracting(one -> one.certificate().getSubjectX500Principal().getName())
        .asString()
        .doesNotContain("issuer");
  }

  /** Of a list of clients' authorities any may be renewed too late. */
  @Test
  void tellsOfTheOneOfAListThatEndsFirst(@TempDir Path folder) throws Exception {
    Path file = write(folder, "clients.pem", issuedUnderOneThatEndsFirst());
    CertificateSource source = source(folder);
    CertificateUse use = source.newUse();
    use.certificates(new Name(null, file, file));
    use.begin();

    assertTold(source, file);
  }

  private static CertificateSource source(Path folder) {
    return source(folder, NOW);
  }

  private static CertificateSource source(Path folder, Instant at) {
    return new CertificateSource(
        new CertificateStore(folder.resolve("data"), ""),
        Passphrase.NONE,
        InstantSource.fixed(at),
        (name, problem) -> {});
  }

  private static ServerCertificate issuedUnderOneThatEndsFirst() {
    var issuer = new DevelopmentAuthority("issuer", NOW, Duration.ofDays(5));
    return new DevelopmentAuthority(issuer.keep(), NOW, Duration.ofDays(100))
        .issue(List.of("a.test"));
  }

  private static Path write(Path folder, String name, ServerCertificate certificate)
      throws IOException {
    Path file = folder.resolve(name);
    PemWriter.write(file, certificate);
    return file;
  }

  private void assertTold(CertificateSource source, Path file) {
    warnings.check(source.inUse());
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("expires soon", "certificate=" + file, "CN=issuer", "days_left=5");
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  private List<String> lines() {
    log.close();
    return captured.text().lines().toList();
  }

  private static InUse lasting(Duration lifetime) {
    var authority = new DevelopmentAuthority("test", NOW, lifetime);
    return new InUse("one", authority.issue(List.of("a.test")).leaf());
  }
}
