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
  private static final ByteBuf[] NO_PAYLOADS = new ByteBuf[0];
  private static final int[] NO_CUTS = new int[0];

  private final ConnectionLoop loop;
  private byte[] bytes = EMPTY;
  private int end;
  private ByteBuf[] payloads = NO_PAYLOADS;
  private int[] cuts = NO_CUTS;
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

  /**
   * Hands everything to {@code sink}, which takes ownership. It is empty before the sink hears of
   * it, so that what the sink sets off may write again.
   */
  void drainTo(ByteBufAllocator allocator, Consumer<ByteBuf> sink) {
    int length = end;
    ByteBuf frames = allocator.directBuffer(length);
    frames.writeBytes(bytes, 0, length);
    if (payloadCount == 0) {
      reset();
      sink.accept(frames);
    } else {
      interleave(frames, length, sink);
    }
  }

  boolean hasPayloads() {
    return payloadCount > 0;
  }

  /** Copies the frames, of which no payload is sent by reference. */
  void copyTo(ByteBuf target) {
    target.writeBytes(bytes, 0, end);
  }

  /** Drops the first bytes, which have been sent; there are no payloads. */
  void drop(int sent) {
    if (sent == end) {
      reset();
    } else if (sent > 0) {
      System.arraycopy(bytes, sent, bytes, 0, end - sent);
      end -= sent;
    }
  }

  /** Drops everything. */
  void clear() {
    for (int i = 0; i < payloadCount; i++) {
      payloads[i].release();
    }
    reset();
  }

  private void interleave(ByteBuf frames, int length, Consumer<ByteBuf> sink) {
    ByteBuf[] taken = payloads;
    int[] takenCuts = cuts;
    int count = payloadCount;
    payloads = NO_PAYLOADS;
    cuts = NO_CUTS;
    payloadCount = 0;
    reset();
    int from = 0;
    for (int i = 0; i < count; i++) {
      if (takenCuts[i] > from) {
        sink.accept(frames.retainedSlice(from, takenCuts[i] - from));
        from = takenCuts[i];
      }
      sink.accept(taken[i]);
    }
    if (length > from) {
      sink.accept(frames.retainedSlice(from, length - from));
    }
    frames.release();
    if (payloads.length == 0) {
      Arrays.fill(taken, 0, count, null);
      payloads = taken;
      cuts = takenCuts;
    }
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
