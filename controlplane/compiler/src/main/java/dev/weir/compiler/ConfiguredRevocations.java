package dev.weir.compiler;

import dev.weir.call.Revocations;
import dev.weir.certificates.BadCertificate;
import dev.weir.certificates.CertificateUse;
import dev.weir.certificates.RevocationLists;
import dev.weir.model.CertificateReference;
import dev.weir.model.GatewayConfig.Revocation;
import dev.weir.model.Problem;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lists of revoked certificates that the configuration names, for whoever asks on the path. */
record ConfiguredRevocations(RevocationLists lists, boolean acceptsStale, InstantSource clock)
    implements Revocations {

  static Revocations of(Revocation configured, CertificateUse certificates) {
    return configured.files().isEmpty()
        ? Revocations.NONE
        : new ConfiguredRevocations(
            certificates.revocations(), configured.acceptsStale(), certificates.clock());
  }

  /**
   * Has the files of a configuration count as they are now.
   *
   * @param authorities who may have signed them, as far as they are known
   * @return what is wrong with them
   */
  static List<Problem> use(
      Revocation configured, CertificateUse certificates, Collection<X509Certificate> authorities) {
    List<Problem> problems = new ArrayList<>();
    for (CertificateReference file : configured.files()) {
      try {
        certificates.revocations().use(file.certificateFile(), authorities);
      } catch (BadCertificate e) {
        problems.add(file.error(String.valueOf(e.getMessage()), null));
      }
    }
    return problems;
  }

  @Override
  public int version() {
    return lists.version();
  }

  @Override
  public @Nullable String refusal(
      List<X509Certificate> chain, Collection<X509Certificate> trusted) {
    return lists.refusal(chain, trusted, clock.instant(), acceptsStale);
  }
}
