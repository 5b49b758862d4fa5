package dev.weir.compiler;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were found good, by their hashes, until they expire or there is no room for more: the
 * one that was found good first goes first. For all threads; who looks one up does not wait.
 */
final class TokenTable {
  private final int most;
  private final long mostTold;
  private final Map<Hash, RememberedToken> tokens = new ConcurrentHashMap<>();

  /** The same in their order. Guarded by the lock. */
  private final LinkedHashMap<Hash, RememberedToken> order = new LinkedHashMap<>();

  private final ReentrantLock lock = new ReentrantLock();

  /** Characters of what they say. Guarded by the lock. */
  private long told;

  /** Guarded by the lock. */
  private boolean closed;

  /** SHA-256 of a token. */
  record Hash(long first, long second, long third, long fourth) {
    static Hash of(byte[] token, int offset, int length) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(token, offset, length);
        byte[] hash = digest.digest();
        return new Hash(word(hash, 0), word(hash, 8), word(hash, 16), word(hash, 24));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }

    private static long word(byte[] hash, int at) {
      long word = 0;
      for (int i = at; i < at + Long.BYTES; i++) {
        word = (word << Byte.SIZE) | (hash[i] & 0xff);
      }
      return word;
    }
  }

  /**
   * @param most so many of them
   * @param mostTold so many characters of what they say, and more than one of them says
   */
  TokenTable(int most, long mostTold) {
    this.most = most;
    this.mostTold = mostTold;
  }

  /** One that is known still. */
  @Nullable RememberedToken find(Hash hash) {
    RememberedToken token = tokens.get(hash);
    return token != null && token.isKnown() ? token : null;
  }

  /**
   * The one that is known by a hash, which is made if there is none; after the end for one call.
   */
  RememberedToken remember(Hash hash, long epochSeconds, Supplier<RememberedToken> made) {
    lock.lock();
    try {
      RememberedToken known = find(hash);
      if (known != null) {
        return known;
      }
      forget(hash, epochSeconds);
      RememberedToken token = made.get();
      if (closed) {
        token.release(epochSeconds);
        return token;
      }
      order.put(hash, token);
      tokens.put(hash, token);
      told += token.characters();
      while (order.size() > most || told > mostTold) {
        forget(order.firstEntry().getKey(), epochSeconds);
      }
      return token;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets those that have expired, or whose keys have gone. */
  void sweep(long epochSeconds) {
    lock.lock();
    try {
      List<Hash> over = new ArrayList<>();
      order.forEach((hash, token) -> {
        if (token.expires() <= epochSeconds || !token.isKnown()) {
          over.add(hash);
        }
      });
      over.forEach(hash -> forget(hash, epochSeconds));
    } finally {
      lock.unlock();
    }
  }

  /** Forgets all of them, and remembers none any more. */
  void close(long epochSeconds) {
    lock.lock();
    try {
      closed = true;
      List.copyOf(order.keySet()).forEach(hash -> forget(hash, epochSeconds));
    } finally {
      lock.unlock();
    }
  }

  /** The lock is held. */
  private void forget(Hash hash, long epochSeconds) {
    RememberedToken token = order.remove(hash);
    if (token != null) {
      tokens.remove(hash);
      told -= token.characters();
      token.isForgotten();
      token.release(epochSeconds);
    }
  }

  int size() {
    return tokens.size();
  }
}
