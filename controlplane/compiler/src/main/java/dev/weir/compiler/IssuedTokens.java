package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.SignedTokens;
import dev.weir.jwt.BadKey;
import dev.weir.jwt.BadToken;
import dev.weir.jwt.Claims;
import dev.weir.jwt.CompactToken;
import dev.weir.jwt.KeySource;
import dev.weir.jwt.SigningMethod;
import dev.weir.jwt.TokenCheck;
import dev.weir.jwt.TokenCheck.Checked;
import dev.weir.jwt.VerificationKey;
import dev.weir.model.JwtRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tokens that APIs with the same rules believe. For all threads. */
final class IssuedTokens implements SignedTokens {
  private static final Logger LOG = LoggerFactory.getLogger(IssuedTokens.class);
  private static final int MOST_TOKENS = 1 << 16;

  /** Characters of what all of them say: a signature bounds neither their number nor their size. */
  static final int MOST_TOLD = 1 << 24;

  private static final long LEAST_PAUSE_NANOS = 1_000_000_000;
  private static final Grants WITHOUT_POLICY =
      Grants.denied(
          new ProxyError(Kind.KEY_WITHOUT_POLICY, "the token has no policy of this API's issuer"));

  private final JwtRules rules;
  private final List<WaitingTokens> sources;
  private final KeyDirectory keys;
  private final ProofThreads threads;
  private final LongSupplier epochSeconds;
  private final LongSupplier nanoTime;
  private final SigningMethod method;
  private final TokenCheck check;
  private final TokenTable table;
  private final RefusedTokens refused;

  /** A token while it is found out whose it is. */
  private record Shown(
      TokenTable.Hash hash, String text, long sinceNanos, long address, Verdict verdict) {}

  /** The key that a token names. */
  private record Named(WaitingTokens from, VerificationKey key) {}

  IssuedTokens(
      JwtRules rules,
      List<KeySource> sources,
      KeyDirectory keys,
      ProofThreads threads,
      LongSupplier epochSeconds,
      LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.refused = new RefusedTokens(nanoTime);
    this.rules = rules;
    this.sources = sources.stream().map(WaitingTokens::new).toList();
    this.keys = keys;
    this.threads = threads;
    this.epochSeconds = epochSeconds;
    this.method = method(rules.method());
    this.check =
        new TokenCheck(rules.skews().expires(), rules.skews().issued(), rules.skews().notBefore());
    this.table = new TokenTable(MOST_TOKENS, MOST_TOLD);
  }

  static SigningMethod method(JwtRules.Method method) {
    return switch (method) {
      case HMAC -> SigningMethod.HMAC;
      case RSA -> SigningMethod.RSA;
      case ECDSA -> SigningMethod.ECDSA;
      case EDDSA -> SigningMethod.EDDSA;
    };
  }

  @Override
  public @Nullable Identity find(byte[] token, int offset, int length) {
    return table.find(TokenTable.Hash.of(token, offset, length));
  }

  @Override
  public boolean prove(byte[] token, long address, Verdict verdict) {
    var shown =
        new Shown(
            TokenTable.Hash.of(token, 0, token.length),
            new String(token, ISO_8859_1),
            nanoTime.getAsLong(),
            address,
            verdict);
    // Each source may be asked, and a fetch that was under way may have begun too early.
    return run(shown, 2 * sources.size());
  }

  @Override
  public void gaveUp() {
    threads.gaveUp();
  }

  private boolean run(Shown shown, int asks) {
    return threads.run(
        shown.address(),
        new ProofTurns.Proof() {
          @Override
          public boolean isWanted() {
            return shown.verdict().isWanted();
          }

          @Override
          public void isRefused() {
            threads.tell(shown.verdict()::isBusy);
          }

          @Override
          public void run() {
            if (isWanted()) {
              find(shown, asks);
            }
          }
        });
  }

  /** Forgets what is not needed any more. */
  void sweep() {
    table.sweep(epochSeconds.getAsLong());
  }

  /** No API asks for them any more. */
  void close() {
    table.close(epochSeconds.getAsLong());
  }

