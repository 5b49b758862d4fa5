package dev.weir.certificates;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x509.Extension;

/** Reads a file with lists of revoked certificates (RFC 5280, 5), in PEM or DER. */
final class RevocationFile {
  /** About a million certificates. */
  private static final long MAX_BYTES = 64L << 20;

  private RevocationFile() {}

  static List<X509CRL> read(Path file) throws BadCertificate {
    List<X509CRL> lists = parse(file);
    if (lists.isEmpty()) {
      throw new BadCertificate("there is no list of revoked certificates in " + file);
    }
    for (X509CRL list : lists) {
      checkForm(list, file);
    }
    return lists;
  }

  private static List<X509CRL> parse(Path file) throws BadCertificate {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new BadCertificate(file + " is larger than 64 MiB");
      }
      try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
        return CertificateFactory.getInstance("X.509").generateCRLs(in).stream()
            .map(X509CRL.class::cast)
            .toList();
      }
    } catch (NoSuchFileException e) {
      throw new BadCertificate("there is no file " + file, e);
    } catch (AccessDeniedException e) {
      throw new BadCertificate("may not read " + file, e);
    } catch (CRLException | CertificateException e) {
      throw new BadCertificate("there is no whole list of revoked certificates in " + file, e);
    } catch (IOException e) {
      throw new BadCertificate("cannot read " + file + ", " + e.getMessage(), e);
    }
  }

  /** What it says in ways that are not known here might take back more than is seen (5.2). */
  private static void checkForm(X509CRL list, Path file) throws BadCertificate {
    Set<? extends X509CRLEntry> entries = list.getRevokedCertificates();
    boolean others =
        entries != null && entries.stream().anyMatch(entry -> entry.getCertificateIssuer() != null);
    boolean unknown = list.hasUnsupportedCriticalExtension();
    if (others || unknown) {
      throw new BadCertificate(
          "the list of %s in %s %s, this build does not read such lists"
              .formatted(
                  list.getIssuerX500Principal(),
                  file,
                  others
                      ? "is about certificates of other issuers"
                      : "has critical extensions " + list.getCriticalExtensionOIDs()));
    }
  }

  /** Whether it only adds to another list. */
  static boolean isDelta(X509CRL list) {
    return list.getExtensionValue(Extension.deltaCRLIndicator.getId()) != null;
  }
}
