package dev.weir.certificates;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one place where certificates that documents name come from, be they in the store or in files.
 * Remembers what is in use: a file that has changed is read again, and as long as the new one is
 * bad the last good one counts. For all threads.
 */
public final class CertificateSource {

  /**
   * What a document names.
   *
   * @param id its id in the store; null for files
   * @param keyFile may be the same as {@code certificateFile}
   */
  public record Name(@Nullable String id, Path certificateFile, Path keyFile) {

    /** What it is called in logs and metrics, the same whichever document names it. */
    String known() {
      String inStore = id;
      return inStore == null ? certificateFile.toString() : inStore;
    }
  }

  /**
   * A certificate in use.
   *
   * @param name its id, or its file
   * @param certificate of those that count, the one that ends first
   */
  public record InUse(String name, X509Certificate certificate) {}

  /** What of a name is wanted. Of one file each of these may be good while another is not. */
  enum Part {
    IDENTITY,
    CERTIFICATES,
    AUTHORITIES,
    FINGERPRINTS;

    /** Nobody renews all of a bundle, and public keys do not expire. */
    boolean isTold() {
      return this == IDENTITY || this == CERTIFICATES;
    }
  }

  record Wanted(Name name, Part part) {}

  record Entry(
      List<Object> stamps,
      List<X509Certificate> chain,
      @Nullable PrivateKey key,
      Set<String> fingerprints,
      @Nullable Retry retry) {

    Entry(List<Object> stamps, List<X509Certificate> chain, @Nullable PrivateKey key) {
      this(stamps, chain, key, Set.of(), null);
    }

    /** The same as of files that are not what they were. */
    Entry keptFor(List<Object> others, @Nullable Retry again) {
      return new Entry(others, chain, key, fingerprints, again);
    }

    boolean isOf(List<Object> others) {
      return stamps.equals(others);
    }

    boolean isDue(Instant now) {
      return retry != null && !now.isBefore(retry.at());
    }

    /** Whether files of this look have been refused for this already. */
    boolean hasTold(List<Object> others, BadCertificate why) {
      return retry != null
          && isOf(others)
          && retry.reason().equals(String.valueOf(why.getMessage()));
    }
  }

  /**
   * Of files that may become good as they are.
   *
   * @param at when they are tried again
   * @param reason why they are of no use until then
   */
  record Retry(Instant at, String reason) {

    /** What is only early is good when its time has come; who may not read may do so later. */
    static @Nullable Retry of(BadCertificate why, Instant now) {
      Instant from = why.goodFrom();
      String reason = String.valueOf(why.getMessage());
      if (from != null) {
        return new Retry(from, reason);
      }
      return why.getCause() instanceof FileSystemException
          ? new Retry(now.plus(UNTIL_READ_AGAIN), reason)
          : null;
    }
  }

  private static final Duration UNTIL_READ_AGAIN = Duration.ofSeconds(5);

  private final CertificateStore store;
  private final Passphrase passphrase;
  private final InstantSource clock;
  private final BiConsumer<String, BadCertificate> whenKept;
  private final RevocationLists revocations;
  private final AtomicInteger exchanges = new AtomicInteger();
  private volatile Map<Wanted, Entry> entries = Map.of();

  /**
   * @param passphrase for keys in files that are encrypted
   * @param clock tells when certificates have to be valid
   * @param whenKept gets the name of a certificate or file whose new content is bad, and why, once
   */
  public CertificateSource(
      CertificateStore store,
      Passphrase passphrase,
      InstantSource clock,
      BiConsumer<String, BadCertificate> whenKept) {
    this.store = store;
    this.passphrase = passphrase;
    this.clock = clock;
    this.whenKept = whenKept;
    this.revocations = new RevocationLists(whenKept);
  }

  /** Tells when certificates have to be valid. */
  public InstantSource clock() {
    return clock;
  }

  /** Which certificates count no more, by the files that are named to it. */
  public RevocationLists revocations() {
    return revocations;
  }

  /** For the certificates that one configuration names. */
  public CertificateUse newUse() {
    return newUse(Set.of());
  }

  /**
   * The same while some of them have to wait.
   *
   * @param held what is in use of these goes on, whatever their files hold now; they are tried
   *     again
   */
  public CertificateUse newUse(Set<Name> held) {
    return new CertificateUse(this, held);
  }

  /** Whether a file in use is no longer the one that it was, or may be good by now. */
  public boolean hasChanged() {
    Map<Wanted, Entry> used = entries;
    return revocations.haveChanged() || (!used.isEmpty() && hasChanged(used, clock.instant()));
  }

  private boolean hasChanged(Map<Wanted, Entry> used, Instant now) {
    return used.entrySet().stream()
        .anyMatch(entry ->
            entry.getValue().isDue(now) || !entry.getValue().isOf(stamps(entry.getKey().name())));
  }

