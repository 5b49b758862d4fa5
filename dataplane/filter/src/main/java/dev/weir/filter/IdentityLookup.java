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

  /** Another number whenever what somebody may do has changed. */
  long changes();
}
