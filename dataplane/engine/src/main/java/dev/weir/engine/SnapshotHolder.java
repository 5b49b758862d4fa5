package dev.weir.engine;

/** Holds the current snapshot; one thread at a time replaces it, all event loops read it. */
public final class SnapshotHolder {
  private volatile Snapshot current = Snapshot.EMPTY;

  public Snapshot current() {
    return current;
  }

  public void replace(Snapshot next) {
    current = next;
  }
}