  /**
   * @param asks how often keys may be asked for
   */
  private void find(Shown shown, int asks) {
    try {
      // Many calls of one client may wait for the same answer.
      RememberedToken known = table.find(shown.hash());
      if (known != null) {
        shown.verdict().is(known);
        return;
      }
      CompactToken token = CompactToken.of(shown.text());
      if (rules.clients().sign()) {
        findClient(shown, token);
        return;
      }
      Named named = named(token.keyId());
      if (named == null && token.keyId() == null) {
        refuse(shown, Kind.TOKEN_REFUSED, "is not good here", "it does not name its key");
        return;
      }
      if (named == null && asks > 0 && ask(shown, asks - 1)) {
        return;
      }
      if (named == null) {
        refuseUnknown(shown, token.keyId());
        return;
      }
      Checked checked = checked(shown, token, named, asks);
      if (checked != null) {
        decide(shown, named.key(), checked);
      }
    } catch (BadToken e) {
      refuse(shown, e);
    } catch (RejectedExecutionException e) {
      LOG.atDebug().log("who waited for a token to be checked is gone, and its event loop too");
    } catch (RuntimeException e) {
      refused.tell(e);
      threads.tell(() -> shown.verdict().isNot(Kind.TOKEN_REFUSED, "is not good here", 0));
    } catch (Error e) {
      // Such as no memory: it may be good.
      refused.tell(e);
      threads.tell(shown.verdict()::isBusy);
    }
  }

  /** Of an API without keys of its own. */
  private void findClient(Shown shown, CompactToken token) throws BadToken {
    Optional<String> name =
        rules.clients().byKeyId() && token.keyId() != null
            ? Optional.of(token.keyId())
            : TokenPolicies.identity(rules, Claims.of(token));
    JwtClient client = name.isEmpty() ? null : keys.client(rules.orgId(), name.get());
    if (client == null) {
      refuse(shown, Kind.TOKEN_REFUSED, "is not good here", "its client has no key with a secret");
      return;
    }
    long now = epochSeconds.getAsLong();
    Checked checked = check.check(token, secret(client), now);
    var found = new ClientToken(client, checked.until(), told(checked.claims()));
    // A key that lets nobody in may have any number of tokens made: they take no room.
    boolean counts = client.expires() > now && client.grants().denial() == null;
    shown.verdict().is(counts ? table.remember(shown.hash(), now, () -> found) : found);
  }

  private VerificationKey secret(JwtClient client) throws BadToken {
    try {
      return client.key(rules.method());
    } catch (BadKey e) {
      throw new BadToken("the secret of its client " + e.getMessage());
    }
  }

  private Map<String, String> told(Claims claims) throws BadToken {
    return RememberedToken.told(claims, rules.told());
  }

  private @Nullable Named named(@Nullable String keyId) {
    for (WaitingTokens from : sources) {
      VerificationKey key = from.source().find(method, keyId);
      if (key != null && key.isTrusted()) {
        return new Named(from, key);
      }
    }
    return null;
  }

  /** Whether a fetch ended after that was found, too soon for its source to be asked to wait. */
  private boolean isNew(@Nullable String keyId, @Nullable VerificationKey found) {
    Named now = named(keyId);
    return now != null && now.key() != found;
  }

  /**
   * What a token says; null where that is told later, since another key may have the name by now.
   * Waits only where its source may be asked at once: who forges tokens has nothing fetched that
   * invented names would not.
   */
  private @Nullable Checked checked(Shown shown, CompactToken token, Named named, int asks)
      throws BadToken {
    try {
      return check.check(token, named.key(), epochSeconds.getAsLong());
    } catch (BadToken e) {
      if (e.isOfAnotherKey()
          && asks > 0
          && !named.from().source().isAsOf(shown.sinceNanos())
          && named.from().ask(shown.address(), again(shown, asks - 1))) {
        return null;
      }
      if (e.isOfAnotherKey() && isNew(token.keyId(), named.key())) {
        find(shown, 0);
        return null;
      }
      throw e;
    }
  }

  /** Whether the call waits for keys. */
  private boolean ask(Shown shown, int asks) {
    ProofTurns.Proof again = again(shown, asks);
    return sources.stream().anyMatch(from -> from.ask(shown.address(), again));
  }

