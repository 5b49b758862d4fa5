package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * How far quotas are used, beside the database of a store: a file that entries are appended to, of
 * which the last one for a quota counts. Each second has one for each key that called, so that
 * records of the database would cost more than the calls; and all that they are worth is a second.
 *
 * <p>An entry is the length of what follows, the numbers and the scope of a {@link QuotaEntry}, and
 * the CRC-32C of these. What is behind the last whole one is overwritten: a process was killed as
 * it wrote that. For all threads, which it may block; none of an event loop.
 */
public final class QuotaFile implements AutoCloseable {
  private static final byte[] FORMAT = "weirquo1".getBytes(UTF_8);
  static final int NUMBERS = 6 * Long.BYTES;
  static final int MOST_BYTES = NUMBERS + 4 * Store.MOST_ID;
  static final int AROUND = 2 * Integer.BYTES;

  /**
   * Of each quota so many entries do not matter: to write all anew costs more than to read them.
   */
  private static final int MOST_TIMES = 8;

  /** Of entries that are out of date so many do not matter. */
  private static final int FEW = 10_000;

  private final Path file;
  private final Failures failures;
  private final byte[] block = new byte[1 << 16];
  private FileChannel channel;

  /** Where the last whole entry ends; 0 for a file that has not begun. */
  private long end;

  private long entries;

  private QuotaFile(Path file, FileChannel channel, Failures failures) {
    this.file = file;
    this.channel = channel;
    this.failures = failures;
  }

  /** The one of a folder that this process holds; it is made when it is not there. */
  static QuotaFile open(Path folder, Failures failures) throws StoreException {
    Path file = folder.resolve("quotas");
    try {
      return new QuotaFile(
          file,
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))),
          failures);
    } catch (IOException e) {
      throw failures.of(e);
    }
  }

  // ---- reading ---------------------------------------------------------------------------------

  /**
   * Reads the entries in the order in which they were written. To be done before others are.
   *
   * @return how many bytes behind them are no entry: they are lost
   */
  public synchronized long read(Consumer<QuotaEntry> to) throws StoreException {
    try {
      ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
      end = 0;
      entries = 0;
      if (begins(content)) {
        readEntries(content, to);
      }
      return content.capacity() - end;
    } catch (IOException e) {
      throw failures.of(e);
    }
  }

  private static boolean begins(ByteBuffer content) {
    byte[] format = new byte[Math.min(FORMAT.length, content.remaining())];
    content.get(format);
    return ByteBuffer.wrap(format).equals(ByteBuffer.wrap(FORMAT));
  }

  private void readEntries(ByteBuffer content, Consumer<QuotaEntry> to) {
    end = content.position();
    try {
      for (QuotaEntry entry = entry(content); entry != null; entry = entry(content)) {
        to.accept(entry);
        entries++;
        end = content.position();
      }
    } catch (BufferUnderflowException e) {
      // The file ends here, perhaps in the middle of one.
    }
  }

  private static @Nullable QuotaEntry entry(ByteBuffer content) {
    int bytes = content.getInt();
    if (bytes < NUMBERS || bytes > MOST_BYTES || content.remaining() < bytes + Integer.BYTES) {
      return null;
    }
    ByteBuffer from = content.slice(content.position(), bytes);
    content.position(content.position() + bytes);
    return content.getInt() == sum(from) ? entryOf(from) : null;
  }

  private static QuotaEntry entryOf(ByteBuffer from) {
    long high = from.getLong();
    long low = from.getLong();
    long calls = from.getLong();
    long seconds = from.getLong();
    long used = from.getLong();
    long renews = from.getLong();
    return new QuotaEntry(high, low, UTF_8.decode(from).toString(), calls, seconds, used, renews);
  }

  private static int sum(ByteBuffer of) {
    CRC32C sum = new CRC32C();
    sum.update(of.duplicate());
    return (int) sum.getValue();
  }

  // ---- writing ---------------------------------------------------------------------------------

  /** Entries that are to be written. */
  public interface Entries {
    /** Adds all of them, in their order. */
    void addTo(QuotaAppender file) throws IOException;
  }

  private static Entries all(Collection<QuotaEntry> entries) {
    return file -> {
      for (QuotaEntry entry : entries) {
        file.add(entry);
      }
    };
  }

  /** Writes these behind the others. When it throws, none of them count. */
  public void write(Collection<QuotaEntry> added) throws StoreException {
    write(all(added));
  }

  /** Writes these behind the others. When it throws, none of them count. */
  public synchronized void write(Entries added) throws StoreException {
    try {
      channel.truncate(end);
      QuotaAppender appender = append(channel, end, added);
      if (appender.count() > 0) {
        long longer = appender.flush();
        channel.force(false);
        end = longer;
        entries += appender.count();
      }
    } catch (IOException e) {
      throw failures.of(e);
    }
  }

  /** Writes these in the place of all others. */
  public synchronized void rewrite(Entries all) throws StoreException {
    try {
      Path draft = DurableFile.draft(file);
      int count;
      try (FileChannel next = FileChannel.open(draft, StandardOpenOption.WRITE)) {
        QuotaAppender appender = append(next, 0, all);
        appender.flush();
        count = appender.count();
        next.force(true);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(draft);
      }
      reopen(count);
      DurableFile.force(DurableFile.folderOf(file));
    } catch (IOException e) {
      throw failures.of(e);
    }
  }

  /** The file of that name is another one now: at once, or what is written next would be lost. */
  private void reopen(long count) throws IOException {
    FileChannel next = FileChannel.open(file, StandardOpenOption.WRITE);
    FileChannel before = channel;
    channel = next;
    end = next.size();
    entries = count;
    before.close();
  }

  /** Whether most of the file is out of date, when so many entries are not. */
  public synchronized boolean isWorn(long current) {
    return entries > FEW && entries / MOST_TIMES > current;
  }

  private QuotaAppender append(FileChannel to, long at, Entries added) throws IOException {
    QuotaAppender appender = new QuotaAppender(block, to, at);
    if (at == 0) {
      appender.begin(FORMAT);
    }
    added.addTo(appender);
    return appender;
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // What was written was forced before.
    }
  }
}
