package dev.weir.jwt;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads public keys in the forms that users and issuers have them in. */
final class PublicKeys {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z ]++)-----([A-Za-z0-9+/=\\s]++)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

  /** SubjectPublicKeyInfo of Ed25519, up to the key's own 32 bytes (RFC 8410, 4). */
  private static final byte[] ED25519 = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int ED25519_BYTES = 32;

  private PublicKeys() {}

  static boolean isPem(byte[] file) {
    return new String(file, ISO_8859_1).contains("-----BEGIN ");
  }

  /** A public key or a certificate, as PEM or DER. */
  static PublicKey read(byte[] file) throws BadKey {
    if (!isPem(file)) {
      return ofDer(file);
    }
    Matcher block = BLOCK.matcher(new String(file, ISO_8859_1));
    if (!block.find()) {
      throw new BadKey("is broken PEM");
    }
    String label = block.group(1);
    if (label.endsWith("PRIVATE KEY")) {
      throw new BadKey(
          "is a private key, which only who signs should have: the public one is needed");
    }
    if (!label.equals("PUBLIC KEY") && !label.equals("CERTIFICATE")) {
      throw new BadKey("is PEM of \"%s\" and not of \"PUBLIC KEY\"".formatted(label));
    }
    try {
      return ofDer(Base64.getMimeDecoder().decode(block.group(2)));
    } catch (IllegalArgumentException e) {
      throw new BadKey("is broken PEM");
    }
  }

  private static PublicKey ofDer(byte[] der) throws BadKey {
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // Of another one, or a certificate.
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has " + algorithm, e);
      }
    }
    try {
      return CertificateFactory.getInstance("X.509")
          .generateCertificate(new ByteArrayInputStream(der))
          .getPublicKey();
    } catch (CertificateException e) {
      throw new BadKey("is neither a public key nor a certificate");
    }
  }

  /** A key of a key set (RFC 7517). */
  static PublicKey of(JWK key) throws BadKey {
    try {
      return switch (key) {
        case RSAKey rsa -> rsa.toRSAPublicKey();
        case ECKey ec -> ec.toECPublicKey();
        case OctetKeyPair ed when ed.getCurve().equals(Curve.Ed25519) -> ed25519(ed.getDecodedX());
        default -> throw new BadKey("is of a kind that is no public key");
      };
    } catch (JOSEException | GeneralSecurityException e) {
      throw new BadKey("is broken");
    }
  }

  private static PublicKey ed25519(byte[] x) throws GeneralSecurityException, BadKey {
    if (x.length != ED25519_BYTES) {
      throw new BadKey("is of another curve than Ed25519");
    }
    byte[] der = new byte[ED25519.length + ED25519_BYTES];
    System.arraycopy(ED25519, 0, der, 0, ED25519.length);
    System.arraycopy(x, 0, der, ED25519.length, ED25519_BYTES);
    return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
  }
}
