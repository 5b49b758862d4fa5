package dev.weir.compiler;

/** Whose quotas are kept on the disk. Compared by identity; for all threads. */
interface QuotaOwner {
  /** The first 64 bits of what tells them from the others with the same mark. */
  long high();

  /** The next ones. */
  long low();

  /** What their scopes have in front in the file; empty for keys. */
  String mark();

  /** Whether they are gone for good, and their quotas with them. */
  boolean isDeleted();
}
