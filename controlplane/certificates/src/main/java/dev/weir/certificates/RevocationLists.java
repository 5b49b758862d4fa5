package dev.weir.certificates;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Date;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.Extension;
import org.jspecify.annotations.Nullable;

/**
 * Lists of revoked certificates (RFC 5280, 5) and the files that they are in. A file that has
 * changed is read again, and as long as the new one is bad the last good one counts. Certificates
 * of an issuer without a list are not looked at. For all threads.
 */
public final class RevocationLists {
  /** As many certificates are looked at for one; it has far fewer issuers. */
  private static final int MAX_LOOKED_AT = 20;

  /**
   * A file in use.
   *
   * @param whole whether it is used as it is now; else the last good content is
   * @param nextUpdate when the first of its lists is to be replaced; null for never
   */
  public record InUse(Path file, boolean whole, @Nullable Instant nextUpdate) {}

  private record Entry(Object stamp, boolean whole, List<X509CRL> lists) {}

  private record State(
      int version, Map<Path, Entry> files, Map<X500Principal, List<X509CRL>> byIssuer) {}

  private final BiConsumer<String, BadCertificate> whenKept;
  private volatile State state = new State(0, Map.of(), Map.of());

  RevocationLists(BiConsumer<String, BadCertificate> whenKept) {
    this.whenKept = whenKept;
  }

  /**
   * Has the lists of a file count from now on, beside those of others.
   *
   * @param authorities one of these, if it has the name of a list's issuer, has to have signed it;
   *     for others this shows when a certificate of theirs is asked for
   * @throws BadCertificate when they cannot, and there is no last good file
   */
  public synchronized void use(Path file, Collection<X509Certificate> authorities)
      throws BadCertificate {
    Object stamp = FileStamp.of(file);
    Entry last = state.files().get(file);
    if (last == null || !last.stamp().equals(stamp)) {
      replace(file, read(file, stamp, last, authorities));
    }
  }

  private Entry read(
      Path file, Object stamp, @Nullable Entry last, Collection<X509Certificate> authorities)
      throws BadCertificate {
    try {
      List<X509CRL> lists = RevocationFile.read(file);
      for (X509CRL list : lists) {
        checkSigner(list, file, authorities);
      }
      return new Entry(stamp, true, lists);
    } catch (BadCertificate e) {
      if (last == null) {
        throw e;
      }
      whenKept.accept(file.toString(), e);
      return new Entry(stamp, false, last.lists());
    }
  }

  private static void checkSigner(X509CRL list, Path file, Collection<X509Certificate> authorities)
      throws BadCertificate {
    X500Principal issuer = list.getIssuerX500Principal();
    List<X509Certificate> named =
        authorities.stream().filter(one -> one.getSubjectX500Principal().equals(issuer)).toList();
    if (!named.isEmpty() && named.stream().noneMatch(one -> isSigned(list, one))) {
      throw new BadCertificate("the list of %s in %s was not signed by it".formatted(issuer, file));
    }
  }

  private void replace(Path file, Entry entry) {
    Map<Path, Entry> files = new TreeMap<>(state.files());
    files.put(file, entry);
    state = new State(state.version() + 1, files, byIssuer(files.values()));
  }

  private static Map<X500Principal, List<X509CRL>> byIssuer(Collection<Entry> files) {
    Collection<X509CRL> newest =
        files.stream()
            .flatMap(entry -> entry.lists().stream())
            .collect(
                Collectors.toMap(
                    RevocationLists::place,
                    Function.identity(),
                    (one, other) ->
                        one.getThisUpdate().toInstant().isBefore(other.getThisUpdate().toInstant())
                            ? other
                            : one))
            .values();
    return newest.stream().collect(Collectors.groupingBy(X509CRL::getIssuerX500Principal));
  }

  /** What a newer list takes from an older one: issuer, its key, which part, whether a delta. */
  private static List<Object> place(X509CRL list) {
    return List.of(
        list.getIssuerX500Principal(),
        extension(list, Extension.authorityKeyIdentifier.getId()),
        extension(list, Extension.issuingDistributionPoint.getId()),
        RevocationFile.isDelta(list));
  }

  private static String extension(X509CRL list, String id) {
    byte[] value = list.getExtensionValue(id);
    return value == null ? "" : HexFormat.of().formatHex(value);
  }

