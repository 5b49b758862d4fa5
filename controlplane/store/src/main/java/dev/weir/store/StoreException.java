package dev.weir.store;

import org.jspecify.annotations.Nullable;

/** Why the store did not do what it was asked for. The message tells a person what to do. */
public final class StoreException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What to do about it, for a program. */
  public enum Reason {
    /** The condition of a write does not hold: read again. */
    CONFLICT,
    /** An id or a document that no store takes. */
    INVALID,
    /** No room on the disk; works again once there is. */
    FULL,
    /** The files or their folder cannot be written. */
    READ_ONLY,
    /** Another process has the store. */
    LOCKED,
    /** Files are damaged. */
    CORRUPT,
    /** The key is missing, is another one, or others may read it. */
    KEY,
    /** A newer version of the gateway has written what this one does not understand. */
    NEWER,
    /** The store was closed. */
    CLOSED,
    /** Everything else: the disk, the network. What was written may be there. */
    FAILED
  }

  private final Reason reason;

  /** A failure that nothing else caused. */
  public StoreException(Reason reason, String message) {
    this(reason, message, null);
  }

  /** A failure and what caused it. */
  public StoreException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What kind of failure it is. */
  public Reason reason() {
    return reason;
  }

  /** The same for another caller, with the trace of that one. */
  StoreException again() {
    return new StoreException(reason, String.valueOf(getMessage()), this);
  }
}
