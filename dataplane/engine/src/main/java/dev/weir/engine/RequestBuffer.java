package dev.weir.engine;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/**
 * The request's payload so far, for as long as the call may still go to another endpoint. Before a
 * stream is open it holds everything, which the caller's window bounds; afterwards it gives up when
 * a request becomes too long to send again.
 */
final class RequestBuffer {
  /** A longer request is not sent twice. */
  static final int REPLAY_BYTES = 64 << 10;

  private static final int KEPT_BYTES = 1 << 10;
  private static final byte[] EMPTY = {};

  private byte[] bytes = EMPTY;
  private int size;
  private boolean whole = true;

  int size() {
    return size;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Whether everything that came is here, so that the call may begin anew. */
  boolean isWhole() {
    return whole;
  }

  /** Keeps bytes that no stream has taken yet. */
  void hold(ByteBuf source, int offset, int length) {
    append(source, offset, length);
  }

  /** Keeps bytes that are also being sent, if the request is still short enough. */
  void keep(ByteBuf source, int offset, int length) {
    if (whole && size + length <= REPLAY_BYTES) {
      append(source, offset, length);
    } else {
      giveUp();
    }
  }

  /** The call cannot begin anew any more. */
  void giveUp() {
    whole = false;
    size = 0;
    shrink();
  }

  /** Begins anew, for another call. */
  void clear() {
    whole = true;
    size = 0;
    shrink();
  }

  private void shrink() {
    if (bytes.length > KEPT_BYTES) {
      bytes = EMPTY;
    }
  }

  private void append(ByteBuf source, int offset, int length) {
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, Math.max(128, bytes.length * 2)));
    }
    source.getBytes(offset, bytes, size, length);
    size += length;
  }
}
