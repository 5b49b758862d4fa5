package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * Writes entries of a {@link QuotaFile} one behind the other, a block of them at a time. There may
 * be one for each key that calls, every second, so it makes no objects. For one thread.
 */
public final class QuotaAppender {
  private final byte[] room;
  private final ByteBuffer block;
  private final FileChannel channel;
  private final CRC32C sum = new CRC32C();
  private long end;
  private int count;

  /** Of the last entry: most keys have theirs from few policies. */
  private String scope = "";

  private byte[] scopeBytes = new byte[0];

  /**
   * @param room for a block of entries
   * @param at where the first entry begins
   */
  QuotaAppender(byte[] room, FileChannel channel, long at) {
    this.room = room;
    this.block = ByteBuffer.wrap(room);
    this.channel = channel;
    this.end = at;
  }

  /** Puts these bytes in front of all entries. */
  void begin(byte[] format) {
    block.put(format);
  }

  /** Writes that entry. */
  public void add(QuotaEntry entry) throws IOException {
    add(
        entry.high(),
        entry.low(),
        entry.scope(),
        entry.calls(),
        entry.seconds(),
        entry.used(),
        entry.renews());
  }

  /** Writes an entry of these parts, see {@link QuotaEntry}. */
  public void add(
      long high, long low, String ofScope, long calls, long seconds, long used, long renews)
      throws IOException {
    if (!ofScope.equals(scope)) {
      scope = ofScope;
      scopeBytes = ofScope.getBytes(UTF_8);
    }
    int bytes = QuotaFile.NUMBERS + scopeBytes.length;
    block.putInt(bytes);
    int from = block.position();
    block.putLong(high).putLong(low).putLong(calls).putLong(seconds).putLong(used).putLong(renews);
    block.put(scopeBytes);
    sum.reset();
    sum.update(room, from, bytes);
    block.putInt((int) sum.getValue());
    count++;
    if (block.remaining() < QuotaFile.MOST_BYTES + QuotaFile.AROUND) {
      flush();
    }
  }

  /** Writes what is left, and returns where the last entry ends. */
  long flush() throws IOException {
    block.flip();
    while (block.hasRemaining()) {
      end += channel.write(block, end);
    }
    block.clear();
    return end;
  }

  /** How many entries were added. */
  int count() {
    return count;
  }
}
