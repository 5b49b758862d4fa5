package dev.weir.certificates;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.spec.EncodedKeySpec;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads PEM that has nothing but what Java knows by itself, as most files do: X.509 certificates,
 * keys as PKCS #8, public keys. A start that has to load Bouncy Castle for them takes more than
 * twice as long.
 */
final class PlainPem {
  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ");
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z ]++)-----([A-Za-z0-9+/=\\s]++)-----END \\1-----");
  private static final List<String> ALGORITHMS = List.of("EC", "RSA", "Ed25519");

  private PlainPem() {}

  /** Turns the bytes of a key into a key of some algorithm. */
  private interface KeyReader {
    Key read(KeyFactory factory) throws InvalidKeySpecException;
  }

  /**
   * The certificates and keys, in their order.
   *
   * @throws GeneralSecurityException when there is something else, or what is there is broken
   */
  static List<Object> read(String text) throws GeneralSecurityException {
    List<Object> found = new ArrayList<>();
    Matcher block = BLOCK.matcher(text);
    while (block.find()) {
      found.add(read(block.group(1), block.group(2)));
    }
    if (found.size() != BEGIN.matcher(text).results().count()) {
      throw new InvalidKeySpecException("no plain PEM");
    }
    return found;
  }

  private static Object read(String label, String base64) throws GeneralSecurityException {
    byte[] bytes = decode(base64);
    return switch (label) {
      case "CERTIFICATE" ->
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(bytes));
      case "PRIVATE KEY" -> {
        EncodedKeySpec spec = new PKCS8EncodedKeySpec(bytes);
        yield key(factory -> factory.generatePrivate(spec));
      }
      case "PUBLIC KEY" -> {
        EncodedKeySpec spec = new X509EncodedKeySpec(bytes);
        yield key(factory -> factory.generatePublic(spec));
      }
      default -> throw new InvalidKeySpecException(label);
    };
  }

  private static byte[] decode(String base64) throws InvalidKeySpecException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidKeySpecException(e);
    }
  }

  /** The algorithm stands inside, but Java wants to be told. */
  private static Key key(KeyReader reader) throws GeneralSecurityException {
    InvalidKeySpecException last = new InvalidKeySpecException("no algorithm");
    for (String algorithm : ALGORITHMS) {
      try {
        return reader.read(KeyFactory.getInstance(algorithm));
      } catch (InvalidKeySpecException other) {
        last = other;
      }
    }
    throw last;
  }
}
