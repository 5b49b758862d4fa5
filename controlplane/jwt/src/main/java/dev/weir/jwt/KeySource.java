package dev.weir.jwt;

import org.jspecify.annotations.Nullable;

/** Where the keys of an API's tokens come from. For all threads; none of it waits. */
public sealed interface KeySource permits KeySource.Fixed, KeySetSource {

  /** The key that a token says it is signed with; null for none that is known. */
  @Nullable VerificationKey find(SigningMethod method, @Nullable String keyId);

  /** Whether it knows what keys there are. */
  boolean isKnown();

  /** Whether what it knows is no older than that, as {@link System#nanoTime}. */
  boolean isAsOf(long nanos);

  /** After how many nanoseconds it may know more; 0 where it knows all. */
  long pauseNanos();

  /**
   * Has what is known be brought up to date because a key was not found.
   *
   * @param then runs once when that is over, whatever came of it
   * @return whether it will run; false when nothing more can be learned now
   */
  boolean ask(Runnable then);

  /** Looks after itself. To be called now and then. */
  void tick();

  /** Has its keys count no more: nobody asks for them. */
  void close();

  /** One key, whatever tokens call it. */
  record Fixed(VerificationKey key) implements KeySource {
    @Override
    public @Nullable VerificationKey find(SigningMethod method, @Nullable String keyId) {
      return key.method() == method ? key : null;
    }

    @Override
    public boolean isKnown() {
      return true;
    }

    @Override
    public boolean isAsOf(long nanos) {
      return true;
    }

    @Override
    public long pauseNanos() {
      return 0;
    }

    @Override
    public boolean ask(Runnable then) {
      return false;
    }

    @Override
    public void tick() {
      // It stays as it is.
    }

    @Override
    public void close() {
      key.isGone();
    }
  }
}
