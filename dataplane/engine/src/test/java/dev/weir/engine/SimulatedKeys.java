package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.filter.FailedCredentials;
import dev.weir.filter.Grant;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodRules;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The keys that callers show: they are deleted, made again, locked and unlocked, each of which
 * counts from the moment on in which it is said.
 */
final class SimulatedKeys implements AnyCaller {
  private static final int COUNT = 3;
  private static final Grants ALL = Grants.ofAll(new Grant(MethodRules.ALL, null, null, null));
  private static final Grants LOCKED =
      Grants.denied(new ProxyError(ProxyError.Kind.KEY_INACTIVE, "the key is locked"));
  private static final Grants GONE =
      Grants.denied(new ProxyError(ProxyError.Kind.CREDENTIAL_REFUSED, "the key is gone"));

  private final List<Key> keys = IntStream.range(0, COUNT).mapToObj(_ -> new Key()).toList();
  private final SplittableRandom random;
  private long changes;

  /** A key, and whoever holds it until it is made again. */
  static final class Key {
    private @Nullable Holder holder = new Holder();
    private long changes;
    private long sinceNanos;

    boolean lets() {
      return holder != null && holder.grants == ALL;
    }

    /** How often that has changed. */
    long changes() {
      return changes;
    }

    /** Since when it is as it is. */
    long sinceNanos() {
      return sinceNanos;
    }
  }

  private static final class Holder implements AnyCaller {
    private Grants grants = ALL;

    @Override
    public Grants grants() {
      return grants;
    }

    @Override
    public boolean isKnown() {
      return grants != GONE;
    }
  }

  SimulatedKeys(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Asks for one of them. */
  static Access access() {
    AskedCredential token = new AskedCredential(AskedCredential.Kind.TOKEN, "", "authorization");
    return Access.by(List.of(token), token, "api", ListenPath.of(0), false, false, false);
  }

  Admission admission() {
    return Admission.of(
        new Callers(
            () -> this,
            () -> 1,
            FailedCredentials.UNCOUNTED,
            FailedCredentials.UNCOUNTED,
            ToldLimits.NONE),
        1);
  }

  /** The key of a call. */
  Key of(int call) {
    return keys.get(call % COUNT);
  }

  /** What a call shows. */
  static String token(int call) {
    return "key" + call % COUNT;
  }

  /** One of them lets in no more, or again; answers which. */
  int change(long nowNanos) {
    int number = random.nextInt(COUNT);
    Key key = keys.get(number);
    Holder holder = key.holder;
    if (holder == null) {
      key.holder = new Holder();
    } else if (holder.grants == LOCKED) {
      holder.grants = ALL;
    } else if (random.nextBoolean()) {
      holder.grants = LOCKED;
    } else {
      holder.grants = GONE;
      key.holder = null;
    }
    key.changes++;
    key.sinceNanos = nowNanos;
    changes++;
    return number;
  }

  @Override
  public @Nullable Identity find(byte[] owner, byte[] credential, int offset, int length) {
    return keys.get(credential[offset + length - 1] - '0').holder;
  }

  @Override
  public long changes() {
    return changes;
  }
}
