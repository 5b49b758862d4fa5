package dev.weir.store;

/**
 * How far a quota of a key is used.
 *
 * @param high the first 64 bits of the hash of the key's token
 * @param low the next
 * @param scope of what the quota is, for keys with several
 * @param calls how many it admits
 * @param seconds in how long a time
 * @param used how many it has admitted
 * @param renews seconds since 1970; 0 with none used for a quota that is whole, or gone
 */
public record QuotaEntry(
    long high, long low, String scope, long calls, long seconds, long used, long renews) {
  /** The same quota when none of it is used. */
  public QuotaEntry whole() {
    return new QuotaEntry(high, low, scope, calls, seconds, 0, 0);
  }
}
