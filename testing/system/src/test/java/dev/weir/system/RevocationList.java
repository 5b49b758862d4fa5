package dev.weir.system;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.ServerCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A file with a list of revoked certificates of a day ago. */
record RevocationList(Path file) {

  /**
   * Replaces the file at once.
   *
   * @param late when the list is to be replaced, from now on
   */
  void write(DevelopmentAuthority issuer, Duration late, ServerCertificate... revoked) {
    Instant now = Instant.now();
    var name = X500Name.getInstance(issuer.certificate().getSubjectX500Principal().getEncoded());
    var builder = new X509v2CRLBuilder(name, Date.from(now.minus(Duration.ofDays(1))));
    builder.setNextUpdate(Date.from(now.plus(late)));
    for (ServerCertificate one : revoked) {
      builder.addCRLEntry(one.leaf().getSerialNumber(), Date.from(now), CRLReason.keyCompromise);
    }
    try {
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.keep().key());
      Path whole = Path.of(file + ".new");
      Files.write(whole, builder.build(signer).getEncoded());
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (OperatorCreationException e) {
      throw new AssertionError(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
