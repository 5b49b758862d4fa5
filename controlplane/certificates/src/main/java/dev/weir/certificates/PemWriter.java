package dev.weir.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.store.DurableFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.jspecify.annotations.Nullable;

/** Writes certificates and keys as PEM (RFC 7468). */
public final class PemWriter {
  private PemWriter() {}

  /** Writes a file that only its owner may read: the chain, then the key as PKCS #8. */
  public static void write(Path file, ServerCertificate certificate) throws IOException {
    DurableFile.write(file, text(certificate.chain(), certificate.key()).getBytes(UTF_8));
  }

  /** Writes certificates into a file that everybody may read. */
  public static void writePublic(Path file, List<X509Certificate> certificates) throws IOException {
    DurableFile.writePublic(file, text(certificates, null).getBytes(UTF_8));
  }

  /** Makes a folder that only its owner may enter, unless it is there. */
  public static void createFolder(Path folder) throws IOException {
    DurableFile.createFolder(folder);
  }

  /** Certificates, then the key as PKCS #8 if there is one. */
  static String text(List<X509Certificate> chain, @Nullable PrivateKey key) throws IOException {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      for (X509Certificate one : chain) {
        writer.writeObject(one);
      }
      if (key != null) {
        writer.writeObject(new JcaPKCS8Generator(key, null));
      }
    }
    return text.toString();
  }
}
