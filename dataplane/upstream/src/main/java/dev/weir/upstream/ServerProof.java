package dev.weir.upstream;

import dev.weir.call.Revocations;
import java.util.Set;

/**
 * What a server has to prove.
 *
 * @param host the name or address that its certificate has to be for
 * @param verified whether it has to have been issued by one that is trusted, for that host
 * @param commonNameToo whether its common name has to be the host, besides
 * @param pins SHA-256 of the public keys, as SubjectPublicKeyInfo in DER, of which it has to have
 *     one, in lower case hexadecimal digits; empty for any
 * @param trusted who may have issued it
 * @param revocations which certificates count no more
 */
public record ServerProof(
    String host,
    boolean verified,
    boolean commonNameToo,
    Set<String> pins,
    TrustedIssuers trusted,
    Revocations revocations) {

  public ServerProof {
    pins = Set.copyOf(pins);
  }

  /** Whether a certificate that was accepted may be refused later, for what lists say then. */
  boolean isRevocable() {
    return verified && !revocations.equals(Revocations.NONE);
  }
}
