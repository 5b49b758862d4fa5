package dev.weir.engine;

import dev.weir.http2.FieldList;
import dev.weir.http2.LoopBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * The request behind its head so far, for as long as the call may still go to another endpoint.
 * Before a stream is open it holds everything, which the caller's window bounds; afterwards it
 * gives up when a request becomes too long to send again.
 */
final class RequestBuffer {
  /** A longer request is not sent twice. */
  static final int REPLAY_BYTES = 64 << 10;

  /** What is said when there is no room for more. */
  static final String FULL = "the gateway holds as much payload as it may";

  private static final int LARGE_BYTES = 2 << 10;
  private static final int KEPT_BYTES = 1 << 10;
  private static final int LEAST_BYTES = 128;

  /** What was sent by reference may still be read after this object has let go of it. */
  private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

  private final LoopBudget buffered;
  private boolean whole = true;
  private @Nullable FieldList trailers;

  /**
   * @param buffered where its size is counted
   */
  RequestBuffer(LoopBudget buffered) {
    this.buffered = buffered;
  }

  int size() {
    return bytes.writerIndex();
  }

  boolean isEmpty() {
    return size() == 0 && trailers == null;
  }

  /** The bytes from index 0 on; lent, until more are kept. Who reads them later retains them. */
  ByteBuf bytes() {
    return bytes;
  }

  /**
   * Whether keeping it until the iteration ends costs more than it may save, with that many more.
   */
  boolean isLargeWith(int more) {
    return size() + more >= LARGE_BYTES;
  }

  /** Whether everything that came is here, so that the call may begin anew. */
  boolean isWhole() {
    return whole;
  }

  /**
   * Sends what came before a stream was opened.
   *
   * @param ended whether that is all
   * @return how many bytes the endpoint's connection took
   */
  int sendTo(Attempt opened, boolean ended) {
    FieldList last = trailers;
    int taken = size() == 0 ? 0 : opened.send(bytes, 0, size(), ended && last == null);
    if (last != null) {
      opened.endRequest(last);
    }
    if (size() > REPLAY_BYTES) {
      giveUp();
    }
    return taken;
  }

  /** Keeps the trailers, for streams that are opened later. */
  void end(FieldList last) {
    if (whole) {
      var kept = new FieldList();
      kept.addAll(last);
      trailers = kept;
      buffered.useHeap(kept.heapBytes());
    }
  }

  /** Keeps bytes that no stream has taken yet; false when there is no room for them. */
  boolean hold(ByteBuf source, int offset, int length) {
    boolean room = buffered.hasHeapRoom(length);
    if (room) {
      append(source, offset, length);
    }
    return room;
  }

  /** Keeps bytes that are also being sent, if the request is still short enough. */
  void keep(ByteBuf source, int offset, int length) {
    if (whole && size() + length <= REPLAY_BYTES && buffered.hasPlenty()) {
      append(source, offset, length);
    } else {
      giveUp();
    }
  }

  /** The call cannot begin anew any more. */
  void giveUp() {
    whole = false;
    drop();
  }

  /** The same for a call of which nothing is needed any more, nor is its head. */
  void forget(RequestHead head) {
    giveUp();
    head.clear();
  }

  /** Begins anew, for another call. */
  void clear() {
    whole = true;
    drop();
  }

  private void drop() {
    buffered.useHeap(-size());
    if (trailers != null) {
      buffered.useHeap(-trailers.heapBytes());
      trailers = null;
    }
    if (bytes.refCnt() > 1 || bytes.capacity() > KEPT_BYTES) {
      bytes.release();
      bytes = Unpooled.EMPTY_BUFFER;
    } else {
      bytes.clear();
    }
  }

  private void append(ByteBuf source, int offset, int length) {
    if (bytes.capacity() - size() < length) {
      grow(size() + length);
    }
    buffered.useHeap(length);
    bytes.writeBytes(source, offset, length);
  }

  /** Never in place: see {@link #bytes}. */
  private void grow(int needed) {
    ByteBuf larger = Unpooled.buffer(Math.max(needed, Math.max(LEAST_BYTES, 2 * bytes.capacity())));
    larger.writeBytes(bytes, 0, size());
    bytes.release();
    bytes = larger;
  }
}
