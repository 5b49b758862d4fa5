package dev.weir.call;

import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which certificates were taken back by those who issued them. For all threads. */
public interface Revocations {

  /** Nobody has taken back anything. */
  Revocations NONE =
      new Revocations() {
        @Override
        public int version() {
          return 0;
        }

        @Override
        public @Nullable String refusal(
            List<X509Certificate> chain, Collection<X509Certificate> trusted) {
          return null;
        }
      };

  /** Another number whenever other certificates may be refused; costs next to nothing to ask. */
  int version();

  /**
   * Why a certificate that leads to a trusted one does not count all the same, in words to be put
   * behind "the certificate"; null when nothing speaks against it.
   *
   * @param chain the certificate, then whatever was sent with it
   * @param trusted where else its issuers may be found
   */
  @Nullable String refusal(List<X509Certificate> chain, Collection<X509Certificate> trusted);
}
