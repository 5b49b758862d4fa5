package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.weir.certificates.CertificateSource;
import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.CertificateUse;
import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.Passphrase;
import dev.weir.certificates.PemWriter;
import dev.weir.cli.LogFormat;
import dev.weir.cli.LogLevel;
import dev.weir.cli.LogOptions;
import dev.weir.cli.Terminal;
import dev.weir.compiler.Changes;
import dev.weir.compiler.Reload;
import dev.weir.model.Problem;
import dev.weir.model.Severity;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When changed files are tried, looked at by hand in the place of its thread. */
class CertificateWatchTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);
  private static final Problem WAITING =
      new Problem(Severity.ERROR, "a.json", 1, 1, "certificates[0]", "has changed", null);
  private static final String IN_USE = "have changed and are in use";
  private static final Reload REFUSED = reload(false);

  private final DevelopmentAuthority authority =
      new DevelopmentAuthority("test", NOW, Duration.ofDays(1));
  private final Path file;
  private final CertificateSource source;
  private final CertificateWatch watch;

  private Reload answer = REFUSED;
  private int tries;
  private boolean renews;
  private Instant now = NOW;

  CertificateWatchTest(@TempDir Path folder) {
    file = folder.resolve("server.pem");
    source =
        new CertificateSource(
            new CertificateStore(folder.resolve("data"), ""),
            Passphrase.NONE,
            CLOCK,
            (name, problem) -> {});
    watch =
        new CertificateWatch(
            source,
            new ExpiryWarnings(() -> now),
            new StaleLists(CLOCK),
            () -> {
              tries++;
              if (renews) {
                use();
              }
              return answer;
            });
  }

  @BeforeEach
  void begin() throws Exception {
    issue("a.example");
    use();
  }

  private void use() {
    CertificateUse use = source.newUse();
    assertThatCode(() -> use.identity(new CertificateSource.Name(null, file, file)))
        .doesNotThrowAnyException();
    use.begin();
  }

  @AfterEach
  void close() {
    watch.close();
  }

  /** Files of different sizes, as the system's clock may not have moved on. */
  private void issue(String... hosts) throws Exception {
    PemWriter.write(file, authority.issue(List.of(hosts)));
  }

  @Test
  void whatWasOfNoUseIsNotTriedAgainAtOnce() throws Exception {
    watch.look();
    assertThat(tries).as("nothing has changed").isZero();

    issue("a.example", "b.example");
    watch.look();
    watch.look();

    assertThat(tries).isEqualTo(1);
  }

  /** It is used as far as it can be: a second time is the same as the first. */
  @Test
  void whatIsUsedInPartIsTriedWithAnotherFileAlone() throws Exception {
    answer = reload(true);
    issue("a.example", "b.example");
    for (int i = 0; i < 100; i++) {
      watch.look();
    }
    assertThat(tries).isEqualTo(1);

    issue("a.example", "b.example", "c.example");
    watch.look();
    assertThat(tries).isEqualTo(2);
  }

  private static Reload reload(boolean applied) {
    return new Reload(
        applied,
        1,
        "",
        Duration.ZERO,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Changes.NONE,
        List.of(WAITING),
        Map.of());
  }

  /** Though what waits has been told. */
  @Test
  void tellsWhatIsInUseWhileAnotherWaits() throws Exception {
    LogCapture captured = new LogCapture();
    answer = reload(true);
    try (Log _ = log(captured)) {
      issue("a.example", "b.example");
      watch.look();
      renews = true;
      issue("a.example", "b.example", "c.example");
      watch.look();
    }
    assertThat(captured.text()).containsOnlyOnce("not in use until").containsOnlyOnce(IN_USE);
  }

  private static Log log(LogCapture captured) {
    var terminal =
        new Terminal(
            new PrintStream(captured, true, UTF_8),
            new PrintStream(captured, true, UTF_8),
            false,
            false,
            Map.of());
    return Log.start(
        LogSettings.choose(new LogOptions(LogFormat.TEXT, LogLevel.INFO), Map.of(), "", ""),
        terminal,
        captured);
  }

  @Test
  void aFileThatPutsItRightIsTriedAtOnce() throws Exception {
    issue("a.example", "b.example");
    watch.look();

    issue("a.example", "b.example", "c.example");
    watch.look();

    assertThat(tries).isEqualTo(2);
  }

  @Test
  void tellsWhatExpiresWhileNothingElseHappensWithinSeconds() {
    LogCapture captured = new LogCapture();
    try (Log _ = log(captured)) {
      watch.look();
      now = NOW.plus(Duration.ofDays(2));
      for (int i = 0; i < 20; i++) {
        watch.look();
      }
    }
    assertThat(captured.text()).containsOnlyOnce("a certificate has expired");
  }

  @Test
  void tellsWhatIsNewAtOnce() throws Exception {
    LogCapture captured = new LogCapture();
    now = NOW.plus(Duration.ofDays(2));
    renews = true;
    watch.look();
    issue("a.example", "b.example");
    try (Log _ = log(captured)) {
      watch.look();
    }
    assertThat(captured.text()).containsOnlyOnce("a certificate has expired");
  }
}
