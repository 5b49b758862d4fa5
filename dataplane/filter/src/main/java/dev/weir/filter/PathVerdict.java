package dev.weir.filter;

/** What the lists of an API say of a path. */
public enum PathVerdict {
  /** Whoever may call the API may call it. */
  PASSED,

  /** It may be called by anybody, without a credential. */
  IGNORED,

  /** It is on the list of what nobody may call. */
  BLOCKED,

  /** There is a list of what may be called, and it is not there. */
  UNLISTED
}
