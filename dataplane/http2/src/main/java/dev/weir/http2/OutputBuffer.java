package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The bytes that a connection wants to send. Small frames are copied one after the other into one
 * array, so that an iteration's output is one buffer; large payloads go in by reference, as a cut
 * in that array. The array belongs to the event loop and is held only while there is output.
 */
final class OutputBuffer {
  private static final byte[] EMPTY = new byte[0];

  private final ConnectionLoop loop;
  private byte[] bytes = EMPTY;
  private int end;
  private ByteBuf[] payloads = new ByteBuf[0];
  private int[] cuts = new int[0];
  private int payloadCount;
  private int payloadBytes;

  OutputBuffer(ConnectionLoop loop) {
    this.loop = loop;
  }

  int size() {
    return end + payloadBytes;
  }

  boolean isEmpty() {
    return end == 0;
  }

  /** Makes room for that many bytes after {@link #end} and gives the array to write into. */
  byte[] room(int length) {
    if (end + length > bytes.length) {
      grow(end + length);
    }
    return bytes;
  }

  int end() {
    return end;
  }

  void end(int newEnd) {
    end = newEnd;
  }

  /** Adds a payload by reference; takes ownership of one reference. */
  void payload(ByteBuf retained) {
    if (payloadCount == payloads.length) {
      int larger = Math.max(8, payloadCount * 2);
      payloads = Arrays.copyOf(payloads, larger);
      cuts = Arrays.copyOf(cuts, larger);
    }
    payloads[payloadCount] = retained;
    cuts[payloadCount++] = end;
    payloadBytes += retained.readableBytes();
  }

  /** Hands everything to {@code sink}, which takes ownership, and is empty afterwards. */
  void drainTo(ByteBufAllocator allocator, Consumer<ByteBuf> sink) {
    ByteBuf frames = allocator.directBuffer(end);
    frames.writeBytes(bytes, 0, end);
    if (payloadCount == 0) {
      sink.accept(frames);
    } else {
      interleave(frames, sink);
    }
    reset();
  }

  /** Drops everything. */
  void clear() {
    for (int i = 0; i < payloadCount; i++) {
      payloads[i].release();
    }
    reset();
  }

  private void interleave(ByteBuf frames, Consumer<ByteBuf> sink) {
    int from = 0;
    for (int i = 0; i < payloadCount; i++) {
      if (cuts[i] > from) {
        sink.accept(frames.retainedSlice(from, cuts[i] - from));
        from = cuts[i];
      }
      sink.accept(payloads[i]);
    }
    if (end > from) {
      sink.accept(frames.retainedSlice(from, end - from));
    }
    frames.release();
  }

  private void reset() {
    Arrays.fill(payloads, 0, payloadCount, null);
    payloadCount = 0;
    payloadBytes = 0;
    end = 0;
    if (bytes.length > 0) {
      loop.giveBackOutput(bytes);
      bytes = EMPTY;
    }
  }

  private void grow(int needed) {
    if (bytes.length == 0) {
      bytes = loop.takeOutput();
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
    }
  }
}
