package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.Revocations;
import dev.weir.listener.ClientTrust;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which certificates of clients are good for calls (attack F9). */
class ClientTrustTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String UNKNOWN =
      "the client's certificate is not listed, nor was it issued under a listed authority";

  private final Party root = authority("root", null, 0);
  private final Party middle = authority("middle", root, 0);
  private final Party leaf = client("leaf", middle, 0, KeyPurposeId.id_kp_clientAuth);

  @Test
  void f9_theChainIsFollowedToAListedAuthority() {
    assertThat(refusal(root, leaf, middle)).isNull();
    assertThat(refusal(root, leaf, middle, root)).isNull();
    assertThat(refusal(middle, leaf)).isNull();
  }

  @Test
  void f9_aChainWithAHoleLeadsNowhere() {
    assertThat(refusal(root, leaf)).isEqualTo(UNKNOWN);
    assertThat(refusal(root, leaf, authority("middle", root, 0))).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_orderAndOtherCertificatesDoNotMatter() {
    assertThat(refusal(root, leaf, root, authority("other", root, 0), middle)).isNull();
  }

  @Test
  void f9_theNameOfAnAuthorityIsNotItsSignature() {
    Party impostor = authority("root", null, 0);
    Party client = client("leaf", impostor, 0, KeyPurposeId.id_kp_clientAuth);
    assertThat(refusal(root, client)).isEqualTo(UNKNOWN);
    assertThat(refusal(root, client, impostor)).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_aClientIsNoAuthority() {
    Party issuedByClient = client("x", leaf, 0, KeyPurposeId.id_kp_clientAuth);
    assertThat(refusal(root, issuedByClient, leaf, middle)).isEqualTo(UNKNOWN);
    assertThat(refusal(leaf, issuedByClient, leaf)).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_whoeverIsOutOfTimeIsRefused() {
    assertThat(refusal(root, client("x", root, -9, KeyPurposeId.id_kp_clientAuth)))
        .startsWith("the client's certificate expired on 2025-12-24T");
    assertThat(refusal(root, client("x", root, 9, KeyPurposeId.id_kp_clientAuth)))
        .startsWith("the client's certificate is not valid before 2026-01-09T");
    Party old = authority("old", root, -9);
    Party client = client("x", old, 0, KeyPurposeId.id_kp_clientAuth);
    assertThat(refusal(root, client, old)).isEqualTo(UNKNOWN);
    assertThat(refusal(old, client)).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_aCertificateForServersIsRefusedEvenWhenListed() {
    Party server = client("x", root, 0, KeyPurposeId.id_kp_serverAuth);
    assertThat(refusal(server, server)).isEqualTo("the client's certificate is not for clients");
  }

  /** By their names each of these could have issued each. */
  @Test
  void f9_certificatesWithEachOthersNamesLeadNowhere() {
    List<Party> same =
        Stream.iterate(root, before -> authority("same", before, 0)).skip(2).limit(9).toList();
    Party client = client("x", same.getLast(), 0, KeyPurposeId.id_kp_clientAuth);
    Party[] shuffled = Stream.concat(Stream.of(client), same.stream()).toArray(Party[]::new);
    assertThat(refusal(authority("same", null, 0), shuffled)).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_aChainOfAHundredIsNotLookedAt() {
    Party[] chain = Collections.nCopies(100, leaf).toArray(Party[]::new);
    assertThat(refusal(root, chain))
        .isEqualTo("the chain of the client's certificate is longer than 10");
  }

  /** Of the listed one itself, as of those below it. */
  @Test
  void f9_anAuthorityVouchesForTheNamesThatItMay() {
    Party partner = constrained("partner", null, "partner.test");
    Party below = authority("below", partner, 0);
    assertThat(refusal(partner, named(partner, "a.partner.test"))).isNull();
    assertThat(refusal(partner, named(partner, "a.test"))).isEqualTo(UNKNOWN);
    assertThat(refusal(partner, named(below, "b.partner.test"), below)).isNull();
    assertThat(refusal(partner, named(below, "b.test"), below)).isEqualTo(UNKNOWN);
    assertThat(refusal(partner, named(partner, "a.partner.test.b"))).isEqualTo(UNKNOWN);
    Party between = constrained("between", root, "between.test");
    assertThat(refusal(root, named(between, "a.between.test"), between)).isNull();
    assertThat(refusal(root, named(between, "a.test"), between)).isEqualTo(UNKNOWN);
    assertThat(refusal(between, named(between, "a.between.test"))).isNull();
    assertThat(refusal(between, named(between, "a.test"))).isEqualTo(UNKNOWN);
  }

  /** Both have the same name and the same key. */
  @Test
  void anotherAuthorityMayVouchForIt() {
    Party free = authority("twin", null, 0);
    Party partner =
        Party.again(free, null, NOW, Extension.nameConstraints, constraints("partner.test"));
    Party client = named(free, "a.test");
    assertThat(refusal(partner, client)).isEqualTo(UNKNOWN);
    assertThat(refusal(free, client)).isNull();
    assertThat(refusal(List.of(partner, free), client)).isNull();
    assertThat(refusal(List.of(free, partner), client)).isNull();
  }

  private static Party constrained(String name, @Nullable Party issuer, String below) {
    return Party.again(
        authority(name, issuer, 0), issuer, NOW, Extension.nameConstraints, constraints(below));
  }

  private static NameConstraints constraints(String below) {
    var names = new GeneralSubtree(new GeneralName(GeneralName.dNSName, below));
    return new NameConstraints(new GeneralSubtree[] {names}, null);
  }

  private static Party named(Party issuer, String host) {
    return Party.issue(
        "client",
        issuer,
        NOW,
        Extension.subjectAlternativeName,
        new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
  }

  /** Valid for two days in the middle of which, moved by {@code days}, is now. */
  private static Party authority(String name, @Nullable Party issuer, int days) {
    return Party.authority(name, issuer, NOW.plus(Duration.ofDays(days)));
  }

  private static Party client(String name, @Nullable Party issuer, int days, KeyPurposeId use) {
    return Party.client(name, issuer, NOW.plus(Duration.ofDays(days)), use);
  }

  private static @Nullable String refusal(Party trusted, Party... chain) {
    return refusal(List.of(trusted), chain);
  }

  private static @Nullable String refusal(List<Party> trusted, Party... chain) {
    var trust =
        new ClientTrust(
            trusted.stream().map(Party::certificate).toList(),
            Revocations.NONE,
            InstantSource.fixed(NOW));
    return trust.refusal(Stream.of(chain).map(Party::certificate).toList());
  }
}
