package dev.weir.filter;

import org.jspecify.annotations.Nullable;

/** Finds who a credential stands for, without waiting and without allocating. For one thread. */
public interface IdentityLookup {
  /** Knows nobody. */
  IdentityLookup NOBODY =
      new IdentityLookup() {
        @Override
        public @Nullable Identity find(byte[] owner, byte[] credential, int offset, int length) {
          return null;
        }

        @Override
        public @Nullable Identity find(byte[] owner, NameAndPassword shown) {
          return null;
        }

        @Override
        public @Nullable Identity holder(byte[] owner, byte[] fingerprint) {
          return null;
        }

        @Override
        public boolean prove(byte[] owner, NameAndPassword shown, long address, Proven proven) {
          return false;
        }

        @Override
        public long changes() {
          return 0;
        }
      };

  /**
   * Who shows this credential; null for nobody that is known.
   *
   * @param owner what a credential that is not known by itself may have in front of it; read only
   * @param credential as it was sent; read only
   */
  @Nullable Identity find(byte[] owner, byte[] credential, int offset, int length);

  /**
   * Who has shown this name and password before; null for nobody, or not yet.
   *
   * @param owner what is in front of the name; read only
   */
  @Nullable Identity find(byte[] owner, NameAndPassword shown);

  /**
   * Who has the key of a certificate; null for nobody. That the certificate was shown, and is good,
   * is for others to find out.
   *
   * @param owner what is in front of its fingerprint in its id; read only
   * @param fingerprint its SHA-256 in hexadecimal digits, in lower case; read only
   */
  @Nullable Identity holder(byte[] owner, byte[] fingerprint);

  /**
   * Has another thread find out whose name and password this is, which takes about a quarter of a
   * second, whether there is such a user or not.
   *
   * @param owner as for {@link #find}
   * @param address from where it is shown, in bits as {@link FailedCredentials} takes them: who
   *     shows something from another one does not wait behind all of this one's
   * @param proven is told once
   * @return whether it will be told; false when there is too much to do
   */
  boolean prove(byte[] owner, NameAndPassword shown, long address, Proven proven);

  /** Somebody whose {@link Proven} was wanted waits no more; told once. */
  default void gaveUp() {}

  /** Hears who somebody has proven to be. */
  interface Proven {
    /** Nobody, for null; on the thread that has found it out. */
    void is(@Nullable Identity identity);

    /** It is not found out, as too many wait; on any thread, at once or when others have come. */
    void isBusy();

    /** Whether it has to be found out, still; asked on that thread before it is. */
    default boolean isWanted() {
      return true;
    }
  }

  /** Another number whenever what somebody may do has changed. */
  long changes();
}
