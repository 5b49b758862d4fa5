package dev.weir.certificates;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMException;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a PEM file (RFC 7468): certificates in any order, public keys, and private keys as
 * PKCS #8, PKCS #1 or SEC 1, encrypted or not.
 */
final class PemFile {
  private static final long MAX_BYTES = 1 << 20;

  private final Object source;
  private final List<X509Certificate> certificates = new ArrayList<>();
  private final List<PublicKey> publicKeys = new ArrayList<>();
  private final Passphrase passphrase;

  /** As it stands there: who asks for no key needs no passphrase either. */
  private @Nullable Object key;

  private PemFile(Object source, Passphrase passphrase) {
    this.source = source;
    this.passphrase = passphrase;
  }

  /** One of whose key nobody asks, or which is not encrypted. */
  static PemFile read(Path file) throws BadCertificate {
    return read(file, Passphrase.NONE);
  }

  static PemFile read(Path file, Passphrase passphrase) throws BadCertificate {
    PemFile read = new PemFile(file, passphrase);
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new BadCertificate(file + " is larger than a MiB");
      }
      read.addAll(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new BadCertificate("there is no file " + file, e);
    } catch (AccessDeniedException e) {
      throw new BadCertificate("may not read " + file, e);
    } catch (IOException | CertificateException e) {
      throw new BadCertificate("cannot read " + file + ", " + e.getMessage(), e);
    }
    return read;
  }

  /**
   * The same for a text.
   *
   * @param source what to call it in messages
   */
  static PemFile parse(String source, String text, Passphrase passphrase) throws BadCertificate {
    PemFile read = new PemFile(source, passphrase);
    try {
      read.addAll(text);
    } catch (IOException | CertificateException e) {
      throw new BadCertificate("cannot read " + source + ", " + e.getMessage(), e);
    }
    return read;
  }

  /** Whatever is not plain, or broken, is left to Bouncy Castle to read, or to complain about. */
  private void addAll(String text) throws IOException, CertificateException, BadCertificate {
    List<Object> plain;
    try {
      plain = PlainPem.read(text);
    } catch (GeneralSecurityException e) {
      addAllByBouncyCastle(text);
      return;
    }
    for (Object one : plain) {
      addPlain(one);
    }
  }

  private void addPlain(Object found) throws BadCertificate {
    switch (found) {
      case X509Certificate certificate -> certificates.add(certificate);
      case PublicKey publicKey -> publicKeys.add(publicKey);
      case PrivateKey privateKey -> key(privateKey);
      default -> throw new IllegalStateException("unexpected " + found.getClass());
    }
  }

  private void addAllByBouncyCastle(String text)
      throws IOException, CertificateException, BadCertificate {
    try (PEMParser parser = new PEMParser(new StringReader(text))) {
      for (Object next = parser.readObject(); next != null; next = parser.readObject()) {
        add(next);
      }
    }
  }

  private void add(Object found) throws IOException, CertificateException, BadCertificate {
    switch (found) {
      case X509CertificateHolder certificate ->
          certificates.add(new JcaX509CertificateConverter().getCertificate(certificate));
      case SubjectPublicKeyInfo info -> publicKeys.add(new JcaPEMKeyConverter().getPublicKey(info));
      case PEMKeyPair pair -> key(pair.getPrivateKeyInfo());
      case PrivateKeyInfo info -> key(info);
      case PEMEncryptedKeyPair _, PKCS8EncryptedPrivateKeyInfo _ -> key(found);
      default -> {} // parameters of curves and the like
    }
  }

  private void key(Object found) throws BadCertificate {
    if (key != null) {
      throw new BadCertificate("there are two keys in " + source);
    }
    key = found;
  }

  List<X509Certificate> certificates() throws BadCertificate {
    if (certificates.isEmpty()) {
      throw new BadCertificate("there is no certificate in " + source);
    }
    return certificates;
  }

  /** What to call it in messages. */
  Object source() {
    return source;
  }

  boolean hasKey() {
    return key != null;
  }

  /** Those of its certificates and those that stand by themselves. */
  List<PublicKey> publicKeys() throws BadCertificate {
    List<PublicKey> all = new ArrayList<>(publicKeys);
    certificates.forEach(certificate -> all.add(certificate.getPublicKey()));
    if (all.isEmpty()) {
      throw new BadCertificate("there is no public key in " + source);
    }
    return all;
  }

  PrivateKey key() throws BadCertificate {
    return switch (key) {
      case null -> throw new BadCertificate("there is no private key in " + source);
      case PrivateKey plain -> plain;
      case PrivateKeyInfo open -> java(open);
      case Object encrypted -> java(EncryptedKey.open(passphrase, encrypted, source));
    };
  }

  private PrivateKey java(PrivateKeyInfo info) throws BadCertificate {
    try {
      return new JcaPEMKeyConverter().getPrivateKey(info);
    } catch (PEMException e) {
      throw new BadCertificate("cannot read the key in " + source + ", " + e.getMessage(), e);
    }
  }
}
