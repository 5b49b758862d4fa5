package dev.weir.compiler;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.model.KeyDefinition.Credentials;
import dev.weir.model.Secret;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A key that is in the store, or was. For all threads; one at a time changes it. */
final class KnownKey implements Identity, QuotaOwner {
  private static final Grants GONE =
      Grants.denied(new ProxyError(Kind.CREDENTIAL_REFUSED, "the credential is unknown"));

  /**
   * Who has to show more than the key's token, and what such a key may do: one object, so that no
   * call is let in by a bit of two.
   */
  private record Owned(KeyRules rules, KeyOwner owner) {}

  private static final int LONG_DIGITS = 2 * Long.BYTES;

  private static final VarHandle LIMITS = limitsHandle();

  private final KeyDirectory directory;
  private final long high;
  private final long low;

  /**
   * {@link KeyRules} where the key's token is enough, {@link Owned}, or null when it was deleted.
   * Not behind one more object: of many keys, fetching that takes longer than all the rest.
   */
  private volatile @Nullable Object written;

  private volatile long expires = NEVER;

  /** None before it is first needed: most keys of a large store are not in use. */
  private volatile @Nullable Map<RateRule, RateLimit> limits;

  private static VarHandle limitsHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(KnownKey.class, "limits", Map.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * @param id of its record
   */
  KnownKey(KeyDirectory directory, String id) {
    this.directory = directory;
    this.high = HexFormat.fromHexDigitsToLong(id, 0, LONG_DIGITS);
    this.low = HexFormat.fromHexDigitsToLong(id, LONG_DIGITS, 2 * LONG_DIGITS);
  }

  /** The first bits of the id of its record. */
  @Override
  public long high() {
    return high;
  }

  /** The next ones; with the first they are of no other record. */
  @Override
  public long low() {
    return low;
  }

  @Override
  public String mark() {
    return "";
  }

  /** It was deleted. */
  void isGone() {
    written = null;
    expires = NEVER;
  }

  /**
   * What is written of it now.
   *
   * @param credentials of which it has a password, a certificate or a secret, or none of them
   * @param imported null for a key that is found by the hash of its token
   */
  void is(KeyRules rules, long until, Credentials credentials, @Nullable ImportedState imported) {
    KeyOwner owner = imported == null ? owner(credentials) : owner(imported);
    Object now = owner == null ? rules : new Owned(rules, owner);
    // Whoever reads the expiry first gets no longer time for what the key may do no more.
    if (until > expires) {
      written = now;
      expires = until;
    } else {
      expires = until;
      written = now;
    }
  }

  /** Who has proven an unchanged password, or shown an unchanged certificate, stays the same. */
  private @Nullable KeyOwner owner(Credentials credentials) {
    String hash = credentials.password().text();
    String certificate = credentials.certificate();
    KeyOwner known = owner();
    if (!hash.isEmpty()) {
      return known instanceof User user && user.passwordHash().equals(hash)
          ? user
          : new User(this, hash);
    }
    if (!certificate.isEmpty()) {
      return known instanceof CertificateHolder holder && holder.certificate().equals(certificate)
          ? holder
          : new CertificateHolder(this, certificate);
    }
    Secret secret = credentials.jwtSecret();
    if (!secret.isSet()) {
      return null;
    }
    return known instanceof JwtClient client && client.secret().equals(secret)
        ? client
        : new JwtClient(this, secret);
  }

  /** Whoever has shown the token stays the same while its hash changes. */
  private KeyOwner owner(ImportedState imported) {
    return owner() instanceof ImportedToken known && known.function() == imported.function()
        ? known
        : new ImportedToken(this, imported.function());
  }

  /** What the first policy of it grants to others who come by it, as in Tyk. */
  Grants grantsOfPolicy(String orgId) {
    KeyRules rules = rules();
    return rules == null ? GONE : rules.ofFirstPolicy(orgId, directory.basis(), this);
  }

  /** Whoever has to show what; null when it was deleted. */
  @Nullable KeyRules rules() {
    return switch (written) {
      case KeyRules ofToken -> ofToken;
      case Owned owned -> owned.rules();
      case null, default -> null;
    };
  }

  /** When it is to be deleted, in seconds since 1970; {@link Identity#NEVER}. */
  long goesAt() {
    KeyRules rules = rules();
    return rules == null ? NEVER : rules.postExpiry().goesAt(expires);
  }

  /** What the id of its record begins with, and of no other. */
  String firstDigits() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }

  /** Whether it is in the store no more, whoever has to show what. */
  @Override
  public boolean isDeleted() {
    return written == null;
  }

  /** Who has to show more; null where the key's token is enough. */
  @Nullable KeyOwner owner() {
    return written instanceof Owned owned ? owned.owner() : null;
  }

  @Override
  public Grants grants() {
    return written instanceof KeyRules rules ? rules.grants(directory.basis(), this) : GONE;
  }

  /** The same for who has shown to be this one. */
  Grants grantsTo(KeyOwner owner) {
    return written instanceof Owned owned && owned.owner() == owner
        ? owned.rules().grants(directory.basis(), this)
        : GONE;
  }

  @Override
  public long expires() {
    return expires;
  }

  @Override
  public RateLimit limit(RateRule rule, long now) {
    Map<RateRule, RateLimit> known = limits;
    if (known == null) {
      LIMITS.compareAndSet(this, null, new ConcurrentHashMap<>());
      known = Objects.requireNonNull(limits);
    }
    return known.computeIfAbsent(rule, made -> new RateLimit(made.calls(), made.seconds(), now));
  }

  @Override
  public Quota quota(QuotaRule rule) {
    return directory.quotas().of(this, rule);
  }

  @Override
  public boolean isKnown() {
    return written instanceof KeyRules;
  }

  boolean isKnownAs(KeyOwner owner) {
    return written instanceof Owned owned && owned.owner() == owner;
  }
}