  /** How the files in use look now: equal for as long as none of them changes or is due. */
  public List<Object> stamps() {
    Instant now = clock.instant();
    Stream<Object> ofCertificates =
        entries.entrySet().stream()
            .map(entry -> List.of(stamps(entry.getKey().name()), entry.getValue().isDue(now)));
    return Stream.concat(ofCertificates, revocations.stamps()).toList();
  }

  /** Counts up whenever other certificates, or other lists of revoked ones, are used. */
  public int version() {
    return exchanges.get() + revocations.version();
  }

  /** What is in use and has to be renewed in time, each name once, in their order. */
  public List<InUse> inUse() {
    Instant now = clock.instant();
    Map<String, InUse> all = new TreeMap<>();
    entries.forEach((wanted, entry) -> {
      if (wanted.part().isTold()) {
        String known = wanted.name().known();
        X509Certificate ends =
            firstToEnd(entry.chain().stream().filter(one -> !isOver(wanted, entry, one, now)));
        all.merge(known, new InUse(known, ends), CertificateSource::firstToEnd);
      }
    });
    return List.copyOf(all.values());
  }

  /**
   * Issuers that are sent with a certificate and have expired. Clients that know a newer one do
   * without, as with a root that is signed by an older one, too.
   */
  public List<InUse> expiredIssuers() {
    Instant now = clock.instant();
    return entries.entrySet().stream()
        .flatMap(entry ->
            entry.getValue().chain().stream()
                .filter(one -> isOver(entry.getKey(), entry.getValue(), one, now))
                .map(one -> new InUse(entry.getKey().name().known(), one)))
        .distinct()
        .sorted(Comparator.comparing(InUse::name))
        .toList();
  }

  private static boolean isOver(Wanted wanted, Entry entry, X509Certificate one, Instant now) {
    return wanted.part() == Part.IDENTITY
        && !one.equals(entry.chain().getFirst())
        && !end(one).isAfter(now);
  }

  /** Without an issuer that was sent with it a certificate may be worth nothing, either. */
  private static X509Certificate firstToEnd(Stream<X509Certificate> certificates) {
    return certificates.min(Comparator.comparing(CertificateSource::end)).orElseThrow();
  }

  private static InUse firstToEnd(InUse one, InUse other) {
    return end(one.certificate()).isAfter(end(other.certificate())) ? other : one;
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }

  @Nullable Entry inUse(Wanted wanted) {
    return entries.get(wanted);
  }

  /** Has these be all that are in use. */
  void use(Map<Wanted, Entry> used, Map<String, BadCertificate> kept) {
    Map<Wanted, Entry> before = entries;
    boolean others =
        used.entrySet().stream()
            .anyMatch(entry -> isOther(entry.getValue(), before.get(entry.getKey())));
    entries = Map.copyOf(used);
    if (others) {
      exchanges.incrementAndGet();
    }
    kept.forEach(whenKept);
  }

  private static boolean isOther(Entry entry, @Nullable Entry before) {
    return before == null
        || !entry.chain().equals(before.chain())
        || !Objects.equals(entry.key(), before.key())
        || !entry.fingerprints().equals(before.fingerprints());
  }

  Entry read(Wanted wanted, List<Object> stamps) throws BadCertificate {
    Name name = wanted.name();
    return switch (wanted.part()) {
      case IDENTITY -> readIdentity(name, stamps);
      case CERTIFICATES -> readCertificates(name, stamps);
      case AUTHORITIES -> new Entry(stamps, Certificates.readAll(name.certificateFile()), null);
      case FINGERPRINTS ->
          new Entry(
              stamps, List.of(), null, Certificates.fingerprints(name.certificateFile()), null);
    };
  }

  private Entry readIdentity(Name name, List<Object> stamps) throws BadCertificate {
    if (name.id() != null) {
      StoredCertificate stored = store.find(name.id());
      if (stored.key() == null) {
        throw new BadCertificate("has no private key in the store, add it together with its key");
      }
      Certificates.checkKind(stored.key(), "has a key");
      Certificates.checkValidity(stored.leaf(), "the certificate", clock.instant());
      return new Entry(stamps, stored.chain(), stored.key());
    }
    ServerCertificate read =
        Certificates.read(name.certificateFile(), name.keyFile(), passphrase, clock.instant());
    return new Entry(stamps, read.chain(), read.key());
  }

  private Entry readCertificates(Name name, List<Object> stamps) throws BadCertificate {
    List<X509Certificate> read =
        name.id() == null
            ? Certificates.readAll(name.certificateFile())
            : List.of(store.find(name.id()).leaf());
    return new Entry(stamps, read, null);
  }

  List<Object> stamps(Name name) {
    String id = name.id();
    return id == null
        ? List.of(FileStamp.of(name.certificateFile()), FileStamp.of(name.keyFile()))
        : List.of(FileStamp.of(store.file(id)));
  }
}
