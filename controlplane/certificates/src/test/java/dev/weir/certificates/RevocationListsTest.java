package dev.weir.certificates;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.certificates.Revoking.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Extension;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevocationListsTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");
  private static final ASN1ObjectIdentifier UNKNOWN = new ASN1ObjectIdentifier("1.2.3.4");
  private static final Instant LATER = NOW.plus(Duration.ofDays(1));

  private final DevelopmentAuthority authority = authority("test");
  private final X509Certificate good = authority.issueClient("good").leaf();
  private final X509Certificate bad = authority.issueClient("bad").leaf();
  private final List<String> kept = new ArrayList<>();
  private final RevocationLists lists =
      new RevocationLists((name, problem) -> kept.add(name + ": " + problem.getMessage()));

  @TempDir Path folder;

  private static DevelopmentAuthority authority(String name) {
    return new DevelopmentAuthority(name, NOW, Duration.ofDays(9));
  }

  private Revoking by(DevelopmentAuthority issuer) {
    return Revoking.by(issuer.keep(), NOW).until(LATER);
  }

  private Path use(String name, byte[]... parts) throws Exception {
    Path file = folder.resolve(name);
    Files.write(file, Revoking.join(parts));
    lists.use(file, List.of());
    return file;
  }

  private @Nullable String refusal(X509Certificate leaf) {
    return refusal(leaf, NOW, false);
  }

  private @Nullable String refusal(X509Certificate leaf, Instant now, boolean acceptsStale) {
    return lists.refusal(List.of(leaf), List.of(authority.certificate()), now, acceptsStale);
  }

  @Test
  void tellsWhoIsRevokedByPemAndByDer() throws Exception {
    assertThat(refusal(bad)).isNull();
    use("list.crl", by(authority).revoke(bad).der());
    assertThat(refusal(bad)).isEqualTo("was revoked by its issuer on 2026-11-28T12:00:00Z");
    assertThat(refusal(good)).isNull();

    X509Certificate other = authority.issueClient("other").leaf();
    DevelopmentAuthority second = authority("second");
    use("both.pem", by(second).pem(), by(authority).at(NOW.plusSeconds(9)).revoke(other).pem());
    assertThat(refusal(other)).startsWith("was revoked");
    assertThat(lists.inUse()).hasSize(2);
  }

  @Test
  void issuersWithoutAListAreNotAsked() throws Exception {
    DevelopmentAuthority other = authority("other");
    use("other.crl", by(other).revoke(bad).der());
    assertThat(refusal(bad)).isNull();
  }

  @Test
  void aListSaysNothingThatAnotherKeyHasSigned() throws Exception {
    DevelopmentAuthority namesake = authority("test");
    use("forged.crl", by(namesake).der());
    assertThat(refusal(good))
        .isEqualTo(
            "cannot be checked, its issuer's list of revoked certificates was signed by another");
  }

  @Test
  void aListOfAKnownAuthorityHasToBeSignedByIt() throws Exception {
    Path file = folder.resolve("forged.crl");
    Files.write(file, by(authority("test")).der());
    assertThatThrownBy(() -> lists.use(file, List.of(authority.certificate())))
        .hasMessage("the list of CN=test in " + file + " was not signed by it");
    Files.write(file, by(authority).der());
    lists.use(file, List.of(authority.certificate()));
  }

  @Test
  void whoeverListsACertificateWithoutItsIssuerIsStillTold() throws Exception {
    use("list.crl", by(authority).revoke(bad).der());
    assertThat(lists.refusal(List.of(bad), List.of(bad), NOW, false)).startsWith("was revoked");
    assertThat(lists.refusal(List.of(good), List.of(good), NOW, false)).isNull();
  }

  @Test
  void aListThatIsNotReplacedInTimeLetsNobodyIn() throws Exception {
    use("list.crl", by(authority).revoke(bad).der());
    Instant late = LATER.plusSeconds(1);
    assertThat(refusal(good, LATER, false)).isNull();
    assertThat(refusal(good, late, false))
        .isEqualTo(
            "cannot be checked, its issuer's list of revoked certificates was to be replaced by "
                + LATER);
    assertThat(refusal(good, late, true)).isNull();
    assertThat(refusal(bad, late, true)).startsWith("was revoked");
  }

  @Test
  void theNewerOfTwoListsCountsInWhateverOrder() throws Exception {
    byte[] older = by(authority).until(NOW.minusSeconds(1)).at(NOW.minusSeconds(9)).der();
    byte[] newer = by(authority).revoke(bad).der();
    use("a.pem", older, newer);
    use("b.pem", older);
    assertThat(refusal(good)).isNull();
    assertThat(refusal(bad)).startsWith("was revoked");
  }

  @Test
  void aDeltaAddsToAList() throws Exception {
    X509Certificate held = authority.issueClient("held").leaf();
    use("base.crl", by(authority).revoke(bad).der());
    use(
        "delta.crl",
        by(authority)
            .at(NOW.plusSeconds(9))
            .revoke(good)
            .revoke(new Entry(held, CRLReason.removeFromCRL))
            .with(Extension.deltaCRLIndicator, new ASN1Integer(1))
            .der());
    assertThat(refusal(bad)).startsWith("was revoked");
    assertThat(refusal(good)).startsWith("was revoked");
    assertThat(refusal(held)).isNull();
  }

  @Test
  void anIssuerThatIsRevokedTakesThoseBelowWithIt() throws Exception {
    ServerCertificate middle = Revoking.authorityUnder(authority.keep(), "middle", NOW, LATER);
    var below = new DevelopmentAuthority(middle, NOW, Duration.ofHours(1));
    X509Certificate leaf = below.issueClient("leaf").leaf();
    use("list.crl", by(authority).revoke(middle.leaf()).der());
    List<X509Certificate> chain = List.of(leaf, middle.leaf());
    assertThat(lists.refusal(chain, List.of(authority.certificate()), NOW, false))
        .startsWith("was issued under CN=middle, which was revoked by its issuer on ");

    ServerCertificate again = Revoking.again(middle, authority.keep(), NOW, LATER);
    List<X509Certificate> twice = List.of(leaf, again.leaf(), middle.leaf());
    assertThat(lists.refusal(twice, List.of(authority.certificate()), NOW, false))
        .as("another certificate of the same key does not hide it")
        .contains("which was revoked");
  }

  @Test
  void aChangedFileCountsAndABadOneLeavesTheLast() throws Exception {
    Path file = use("list.crl", by(authority).der());
    assertThat(refusal(bad)).isNull();
    int version = lists.version();
    assertThat(lists.haveChanged()).isFalse();

    Files.writeString(file, "torn");
    assertThat(lists.haveChanged()).isTrue();
    lists.use(file, List.of());
    assertThat(kept)
        .containsExactly(file + ": there is no whole list of revoked certificates in " + file);
    assertThat(lists.inUse()).containsExactly(new RevocationLists.InUse(file, false, LATER));

    Files.write(file, by(authority).revoke(bad).der());
    lists.use(file, List.of());
    assertThat(lists.version()).isNotEqualTo(version);
    assertThat(refusal(bad)).startsWith("was revoked");
    assertThat(lists.inUse()).containsExactly(new RevocationLists.InUse(file, true, LATER));
  }

  @Test
  void whatCannotBeReadAsAWholeIsRefused() throws Exception {
    assertThatThrownBy(() -> lists.use(folder.resolve("gone"), List.of()))
        .hasMessage("there is no file " + folder.resolve("gone"));
    assertThatThrownBy(() -> use("empty", new byte[0]))
        .hasMessage("there is no list of revoked certificates in " + folder.resolve("empty"));
    byte[] whole = by(authority).revoke(bad).der();
    assertThatThrownBy(() -> use("half", Arrays.copyOf(whole, whole.length / 2)))
        .hasMessageContaining("there is no whole list");
    byte[] strange = by(authority).with(UNKNOWN, DERNull.INSTANCE).der();
    assertThatThrownBy(() -> use("strange", strange))
        .hasMessageContaining("has critical extensions [1.2.3.4]");
    assertThat(lists.inUse()).isEmpty();
  }
}
