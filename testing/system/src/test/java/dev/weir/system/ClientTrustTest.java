package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.listener.ClientTrust;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which certificates of clients are good for calls (attack F9). */
class ClientTrustTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String UNKNOWN =
      "the client's certificate is not listed, nor was it issued under a listed authority";

  private final Party root = Party.authority("root", null, 0);
  private final Party middle = Party.authority("middle", root, 0);
  private final Party leaf = Party.client("leaf", middle, 0, KeyPurposeId.id_kp_clientAuth);

  @Test
  void f9_theChainIsFollowedToAListedAuthority() {
    assertThat(refusal(root, leaf, middle)).isNull();
    assertThat(refusal(root, leaf, middle, root)).isNull();
    assertThat(refusal(middle, leaf)).isNull();
  }

  @Test
  void f9_aChainWithAHoleLeadsNowhere() {
    assertThat(refusal(root, leaf)).isEqualTo(UNKNOWN);
    assertThat(refusal(root, leaf, Party.authority("middle", root, 0))).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_orderAndOtherCertificatesDoNotMatter() {
    assertThat(refusal(root, leaf, root, Party.authority("other", root, 0), middle)).isNull();
  }

  @Test
  void f9_theNameOfAnAuthorityIsNotItsSignature() {
    Party impostor = Party.authority("root", null, 0);
    Party client = Party.client("leaf", impostor, 0, KeyPurposeId.id_kp_clientAuth);
    assertThat(refusal(root, client)).isEqualTo(UNKNOWN);
    assertThat(refusal(root, client, impostor)).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_aClientIsNoAuthority() {
    Party issuedByClient = Party.client("x", leaf, 0, KeyPurposeId.id_kp_clientAuth);
    assertThat(refusal(root, issuedByClient, leaf, middle)).isEqualTo(UNKNOWN);
    assertThat(refusal(leaf, issuedByClient, leaf)).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_whoeverIsOutOfTimeIsRefused() {
    assertThat(refusal(root, Party.client("x", root, -9, KeyPurposeId.id_kp_clientAuth)))
        .startsWith("the client's certificate expired on 2025-12-24T");
    assertThat(refusal(root, Party.client("x", root, 9, KeyPurposeId.id_kp_clientAuth)))
        .startsWith("the client's certificate is not valid before 2026-01-09T");
    Party old = Party.authority("old", root, -9);
    Party client = Party.client("x", old, 0, KeyPurposeId.id_kp_clientAuth);
    assertThat(refusal(root, client, old)).isEqualTo(UNKNOWN);
    assertThat(refusal(old, client)).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_aCertificateForServersIsRefusedEvenWhenListed() {
    Party server = Party.client("x", root, 0, KeyPurposeId.id_kp_serverAuth);
    assertThat(refusal(server, server)).isEqualTo("the client's certificate is not for clients");
  }

  /** By their names each of these could have issued each. */
  @Test
  void f9_certificatesWithEachOthersNamesLeadNowhere() {
    List<Party> same =
        Stream.iterate(root, before -> Party.authority("same", before, 0))
            .skip(2)
            .limit(9)
            .toList();
    Party client = Party.client("x", same.getLast(), 0, KeyPurposeId.id_kp_clientAuth);
    Party[] shuffled = Stream.concat(Stream.of(client), same.stream()).toArray(Party[]::new);
    assertThat(refusal(Party.authority("same", null, 0), shuffled)).isEqualTo(UNKNOWN);
  }

  @Test
  void f9_aChainOfAHundredIsNotLookedAt() {
    Party[] chain = Collections.nCopies(100, leaf).toArray(Party[]::new);
    assertThat(refusal(root, chain))
        .isEqualTo("the chain of the client's certificate is longer than 10");
  }

  private static @Nullable String refusal(Party trusted, Party... chain) {
    var trust = new ClientTrust(List.of(trusted.certificate), InstantSource.fixed(NOW));
    return trust.refusal(Stream.of(chain).map(Party::certificate).toList());
  }

  private record Party(X509Certificate certificate, KeyPair keys) {

    static Party authority(String name, @Nullable Party issuer, int days) {
      return issue(name, issuer, days, Extension.basicConstraints, new BasicConstraints(true));
    }

    static Party client(String name, @Nullable Party issuer, int days, KeyPurposeId use) {
      return issue(name, issuer, days, Extension.extendedKeyUsage, new ExtendedKeyUsage(use));
    }

    /** Valid for two days in the middle of which, moved by {@code days}, is now. */
    private static Party issue(
        String name,
        @Nullable Party issuer,
        int days,
        ASN1ObjectIdentifier extension,
        ASN1Encodable value) {
      try {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=" + name);
        Instant middle = NOW.plus(Duration.ofDays(days));
        var builder =
            new JcaX509v3CertificateBuilder(
                issuer == null ? subject : new X500Name(issuer.name()),
                BigInteger.ONE,
                Date.from(middle.minus(Duration.ofDays(1))),
                Date.from(middle.plus(Duration.ofDays(1))),
                subject,
                keys.getPublic());
        builder.addExtension(extension, true, value);
        var signer =
            new JcaContentSignerBuilder("SHA256withECDSA")
                .build((issuer == null ? keys : issuer.keys).getPrivate());
        return new Party(
            new JcaX509CertificateConverter().getCertificate(builder.build(signer)), keys);
      } catch (GeneralSecurityException | CertIOException | OperatorCreationException e) {
        throw new IllegalStateException(e);
      }
    }

    private String name() {
      return certificate.getSubjectX500Principal().getName();
    }
  }
}
