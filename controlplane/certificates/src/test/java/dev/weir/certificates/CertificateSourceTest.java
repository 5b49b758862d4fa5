package dev.weir.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateSourceTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private final DevelopmentAuthority authority =
      new DevelopmentAuthority("test", NOW, Duration.ofDays(1));
  private final ServerCertificate first = authority.issue(List.of("a.example"));
  private final ServerCertificate second = authority.issue(List.of("b.example", "c.example"));
  private final List<String> kept = new ArrayList<>();

  private final Path file;
  private final CertificateStore store;
  private final CertificateSource source;

  CertificateSourceTest(@TempDir Path folder) {
    file = folder.resolve("server.pem");
    store = new CertificateStore(folder.resolve("data"), "");
    source =
        new CertificateSource(
            store,
            Passphrase.NONE,
            InstantSource.fixed(NOW),
            (name, problem) -> kept.add(name + ": " + problem.getMessage()));
  }

  private CertificateSource.Name named() {
    return new CertificateSource.Name(null, file, file);
  }

  private CertificateSource.Name stored(StoredCertificate certificate) {
    return new CertificateSource.Name(certificate.id(), file, file);
  }

  @Test
  void findsByFileAndById() throws Exception {
    PemWriter.write(file, first);
    var inStore = StoredCertificate.of("", second.chain(), second.key());
    store.add(inStore);

    assertThat(source.identity(named())).isEqualTo(first);
    assertThat(source.identity(stored(inStore))).isEqualTo(second);
    assertThat(source.certificates(stored(inStore))).containsExactly(second.leaf());
    assertThat(source.certificates(named())).isEqualTo(first.chain());
    assertThat(source.inUse())
        .extracting(CertificateSource.InUse::name)
        .containsExactlyInAnyOrder(file.toString(), inStore.id());
  }

  @Test
  void aServerNeedsThePrivateKey() throws Exception {
    var trusted = StoredCertificate.of("", List.of(authority.certificate()), null);
    store.add(trusted);

    assertThatThrownBy(() -> source.identity(stored(trusted)))
        .hasMessage("has no private key in the store, add it together with its key");
    assertThat(source.certificates(stored(trusted))).containsExactly(authority.certificate());
  }

  @Test
  void readsAFileAnewWhenItHasChanged() throws Exception {
    PemWriter.write(file, first);
    source.identity(named());
    assertThat(source.hasChanged()).isFalse();

    PemWriter.write(file, second);

    assertThat(source.hasChanged()).isTrue();
    assertThat(source.identity(named())).isEqualTo(second);
    assertThat(source.hasChanged()).isFalse();
    assertThat(kept).isEmpty();
  }

  @Test
  void keepsTheLastGoodOneAndSaysSoOnce() throws Exception {
    PemWriter.write(file, first);
    source.identity(named());

    Files.writeString(file, "torn");

    assertThat(source.hasChanged()).isTrue();
    assertThat(source.identity(named())).isEqualTo(first);
    assertThat(source.identity(named())).isEqualTo(first);
    assertThat(kept).containsExactly(file + ": there is no certificate in " + file);

    Files.delete(file);
    assertThat(source.identity(named())).isEqualTo(first);
    assertThat(kept).hasSize(2);

    PemWriter.write(file, second);
    assertThat(source.identity(named())).isEqualTo(second);
  }

  @Test
  void keepsWhatWasRemovedFromTheStore() throws Exception {
    var inStore = StoredCertificate.of("", first.chain(), first.key());
    store.add(inStore);
    source.identity(stored(inStore));

    store.remove(inStore.id());

    assertThat(source.hasChanged()).isTrue();
    assertThat(source.identity(stored(inStore))).isEqualTo(first);
    assertThat(kept).singleElement().asString().contains("is not in the store");
  }

  @Test
  void whatIsBadFromTheBeginningIsNotGivenOut() throws IOException {
    Files.writeString(file, "torn");

    assertThatThrownBy(() -> source.identity(named())).isInstanceOf(BadCertificate.class);
    assertThat(source.inUse()).isEmpty();
  }
}
