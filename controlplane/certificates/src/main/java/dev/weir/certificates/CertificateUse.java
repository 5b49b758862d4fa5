package dev.weir.certificates;

import dev.weir.certificates.CertificateSource.Entry;
import dev.weir.certificates.CertificateSource.Name;
import dev.weir.certificates.CertificateSource.Part;
import dev.weir.certificates.CertificateSource.Retry;
import dev.weir.certificates.CertificateSource.Wanted;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The certificates that one configuration names. The source remembers and watches them when the
 * configuration is in use, and forgets those of the one before: a configuration that was only
 * looked at leaves nothing behind. For one thread.
 */
public final class CertificateUse {
  private final CertificateSource source;
  private final Map<Wanted, Entry> entries = new HashMap<>();
  private final Map<String, BadCertificate> kept = new LinkedHashMap<>();
  private final Set<Name> held;
  private final Set<Wanted> renewed = new HashSet<>();

  CertificateUse(CertificateSource source, Set<Name> held) {
    this.source = source;
    this.held = Set.copyOf(held);
  }

  /** Tells when certificates have to be valid. */
  public InstantSource clock() {
    return source.clock();
  }

  /** Which certificates count no more, by the files that are named to it. */
  public RevocationLists revocations() {
    return source.revocations();
  }

  /** Whether this was asked for, with its private key, and is another one than is in use. */
  public boolean isRenewed(Name name) {
    return renewed.contains(new Wanted(name, Part.IDENTITY));
  }

  /**
   * A certificate with its private key, for a side that proves who it is.
   *
   * @throws BadCertificate when it cannot be had, or is not valid now; the message says what to do
   */
  public ServerCertificate identity(Name name) throws BadCertificate {
    Entry entry = find(new Wanted(name, Part.IDENTITY));
    return new ServerCertificate(entry.chain(), Objects.requireNonNull(entry.key()));
  }

  /**
   * Certificates without private keys, to trust or to compare with: all of a file, or one of the
   * store.
   *
   * @throws BadCertificate when they cannot be had
   */
  public List<X509Certificate> certificates(Name name) throws BadCertificate {
    return find(new Wanted(name, Part.CERTIFICATES)).chain();
  }

  /**
   * All certificates of a file, such as a bundle of authorities. When they expire is not told.
   *
   * @throws BadCertificate when they cannot be had
   */
  public List<X509Certificate> authorities(Path file) throws BadCertificate {
    return find(new Wanted(named(file), Part.AUTHORITIES)).chain();
  }

  /**
   * SHA-256 of the public keys in a file, as {@link Certificates#fingerprints} has them.
   *
   * @throws BadCertificate when they cannot be had
   */
  public Set<String> fingerprints(Path file) throws BadCertificate {
    return find(new Wanted(named(file), Part.FINGERPRINTS)).fingerprints();
  }

  private static Name named(Path file) {
    return new Name(null, file, file);
  }

  /** Says that the configuration is in use. */
  public void begin() {
    source.use(entries, kept);
  }

  private Entry find(Wanted wanted) throws BadCertificate {
    Entry found = entries.get(wanted);
    if (found == null) {
      found = read(wanted);
      entries.put(wanted, found);
    }
    return found;
  }

  private Entry read(Wanted wanted) throws BadCertificate {
    Entry last = source.inUse(wanted);
    if (last != null && isHeld(wanted)) {
      return last; // with the stamps that it has, by which it is looked at again
    }
    List<Object> stamps = source.stamps(wanted.name());
    Instant now = source.clock().instant();
    if (last != null && last.isOf(stamps) && !last.isDue(now)) {
      return last;
    }
    try {
      Entry read = source.read(wanted, stamps);
      if (last != null) {
        renewed.add(wanted);
      }
      return read;
    } catch (BadCertificate e) {
      if (last == null) {
        throw e;
      }
      if (!last.hasTold(stamps, e)) {
        kept.put(wanted.name().known(), e);
      }
      return last.keptFor(stamps, Retry.of(e, now));
    }
  }

  private boolean isHeld(Wanted wanted) {
    return wanted.part() == Part.IDENTITY && held.contains(wanted.name());
  }
}
