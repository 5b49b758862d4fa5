package dev.weir.store;

import static dev.weir.store.RecordKind.KEY;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/**
 * Writes to a store until it is killed, and says so: {@code + id} when a record was written, {@code
 * ~ id} when it is about to be deleted, {@code - id} when it was, {@code # n} when the record of
 * the process counts n.
 */
final class StoreProcessMain {
  private static final int THREADS = 4;

  private StoreProcessMain() {}

  public static void main(String[] args) throws Exception {
    Path data = Path.of(args[0]);
    Store store = SqliteStore.open(data, StoreSecret.of(data));
    // A line is one write to the pipe: whole, and not buffered when the process is killed.
    PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false);
    say(out, "ready");
    if (!args[1].equals("hold")) {
      for (int i = 0; i < THREADS; i++) {
        String prefix = args[1] + "-" + i;
        Thread.ofPlatform().start(() -> write(store, prefix, out));
      }
    }
    new CountDownLatch(1).await();
  }

  private static void write(Store store, String prefix, PrintStream out) {
    try {
      for (int n = 0; ; n++) {
        String id = prefix + "-" + n;
        store.put(KEY, id, "document of " + id, Condition.absent());
        say(out, "+ " + id);
        store.put(KEY, prefix, String.valueOf(n), Condition.any());
        say(out, "# " + prefix + " " + n);
        if (n % 3 == 2) {
          String before = prefix + "-" + (n - 1);
          say(out, "~ " + before);
          store.delete(KEY, before, Condition.any());
          say(out, "- " + before);
        }
      }
    } catch (StoreException e) {
      throw new IllegalStateException(e);
    }
  }

  private static synchronized void say(PrintStream out, String line) {
    out.print(line + "\n");
    out.flush();
  }
}
