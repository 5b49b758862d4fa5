package dev.weir.http2;

/** What one event loop uses of a {@link ProcessBudget}. Confined to that event loop. */
public final class LoopBudget {
  private final ProcessBudget process;
  private final long slack;
  private long used;
  private long taken;

  LoopBudget(ProcessBudget process) {
    this.process = process;
    // Where a portion is a single one, a loop that keeps some keeps a large part from the others.
    this.slack = process.portion() == 1 ? 0 : process.portion();
  }

  /** What this loop uses now. */
  public long used() {
    return used;
  }

  /** How much there is for all loops. */
  public long whole() {
    return process.whole();
  }

  /** Uses that much more, or less when negative; also counts what there is no room for. */
  public void use(long change) {
    used += change;
    if (used > taken) {
      taken += process.take(used - taken);
    } else if (taken - used > 2 * slack) {
      long spare = taken - used - slack;
      taken -= spare;
      process.giveBack(spare);
    }
  }

  /** The same for bytes on the heap, where everything else is too: they count twice. */
  public void useHeap(long change) {
    use(2 * change);
  }

  /** Whether that much more can be used. */
  public boolean hasRoom(long more) {
    return used + more <= taken + process.left();
  }

  /** The same for bytes on the heap. */
  public boolean hasHeapRoom(long more) {
    return hasRoom(2 * more);
  }

  /** Whether half of it is left, for things that are good to have. */
  public boolean hasPlenty() {
    return process.left() >= process.whole() / 2;
  }

  /** Whether more is used than there is. */
  public boolean isExceeded() {
    return used > taken && used > taken + process.left();
  }

  /** Whether all but an eighth is gone. */
  public boolean isShort() {
    return process.left() < process.whole() / 8;
  }
}
