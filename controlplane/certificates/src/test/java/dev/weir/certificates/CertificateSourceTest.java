package dev.weir.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateSourceTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private final DevelopmentAuthority authority =
      new DevelopmentAuthority("test", NOW, Duration.ofDays(1));
  private final ServerCertificate first = authority.issue(List.of("a.example"));
  private final ServerCertificate second = authority.issue(List.of("b.example", "c.example"));
  private final List<String> kept = new ArrayList<>();
  private Instant now = NOW;

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
            () -> now,
            (name, problem) -> kept.add(name + ": " + problem.getMessage()));
  }

  private CertificateSource.Name named() {
    return new CertificateSource.Name(null, file, file);
  }

  private CertificateSource.Name stored(StoredCertificate certificate) {
    return new CertificateSource.Name(certificate.id(), file, file);
  }

  /** As by a configuration that is in use from now on. */
  private ServerCertificate identity(CertificateSource.Name name) throws BadCertificate {
    CertificateUse use = source.newUse();
    ServerCertificate found = use.identity(name);
    use.begin();
    return found;
  }

  private List<X509Certificate> certificates(CertificateSource.Name name) throws BadCertificate {
    return source.newUse().certificates(name);
  }

  @Test
  void findsByFileAndById() throws Exception {
    PemWriter.write(file, first);
    var inStore = StoredCertificate.of("", second.chain(), second.key());
    store.add(inStore);

    CertificateUse use = source.newUse();
    assertThat(use.identity(named())).isEqualTo(first);
    assertThat(use.identity(stored(inStore))).isEqualTo(second);
    assertThat(use.certificates(stored(inStore))).containsExactly(second.leaf());
    assertThat(use.certificates(named())).isEqualTo(first.chain());
    use.begin();
    assertThat(source.inUse())
        .extracting(CertificateSource.InUse::name)
        .containsExactlyInAnyOrder(file.toString(), inStore.id());
  }

  @Test
  void aServerNeedsThePrivateKey() throws Exception {
    var trusted = StoredCertificate.of("", List.of(authority.certificate()), null);
    store.add(trusted);

    assertThatThrownBy(() -> identity(stored(trusted)))
        .hasMessage("has no private key in the store, add it together with its key");
    assertThat(certificates(stored(trusted))).containsExactly(authority.certificate());
  }

  /** As one may have been stored before they were refused. */
  @Test
  void aServerNeedsAKeyThatTlsTakes() throws Exception {
    ServerCertificate other = OtherKeys.issue(authority, "Ed25519", NOW);
    var inStore = StoredCertificate.of("", other.chain(), other.key());
    store.add(inStore);

    assertThatThrownBy(() -> identity(stored(inStore)))
        .hasMessage("has a key of kind Ed25519, one of RSA or EC is needed for TLS");
    assertThat(certificates(stored(inStore))).containsExactly(other.leaf());
  }

  @Test
  void readsAFileAnewWhenItHasChanged() throws Exception {
    PemWriter.write(file, first);
    identity(named());
    assertThat(source.hasChanged()).isFalse();

    PemWriter.write(file, second);

    assertThat(source.hasChanged()).isTrue();
    assertThat(identity(named())).isEqualTo(second);
    assertThat(source.hasChanged()).isFalse();
    assertThat(kept).isEmpty();
  }

  @Test
  void whatIsHeldGoesOnAndIsTriedAgain() throws Exception {
    PemWriter.write(file, first);
    identity(named());
    PemWriter.write(file, second);

    CertificateUse use = source.newUse();
    assertThat(use.identity(named())).isEqualTo(second);
    assertThat(use.isRenewed(named())).isTrue();

    CertificateUse holding = source.newUse(Set.of(named()));
    assertThat(holding.identity(named())).isEqualTo(first);
    assertThat(holding.isRenewed(named())).isFalse();
    assertThat(holding.certificates(named()))
        .as("lists count as they are")
        .isEqualTo(second.chain());
    holding.begin();
    assertThat(source.hasChanged()).isTrue();
    assertThat(identity(named())).isEqualTo(second);
  }

  @Test
  void keepsTheLastGoodOneAndSaysSoOnce() throws Exception {
    PemWriter.write(file, first);
    identity(named());

    Files.writeString(file, "torn");

    assertThat(source.hasChanged()).isTrue();
    assertThat(identity(named())).isEqualTo(first);
    assertThat(identity(named())).isEqualTo(first);
    assertThat(kept).containsExactly(file + ": there is no certificate in " + file);

    Files.delete(file);
    assertThat(identity(named())).isEqualTo(first);
    assertThat(kept).hasSize(2);

    PemWriter.write(file, second);
    assertThat(identity(named())).isEqualTo(second);
  }

  /** As by an authority whose clock is ahead. */
  @Test
  void whatIsNotValidYetIsUsedOnceItIs() throws Exception {
    PemWriter.write(file, first);
    identity(named());
    Duration early = Duration.ofSeconds(3);
    ServerCertificate later =
        new DevelopmentAuthority("early", NOW.plus(early), Duration.ofDays(1))
            .issue(List.of("a.example", "later.example"));
    Instant from = later.leaf().getNotBefore().toInstant();
    now = from.minus(early);
    PemWriter.write(file, later);

    assertThat(identity(named())).isEqualTo(first);
    assertThat(source.hasChanged()).isFalse();
    List<Object> stamps = source.stamps();

    now = from;

    assertThat(source.hasChanged()).isTrue();
    assertThat(source.stamps()).isNotEqualTo(stamps);
    assertThat(identity(named())).isEqualTo(later);
    assertThat(source.hasChanged()).isFalse();
    assertThat(kept).singleElement().asString().contains("is not valid before");
  }

  /** Rights, and how many files may be open, do not show in how a file looks; nor do sockets. */
  @Test
  void whatCannotBeReadIsTriedAgainAndToldOnce() throws Exception {
    PemWriter.write(file, first);
    identity(named());
    Files.delete(file);

    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(file));
      assertThat(identity(named())).isEqualTo(first);
      assertThat(source.hasChanged()).isFalse();

      now = now.plusSeconds(5);

      assertThat(source.hasChanged()).isTrue();
      assertThat(identity(named())).isEqualTo(first);
      assertThat(source.hasChanged()).isFalse();
      assertThat(kept).singleElement().asString().contains("cannot read");
    }
  }

  @Test
  void authoritiesAndKeysAreWatchedButNotTold() throws Exception {
    PemWriter.write(file, first);
    CertificateUse use = source.newUse();
    assertThat(use.authorities(file)).isEqualTo(first.chain());
    assertThat(use.fingerprints(file)).contains(fingerprint(first));
    use.begin();
    assertThat(source.inUse()).isEmpty();

    Files.writeString(file, "torn");

    assertThat(source.hasChanged()).isTrue();
    CertificateUse meanwhile = source.newUse();
    assertThat(meanwhile.authorities(file)).isEqualTo(first.chain());
    assertThat(meanwhile.fingerprints(file)).contains(fingerprint(first));
    meanwhile.begin();
    assertThat(kept).singleElement().asString().startsWith(file + ": ");

    PemWriter.write(file, second);

    assertThat(source.hasChanged()).isTrue();
    assertThat(source.newUse().authorities(file)).isEqualTo(second.chain());
    assertThat(source.newUse().fingerprints(file))
        .contains(fingerprint(second))
        .doesNotContain(fingerprint(first));
  }

  private static String fingerprint(ServerCertificate certificate) {
    return Certificates.fingerprint(certificate.leaf().getPublicKey());
  }

  @Test
  void forgetsWhatIsNotInUseAnyMore() throws Exception {
    PemWriter.write(file, first);
    identity(named());

    source.newUse().begin();
    Files.delete(file);

    assertThat(source.hasChanged()).isFalse();
    assertThat(source.inUse()).isEmpty();
  }

  @Test
  void whatWasOnlyLookedAtChangesNothing() throws Exception {
    PemWriter.write(file, first);
    identity(named());
    Files.writeString(file, "torn");

    assertThat(source.newUse().identity(named())).isEqualTo(first);

    assertThat(source.hasChanged()).isTrue();
    assertThat(kept).isEmpty();
  }

  @Test
  void keepsWhatWasRemovedFromTheStore() throws Exception {
    var inStore = StoredCertificate.of("", first.chain(), first.key());
    store.add(inStore);
    identity(stored(inStore));

    store.remove(inStore.id());

    assertThat(source.hasChanged()).isTrue();
    assertThat(identity(stored(inStore))).isEqualTo(first);
    assertThat(kept).singleElement().asString().contains("is not in the store");
  }

  @Test
  void whatIsBadFromTheBeginningIsNotGivenOut() throws IOException {
    Files.writeString(file, "torn");

    assertThatThrownBy(() -> identity(named())).isInstanceOf(BadCertificate.class);
    assertThat(source.inUse()).isEmpty();
  }
}
