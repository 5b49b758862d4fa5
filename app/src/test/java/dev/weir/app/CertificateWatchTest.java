package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.CertificateSource;
import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.CertificateUse;
import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.Passphrase;
import dev.weir.certificates.PemWriter;
import dev.weir.compiler.Changes;
import dev.weir.compiler.Reload;
import dev.weir.model.Problem;
import dev.weir.model.Severity;
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
  private static final Reload REFUSED = reload(false);

  private final DevelopmentAuthority authority =
      new DevelopmentAuthority("test", NOW, Duration.ofDays(1));
  private final Path file;
  private final CertificateSource source;
  private final CertificateWatch watch;

  private Reload answer = REFUSED;
  private int tries;

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
            new ExpiryWarnings(CLOCK),
            new StaleLists(CLOCK),
            () -> {
              tries++;
              return answer;
            });
  }

  @BeforeEach
  void use() throws Exception {
    issue("a.example");
    CertificateUse use = source.newUse();
    use.identity(new CertificateSource.Name(null, file, file));
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

  @Test
  void aFileThatPutsItRightIsTriedAtOnce() throws Exception {
    issue("a.example", "b.example");
    watch.look();

    issue("a.example", "b.example", "c.example");
    watch.look();

    assertThat(tries).isEqualTo(2);
  }
}
