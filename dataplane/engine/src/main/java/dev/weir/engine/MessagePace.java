package dev.weir.engine;

import dev.weir.call.ProxyError.Kind;
import dev.weir.http2.FieldList;
import dev.weir.http2.LoopBudget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets the messages of a caller go on one after the other, no sooner than a span of time apart.
 * Those that come before their time are held, and their caller gets no credit for them: so no more
 * is held than its window, and it waits itself. Nothing is dropped. Confined to the event loop of
 * the call, and used again.
 */
final class MessagePace {
  private static final int LEAST_CHUNK = 512;

  private final Exchange exchange;
  private final Deadlines deadlines;
  private final LoopBudget buffered;
  private final IntConsumer wentOn;
  private final Deadlines.Deadline next = new Deadlines.Deadline(this::goOn);
  private final MessageReader messages = new MessageReader();
  private final ArrayDeque<ByteBuf> held = new ArrayDeque<>();
  private int heldBytes;
  private boolean ends;
  private @Nullable FieldList trailers;
  private boolean on;
  private long paceNanos;
  private long nextNanos;

  /**
   * @param wentOn is told how many bytes go on that were held
   */
  MessagePace(Exchange exchange, Deadlines deadlines, LoopBudget buffered, IntConsumer wentOn) {
    this.wentOn = wentOn;
    this.exchange = exchange;
    this.deadlines = deadlines;
    this.buffered = buffered;
  }

  /** A call begins whose messages go on that long after each other. */
  void begin(long nanos) {
    on = true;
    paceNanos = nanos;
    nextNanos = deadlines.nowNanos();
    messages.clear();
  }

  /** Whether anything of the request is held, its end included. */
  boolean holds() {
    return !held.isEmpty();
  }

  /** Takes payload of the caller; what may go on does so now. */
  void take(ByteBuf source, int offset, int length, boolean endStream) {
    int passed = 0;
    if (held.isEmpty()) {
      nextNanos = Math.max(nextNanos, deadlines.nowNanos());
      passed = allowed(source, offset, length);
      if (passed > 0 || length == 0) {
        exchange.take(source, offset, passed, endStream && passed == length);
      }
    }
    if (on && passed < length) {
      hold(source, offset + passed, length - passed);
    }
    ends |= on && endStream;
  }

  /** The request ends with trailers, behind what is held. */
  void endWith(FieldList fields) {
    if (isFull(fields.heapBytes())) {
      return;
    }
    FieldList copy = new FieldList();
    copy.addAll(fields);
    trailers = copy;
    use(copy.heapBytes());
  }

  /** How much of it may go on now: whole messages, and the begin of one. */
  private int allowed(ByteBuf source, int offset, int length) {
    long now = deadlines.nowNanos();
    int to = offset + length;
    int at = offset;
    while (at < to) {
      if (messages.isBetween()) {
        if (nextNanos - now > 0) {
          break;
        }
        // From when it could have gone on, and not from now: a late timer loses no message.
        nextNanos += paceNanos;
      }
      at = messages.read(source, at, to, CallLimits.NO_LIMIT);
    }
    return at - offset;
  }

  private void hold(ByteBuf source, int offset, int length) {
    if (isFull(length)) {
      return;
    }
    if (held.isEmpty()) {
      deadlines.set(next, nextNanos, 0);
    }
    use(length);
    ByteBuf last = held.peekLast();
    if (last == null || last.writableBytes() < length) {
      last = Unpooled.buffer(Math.max(length, LEAST_CHUNK));
      held.add(last);
    }
    last.writeBytes(source, offset, length);
  }

  /** Whether there is no room for so much; the call has ended then. */
  private boolean isFull(int bytes) {
    boolean full = !buffered.hasHeapRoom(bytes);
    if (full) {
      exchange.fail(exchange.error(Kind.BUFFERS_FULL, RequestBuffer.FULL));
    }
    return full;
  }

  private void use(int bytes) {
    buffered.useHeap(bytes);
    heldBytes += bytes;
  }

  /**
   * The next message may go on. What is held for hours by many gives way where memory is short:
   * nothing else would ever end it.
   */
  private void goOn() {
    if (buffered.isShort()) {
      exchange.fail(exchange.error(Kind.BUFFERS_FULL, RequestBuffer.FULL));
    }
    boolean goes = on;
    while (goes) {
      ByteBuf first = held.poll();
      if (first == null) {
        break;
      }
      goes = goOn(first);
      if (goes || !on) {
        first.release();
      } else {
        held.addFirst(first);
      }
    }
    if (on && holds()) {
      deadlines.set(next, nextNanos, 0);
    }
  }

  /** Whether all of it went, so that what is behind it may. */
  private boolean goOn(ByteBuf first) {
    int length = first.readableBytes();
    int passed = allowed(first, first.readerIndex(), length);
    if (passed == 0) {
      return false;
    }
    use(-passed);
    wentOn.accept(passed);
    int offset = first.readerIndex();
    first.skipBytes(passed);
    FieldList last = passed == length && held.isEmpty() ? trailers : null;
    exchange.take(first, offset, passed, passed == length && held.isEmpty() && ends);
    if (on && last != null) {
      trailers = null;
      use(-last.heapBytes());
      exchange.endRequest(last);
    }
    return on && passed == length;
  }

  /** The call is over, or another one begins: nothing is held any more. */
  void clear() {
    on = false;
    ends = false;
    trailers = null;
    deadlines.clear(next);
    buffered.useHeap(-heldBytes);
    heldBytes = 0;
    for (ByteBuf chunk = held.poll(); chunk != null; chunk = held.poll()) {
      chunk.release();
    }
  }
}
