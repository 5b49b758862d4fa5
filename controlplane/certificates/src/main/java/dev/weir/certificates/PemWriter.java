package dev.weir.certificates;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/** Writes certificates and keys as PEM (RFC 7468). */
public final class PemWriter {
  private PemWriter() {}

  /** Writes a new file that only its owner may read: the chain, then the key as PKCS #8. */
  public static void write(Path file, ServerCertificate certificate) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      for (X509Certificate one : certificate.chain()) {
        writer.writeObject(one);
      }
      writer.writeObject(new JcaPKCS8Generator(certificate.key(), null));
    }
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, text.toString(), StandardOpenOption.TRUNCATE_EXISTING);
  }
}