  private ProofTurns.Proof again(Shown shown, int asks) {
    return new ProofTurns.Proof() {
      @Override
      public boolean isWanted() {
        return shown.verdict().isWanted();
      }

      @Override
      public void isRefused() {
        threads.tell(() -> refuseForNow(shown, LEAST_PAUSE_NANOS));
      }

      @Override
      public void run() {
        if (!IssuedTokens.this.run(shown, asks)) {
          threads.tell(shown.verdict()::isBusy);
        }
      }
    };
  }

  /** For good only by keys that are no older than the call: else it may be a new one's. */
  private void refuseUnknown(Shown shown, @Nullable String keyId) {
    List<KeySource> older =
        sources.stream()
            .map(WaitingTokens::source)
            .filter(source -> !source.isAsOf(shown.sinceNanos()))
            .toList();
    if (isNew(keyId, null)) {
      find(shown, 0);
      return;
    }
    if (older.isEmpty()) {
      refuse(shown, Kind.TOKEN_REFUSED, "is not good here", "its key is unknown");
      return;
    }
    refused.tell("its key is unknown, and the key set cannot be fetched now");
    long pause = older.stream().mapToLong(KeySource::pauseNanos).min().orElse(0);
    refuseForNow(shown, Math.max(LEAST_PAUSE_NANOS, pause));
  }

  private static void refuseForNow(Shown shown, long pauseNanos) {
    shown
        .verdict()
        .isNot(
            Kind.TOKEN_KEYS_MISSING,
            "cannot be checked: the key that signs it is not among those fetched last, try again",
            pauseNanos);
  }

  private void refuse(Shown shown, BadToken why) {
    if (why.hasExpired()) {
      refuse(shown, Kind.KEY_EXPIRED, "has expired", "it has expired");
    } else {
      refuse(shown, Kind.TOKEN_REFUSED, "is not good here", String.valueOf(why.getMessage()));
    }
  }

  private void refuse(Shown shown, Kind kind, String words, String why) {
    refused.tell(why);
    threads.tell(() -> shown.verdict().isNot(kind, words, 0));
  }

  private void decide(Shown shown, VerificationKey key, Checked checked) throws BadToken {
    Optional<String> identity = TokenPolicies.identity(rules, checked.claims());
    if (identity.isEmpty()) {
      refuse(shown, Kind.TOKEN_REFUSED, "is not good here", "it does not say whose it is");
      return;
    }
    if (TokenPolicies.areUnclear(rules, checked.claims())) {
      refuse(shown, Kind.TOKEN_REFUSED, "is not good here", "its claim for a policy is no text");
      return;
    }
    String claim = rules.clients().policyClaim();
    boolean byClient = !claim.isEmpty() && checked.claims().isThere(claim);
    KnownKey client =
        byClient
            ? checked.claims().text(claim).map(name -> keys.named(rules.orgId(), name)).orElse(null)
            : null;
    if (byClient && client == null) {
      refuse(shown, Kind.TOKEN_REFUSED, "is not good here", "its client has no key");
      return;
    }
    remember(shown, key, checked, identity.get(), client);
  }

  private void remember(
      Shown shown, VerificationKey key, Checked checked, String subject, @Nullable KnownKey client)
      throws BadToken {
    Map<String, String> told = told(checked.claims());
    Supplier<Grants> rights =
        client == null
            ? rights(TokenPolicies.of(rules, checked.claims()))
            : () -> client.grantsOfPolicy(rules.orgId());
    shown
        .verdict()
        .is(
            table.remember(
                shown.hash(),
                epochSeconds.getAsLong(),
                () ->
                    new ProvenToken(
                        keys.subjects().withToken(rules.orgId(), subject),
                        keys.subjects(),
                        key,
                        checked.until(),
                        client,
                        rights,
                        told)));
  }

  private Supplier<Grants> rights(List<String> policies) {
    if (policies.isEmpty()) {
      return () -> WITHOUT_POLICY;
    }
    KeyRules granted = keys.rules(rules.orgId(), policies);
    return () -> granted.grants(keys.basis(), null);
  }
}
