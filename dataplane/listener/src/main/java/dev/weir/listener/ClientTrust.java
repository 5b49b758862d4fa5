package dev.weir.listener;

import dev.weir.call.Revocations;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which clients may call: those whose certificate is listed, and those whose certificate was issued
 * under a listed authority. That a client has the certificate's key is for the handshake to prove.
 * For all threads.
 */
public final class ClientTrust {
  /** A longer one is not looked at: what it costs to check has to be bounded. */
  static final int MAX_CHAIN = 10;

  private static final int NO_AUTHORITY = -1;
  private static final String CLIENT_USE = "1.3.6.1.5.5.7.3.2";
  private static final String ANY_USE = "2.5.29.37.0";

  private final Set<X509Certificate> listed;
  private final Set<TrustAnchor> authorities;
  private final Revocations revocations;
  private final InstantSource clock;
  private final boolean anybody;

  /**
   * @param allowed certificates of clients and of authorities
   * @param revocations which of them, and of those that they issued, count no more
   * @param clock tells when certificates have to be valid
   */
  public ClientTrust(
      Collection<X509Certificate> allowed, Revocations revocations, InstantSource clock) {
    this(allowed, revocations, clock, false);
  }

  private ClientTrust(
      Collection<X509Certificate> allowed,
      Revocations revocations,
      InstantSource clock,
      boolean anybody) {
    this.anybody = anybody;
    this.revocations = revocations;
    this.clock = clock;
    listed = Set.copyOf(new HashSet<>(allowed));
    authorities =
        listed.stream()
            .filter(certificate -> certificate.getBasicConstraints() != NO_AUTHORITY)
            .map(certificate -> new TrustAnchor(certificate, null))
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Whoever has a certificate that can be used, from whomever: who that is, is found out elsewhere.
   *
   * @param authorities who may have issued it, as far as they are known
   */
  public static ClientTrust ofAnybody(
      Collection<X509Certificate> authorities, Revocations revocations, InstantSource clock) {
    return new ClientTrust(authorities, revocations, clock, true);
  }

  /** Whether it tells nothing about who issued a certificate. */
  public boolean isOfAnybody() {
    return anybody;
  }

  /** Whoever one of these trusts. */
  public static ClientTrust anyOf(List<ClientTrust> all) {
    return new ClientTrust(
        all.stream().flatMap(trust -> trust.listed.stream()).toList(),
        all.getFirst().revocations,
        all.getFirst().clock);
  }

  /** Another number whenever an answer may have become another one before its time. */
  public int version() {
    return revocations.version();
  }

  /**
   * Why a client may not call, in words that may be told to it; null when it may.
   *
   * @param chain the client's certificate first; not empty
   */
  public @Nullable String refusal(List<X509Certificate> chain) {
    X509Certificate leaf = chain.getFirst();
    Instant now = clock.instant();
    String reason = outOfUse(leaf, now);
    if (reason == null && anybody) {
      reason = tooLong(chain);
    } else if (reason == null && !listed.contains(leaf)) {
      reason = notIssued(chain, now);
    }
    return reason == null ? revoked(chain) : reason;
  }

  private @Nullable String notIssued(List<X509Certificate> chain, Instant now) {
    String length = tooLong(chain);
    if (length != null) {
      return length;
    }
    return isIssued(chain, now)
        ? null
        : "the client's certificate is not listed, nor was it issued under a listed authority";
  }

  /** What there is to say against a chain of this length, or null. */
  static @Nullable String tooLong(List<X509Certificate> chain) {
    return chain.size() > MAX_CHAIN
        ? "the chain of the client's certificate is longer than " + MAX_CHAIN
        : null;
  }

  private @Nullable String revoked(List<X509Certificate> chain) {
    String reason = revocations.refusal(chain, listed);
    return reason == null ? null : "the client's certificate " + reason;
  }

  private static @Nullable String outOfUse(X509Certificate leaf, Instant now) {
    try {
      leaf.checkValidity(Date.from(now));
    } catch (CertificateExpiredException e) {
      return "the client's certificate expired on " + leaf.getNotAfter().toInstant();
    } catch (CertificateNotYetValidException e) {
      return "the client's certificate is not valid before " + leaf.getNotBefore().toInstant();
    }
    return isForClients(leaf) ? null : "the client's certificate is not for clients";
  }

  /** Without a word about its use a certificate is for any (RFC 5280, 4.2.1.12). */
  private static boolean isForClients(X509Certificate leaf) {
    try {
      List<String> uses = leaf.getExtendedKeyUsage();
      return uses == null || uses.contains(CLIENT_USE) || uses.contains(ANY_USE);
    } catch (CertificateParsingException e) {
      return false;
    }
  }

  /**
   * Whether the chain leads to a listed authority, in whatever order it was sent and whatever else
   * was sent with it (RFC 8446, 4.4.2).
   */
  private boolean isIssued(List<X509Certificate> chain, Instant now) {
    Set<TrustAnchor> current = authoritiesAt(now);
    if (current.isEmpty()) {
      return false;
    }
    try {
      // Names that one authority may not vouch for another one may.
      PKIXCertPathBuilderResult found = path(chain, current, now);
      while (!AuthorityNames.permit(found)) {
        if (!current.remove(found.getTrustAnchor()) || current.isEmpty()) {
          return false;
        }
        found = path(chain, current, now);
      }
      return true;
    } catch (CertPathBuilderException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK can check a certificate's path", e);
    }
  }

  private static PKIXCertPathBuilderResult path(
      List<X509Certificate> chain, Set<TrustAnchor> current, Instant now)
      throws GeneralSecurityException {
    X509CertSelector target = new X509CertSelector();
    target.setCertificate(chain.getFirst());
    PKIXBuilderParameters parameters = new PKIXBuilderParameters(current, target);
    parameters.addCertStore(
        CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    parameters.setMaxPathLength(MAX_CHAIN);
    return (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX").build(parameters);
  }

  /** The path's builder asks all others whether they are in their time, but not these. */
  private Set<TrustAnchor> authoritiesAt(Instant now) {
    return authorities.stream()
        .filter(one -> isInTime(one.getTrustedCert(), now))
        .collect(Collectors.toCollection(HashSet::new));
  }

  private static boolean isInTime(X509Certificate certificate, Instant now) {
    return !now.isBefore(certificate.getNotBefore().toInstant())
        && !now.isAfter(certificate.getNotAfter().toInstant());
  }
}