  /** Whether a file is no longer the one that it was. */
  boolean haveChanged() {
    var files = state.files();
    return !files.isEmpty()
        && files.entrySet().stream()
            .anyMatch(file -> !file.getValue().stamp().equals(FileStamp.of(file.getKey())));
  }

  /** How the files in use look now, in no order that means something. */
  Stream<Object> stamps() {
    return state.files().keySet().stream().map(FileStamp::of);
  }

  /** Counts up whenever other lists are used. */
  public int version() {
    return state.version();
  }

  /** The files in use, in their order. */
  public List<InUse> inUse() {
    return state.files().entrySet().stream()
        .map(file -> new InUse(file.getKey(), file.getValue().whole(), nextUpdate(file.getValue())))
        .toList();
  }

  private static @Nullable Instant nextUpdate(Entry entry) {
    return entry.lists().stream()
        .map(X509CRL::getNextUpdate)
        .filter(Objects::nonNull)
        .map(Date::toInstant)
        .min(Instant::compareTo)
        .orElse(null);
  }

  /**
   * Why a certificate does not count any more, in words to be put behind "the certificate"; null
   * when the lists have nothing against it, nor against one that it may have been issued by.
   *
   * @param chain the certificate, then whatever was sent with it
   * @param trusted where else issuers may be found
   * @param acceptsStale whether a list counts when it should have been replaced by {@code now}
   */
  public @Nullable String refusal(
      List<X509Certificate> chain,
      Collection<X509Certificate> trusted,
      Instant now,
      boolean acceptsStale) {
    var question = new Question(state.byIssuer(), now, acceptsStale);
    X509Certificate leaf = chain.getFirst();
    Set<X509Certificate> seen = new HashSet<>(Set.of(leaf));
    Deque<X509Certificate> open = new ArrayDeque<>(seen);
    for (X509Certificate next = open.poll(); next != null; next = open.poll()) {
      List<X509Certificate> issuers = issuers(next, chain, trusted);
      String reason = question.refusal(next, issuers);
      if (reason != null) {
        return next.equals(leaf)
            ? reason
            : "was issued under %s, which %s".formatted(next.getSubjectX500Principal(), reason);
      }
      issuers.stream().filter(seen::add).forEach(open::add);
    }
    return null;
  }

  /** All that may be: with another issuer of the same name and key nobody gets around a list. */
  private static List<X509Certificate> issuers(
      X509Certificate of, List<X509Certificate> chain, Collection<X509Certificate> trusted) {
    return Stream.concat(chain.stream().limit(MAX_LOOKED_AT), trusted.stream())
        .filter(one -> one.getSubjectX500Principal().equals(of.getIssuerX500Principal()))
        .filter(one -> Certificates.isSigned(of, one))
        .distinct()
        .toList();
  }

  private record Question(
      Map<X500Principal, List<X509CRL>> byIssuer, Instant now, boolean acceptsStale) {

    private @Nullable String refusal(X509Certificate of, List<X509Certificate> issuers) {
      List<X509CRL> named = byIssuer.getOrDefault(of.getIssuerX500Principal(), List.of());
      List<X509CRL> signed =
          named.stream()
              .filter(list ->
                  issuers.isEmpty() || issuers.stream().anyMatch(one -> isSigned(list, one)))
              .toList();
      if (!named.isEmpty() && signed.isEmpty()) {
        return "cannot be checked, its issuer's list of revoked certificates was signed by another";
      }
      return signed.stream()
          .map(list -> revoked(list, of))
          .filter(Objects::nonNull)
          .findFirst()
          .orElseGet(() -> stale(signed));
    }

    private static @Nullable String revoked(X509CRL list, X509Certificate certificate) {
      X509CRLEntry entry = list.getRevokedCertificate(certificate.getSerialNumber());
      return entry == null || entry.getRevocationReason() == CRLReason.REMOVE_FROM_CRL
          ? null
          : "was revoked by its issuer on " + entry.getRevocationDate().toInstant();
    }

    private @Nullable String stale(List<X509CRL> lists) {
      return lists.stream()
          .map(X509CRL::getNextUpdate)
          .filter(end -> end != null && !acceptsStale && now.isAfter(end.toInstant()))
          .findFirst()
          .map(end ->
              "cannot be checked, its issuer's list of revoked certificates was to be replaced by "
                  + end.toInstant())
          .orElse(null);
    }
  }

  /** Quick when asked again: lists remember the last key. */
  private static boolean isSigned(X509CRL list, X509Certificate issuer) {
    try {
      list.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
