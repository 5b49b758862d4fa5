package dev.weir.compiler;

import dev.weir.filter.SignedTokens;
import dev.weir.jwt.BadKey;
import dev.weir.jwt.Fetch;
import dev.weir.jwt.KeySetSource;
import dev.weir.jwt.KeySource;
import dev.weir.jwt.VerificationKey;
import dev.weir.model.JwtRules;
import dev.weir.model.JwtRules.KeySet;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who signs the tokens of APIs: their keys, kept up to date, and the tokens that were found good.
 * What is the same in two configurations goes on over a reload. For all threads.
 */
public final class TokenIssuers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenIssuers.class);

  /** For each thread: less than a second's work, with what these calls hold meanwhile. */
  private static final int WAITING = 256;

  private static final int SWEEP_TICKS = 10;

  private final KeyDirectory keys;
  private final Fetch fetch;
  private final LongSupplier epochSeconds;
  private final LongSupplier nanoTime;
  private final Duration tickEvery;
  private final ProofThreads threads = new ProofThreads("weir-tokens", WAITING, "checked a token");
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Map<JwtRules, IssuedTokens> inUse = Map.of();
  private volatile Map<SourceName, KeySource> sources = Map.of();
  private @Nullable ScheduledThreadPoolExecutor ticking;
  private int ticks;

  /** What tells one source of keys from another. */
  private sealed interface SourceName {
    record Key(JwtRules.Method method, String base64) implements SourceName {}

    record Address(URI address) implements SourceName {}
  }

  /**
   * @param keys whose policies and quotas count
   * @param fetch gets key sets
   * @param epochSeconds seconds since 1970
   * @param nanoTime as {@link System#nanoTime}
   */
  public TokenIssuers(
      KeyDirectory keys, Fetch fetch, LongSupplier epochSeconds, LongSupplier nanoTime) {
    this(keys, fetch, epochSeconds, nanoTime, Duration.ofSeconds(1));
  }

  /**
   * The same that looks after them more often.
   *
   * @param tickEvery pauses between looks at key sets; some of them make one at tokens
   */
  TokenIssuers(
      KeyDirectory keys,
      Fetch fetch,
      LongSupplier epochSeconds,
      LongSupplier nanoTime,
      Duration tickEvery) {
    this.keys = keys;
    this.fetch = fetch;
    this.epochSeconds = epochSeconds;
    this.nanoTime = nanoTime;
    this.tickEvery = tickEvery;
  }

  /** How many tokens wait to be checked. */
  public ProofCounts checks() {
    return threads.counts();
  }

  /** Has the key sets at these addresses be fetched anew; see {@link KeySetSource#refetch}. */
  public void refetch(Set<URI> addresses) {
    for (URI address : addresses) {
      if (sources.get(new SourceName.Address(address)) instanceof KeySetSource source) {
        source.refetch();
      }
    }
  }

  /** For one compilation. */
  Use newUse() {
    return new Use();
  }

  /**
   * The issuers that one configuration names. They count when it is in use; one that was only
   * looked at leaves nothing behind. For one thread.
   */
  public final class Use {
    private Use() {}

    private final Map<JwtRules, IssuedTokens> tokens = new HashMap<>();
    private final Map<SourceName, KeySource> named = new HashMap<>();
    private final Map<KeySetSource, Duration> refreshes = new HashMap<>();

    /**
     * The tokens that an API believes.
     *
     * @throws BadKey when its key is none
     */
    SignedTokens of(JwtRules rules) throws BadKey {
      IssuedTokens found = tokens.get(rules);
      if (found == null) {
        List<KeySource> from = sources(rules);
        found = inUse.get(rules);
        if (found == null) {
          found = new IssuedTokens(rules, from, keys, threads, epochSeconds, nanoTime);
        }
        tokens.put(rules, found);
      }
      return found;
    }

    private List<KeySource> sources(JwtRules rules) throws BadKey {
      List<KeySource> from = new ArrayList<>();
      if (rules.key().isSet()) {
        var name = new SourceName.Key(rules.method(), rules.key().text());
        KeySource known = known(name);
        from.add(put(name, known == null ? new KeySource.Fixed(key(rules)) : known));
      }
      for (KeySet keySet : rules.keySets()) {
        var name = new SourceName.Address(keySet.address());
        KeySetSource source =
            known(name) instanceof KeySetSource known ? known : keySetSource(keySet);
        from.add(put(name, source));
        refreshes.merge(source, keySet.refresh(), (one, two) -> one.compareTo(two) < 0 ? one : two);
      }
      return from;
    }

    private @Nullable KeySource known(SourceName name) {
      KeySource mine = named.get(name);
      return mine == null ? sources.get(name) : mine;
    }

    private KeySource put(SourceName name, KeySource source) {
      named.put(name, source);
      return source;
    }

    /** Says that the configuration is in use. */
    void begin() {
      refreshes.forEach(KeySetSource::refreshAfter);
      replace(tokens, named);
    }
  }

  /** The key of an API that has one. */
  static VerificationKey key(JwtRules rules) throws BadKey {
    byte[] bytes = Base64.getDecoder().decode(rules.key().text());
    return switch (rules.method()) {
      case HMAC -> VerificationKey.ofSecret(bytes);
      case RSA, ECDSA, EDDSA -> VerificationKey.ofFile(bytes, IssuedTokens.method(rules.method()));
    };
  }

  private KeySetSource keySetSource(KeySet keySet) {
    return new KeySetSource(
        keySet.address(),
        keySet.refresh(),
        fetch,
        task -> Thread.ofVirtual().name("weir-key-set").start(task),
        nanoTime,
        keys::changed);
  }

  private void replace(Map<JwtRules, IssuedTokens> tokens, Map<SourceName, KeySource> named) {
    lock.lock();
    try {
      Map<JwtRules, IssuedTokens> oldTokens = inUse;
      Map<SourceName, KeySource> oldSources = sources;
      inUse = Map.copyOf(tokens);
      sources = Map.copyOf(named);
      goneFrom(oldTokens, tokens).forEach(IssuedTokens::close);
      List<KeySource> gone = goneFrom(oldSources, named);
      gone.forEach(KeySource::close);
      if (!gone.isEmpty()) {
        keys.changed();
      }
      if (!named.isEmpty() || !tokens.isEmpty()) {
        tickNow();
      }
    } finally {
      lock.unlock();
    }
  }

  private static <T> List<T> goneFrom(Map<?, T> before, Map<?, T> now) {
    Set<T> there = Collections.newSetFromMap(new IdentityHashMap<>());
    there.addAll(now.values());
    return before.values().stream().filter(old -> !there.contains(old)).toList();
  }

  /** The lock is held. */
  private void tickNow() {
    sources.values().forEach(KeySource::tick);
    if (ticking == null) {
      ticking =
          new ScheduledThreadPoolExecutor(
              1, Thread.ofPlatform().daemon().name("weir-key-sets").factory());
      long pause = tickEvery.toNanos();
      ticking.scheduleWithFixedDelay(this::tick, pause, pause, TimeUnit.NANOSECONDS);
    }
  }

  private void tick() {
    try {
      sources.values().forEach(KeySource::tick);
      ticks++;
      if (ticks % SWEEP_TICKS == 0) {
        inUse.values().forEach(IssuedTokens::sweep);
        keys.subjects().sweep(epochSeconds.getAsLong());
      }
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a fault of the gateway while it looked after key sets");
    }
  }

  /** Nobody waits for an answer any more. */
  @Override
  public void close() {
    lock.lock();
    try {
      threads.close();
      if (ticking != null) {
        ticking.shutdownNow();
      }
    } finally {
      lock.unlock();
    }
  }
}
