package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.unix.IovArray;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

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
  private int start;
  private int end;
  private ByteBuf[] payloads = NO_PAYLOADS;
  private int[] cuts = NO_CUTS;
  private int firstPayload;
  private int payloadCount;
  private int payloadBytes;

  /** Where the last payload lies, as long as nothing follows it. */
  private @Nullable ByteBuf lastSource;

  private int lastSourceEnd;

  OutputBuffer(ConnectionLoop loop) {
    this.loop = loop;
  }

  int size() {
    return end - start + payloadBytes;
  }

  boolean isEmpty() {
    return end == 0 && payloadCount == 0;
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

  /**
   * Adds a part of a buffer by reference, and retains it; nobody may write there any more. Parts
   * that lie one behind the other become one.
   */
  void payload(ByteBuf source, int offset, int length) {
    if (isNext(source, offset)) {
      ByteBuf last = payloads[payloadCount - 1];
      last.writerIndex(last.writerIndex() + length);
    } else {
      add(source.retainedDuplicate().setIndex(offset, offset + length));
    }
    payloadBytes += length;
    lastSource = source;
    lastSourceEnd = offset + length;
  }

  @SuppressWarnings("ReferenceEquality") // other buffers with the same bytes lie elsewhere
  private boolean isNext(ByteBuf source, int offset) {
    return source == lastSource && offset == lastSourceEnd && cuts[payloadCount - 1] == end;
  }

  private void add(ByteBuf retained) {
    if (payloadCount == payloads.length) {
      int larger = Math.max(8, payloadCount * 2);
      payloads = Arrays.copyOf(payloads, larger);
      cuts = Arrays.copyOf(cuts, larger);
    }
    payloads[payloadCount] = retained;
    cuts[payloadCount++] = end;
  }

  /**
   * Hands everything to {@code sink}, which takes ownership. It is empty before the sink hears of
   * it, so that what the sink sets off may write again.
   */
  void drainTo(ByteBufAllocator allocator, Consumer<ByteBuf> sink) {
    ByteBuf frames = allocator.directBuffer(end);
    frames.writeBytes(bytes, 0, end).skipBytes(start);
    if (payloadCount == 0) {
      reset();
      sink.accept(frames);
    } else {
      interleave(frames, sink);
    }
  }

  /** The payload that everything begins with, where it has at least so many bytes; lent. */
  @Nullable ByteBuf largeFirst(int bytes) {
    boolean first = firstPayload < payloadCount && cuts[firstPayload] == start;
    return first && payloads[firstPayload].readableBytes() >= bytes ? payloads[firstPayload] : null;
  }

  boolean hasPayloads() {
    return payloadCount > 0;
  }

  /** Copies as much of the beginning as there is room for. */
  void copyTo(ByteBuf target) {
    int from = start;
    for (int i = firstPayload; i < payloadCount && target.isWritable(); i++) {
      from += copy(bytes, from, cuts[i], target);
      ByteBuf payload = payloads[i];
      target.writeBytes(
          payload,
          payload.readerIndex(),
          Math.min(payload.readableBytes(), target.writableBytes()));
    }
    copy(bytes, from, end, target);
  }

  /**
   * Lists the pieces of the beginning, as far as there is room for them: payloads where they lie,
   * and what is between them as it is copied to {@code frames}. Nothing is taken out.
   */
  void list(ByteBuf frames, IovArray pieces) {
    int from = start;
    for (int i = firstPayload; i < payloadCount; i++) {
      ByteBuf payload = payloads[i];
      if (!list(from, cuts[i], frames, pieces)
          || !payload.hasMemoryAddress()
          || !pieces.add(payload, payload.readerIndex(), payload.readableBytes())) {
        return;
      }
      from = cuts[i];
    }
    list(from, end, frames, pieces);
  }

  private boolean list(int from, int to, ByteBuf frames, IovArray pieces) {
    int length = to - from;
    if (length > frames.writableBytes()) {
      return false;
    }
    int at = frames.writerIndex();
    frames.writeBytes(bytes, from, length);
    return pieces.add(frames, at, length);
  }

  private static int copy(byte[] bytes, int from, int to, ByteBuf target) {
    int length = Math.min(to - from, target.writableBytes());
    target.writeBytes(bytes, from, length);
    return length;
  }

  /** Drops so many bytes of the beginning, which have been sent. */
  void drop(int sent) {
    int left = sent;
    while (firstPayload < payloadCount && left >= cuts[firstPayload] - start) {
      left -= cuts[firstPayload] - start;
      start = cuts[firstPayload];
      ByteBuf payload = payloads[firstPayload];
      int part = Math.min(left, payload.readableBytes());
      payload.skipBytes(part);
      payloadBytes -= part;
      left -= part;
      if (payload.isReadable()) {
        return;
      }
      release(payload);
    }
    start += left;
    if (size() == 0) {
      reset();
    }
  }

  private void release(ByteBuf sent) {
    firstPayload++;
    if (firstPayload == payloadCount) {
      lastSource = null;
    }
    sent.release();
  }

  /** Drops everything. */
  void clear() {
    for (int i = firstPayload; i < payloadCount; i++) {
      payloads[i].release();
    }
    reset();
  }

  private void interleave(ByteBuf frames, Consumer<ByteBuf> sink) {
    ByteBuf[] taken = payloads;
    int[] takenCuts = cuts;
    int first = firstPayload;
    int count = payloadCount;
    payloads = NO_PAYLOADS;
    cuts = NO_CUTS;
    payloadCount = 0;
    reset();
    for (int i = first; i < count; i++) {
      int length = takenCuts[i] - frames.readerIndex();
      if (length > 0) {
        sink.accept(frames.readRetainedSlice(length));
      }
      sink.accept(taken[i]);
    }
    if (frames.isReadable()) {
      sink.accept(frames);
    } else {
      frames.release();
    }
    if (payloads.length == 0) {
      Arrays.fill(taken, 0, count, null);
      payloads = taken;
      cuts = takenCuts;
    }
  }

  private void reset() {
    Arrays.fill(payloads, 0, payloadCount, null);
    lastSource = null;
    firstPayload = 0;
    payloadCount = 0;
    payloadBytes = 0;
    start = 0;
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
      byte[] larger = loop.arrays().take(needed);
      System.arraycopy(bytes, 0, larger, 0, end);
      loop.giveBackOutput(bytes);
      bytes = larger;
    }
  }
}
