package dev.weir.engine;

import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.http2.FieldList;
import dev.weir.http2.Http2Stream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a call that has {@link CallLimits} beyond its deadline. Made for the first such
 * call of an exchange; others have none of this. Confined to the event loop of the call, and used
 * again for the next one.
 */
final class LimitedCall {
  private final Exchange exchange;
  private final Deadlines deadlines;
  private final Deadlines.Deadline look = new Deadlines.Deadline(this::look);
  private final MessageReader asked = new MessageReader();
  private final MessageReader answered = new MessageReader();
  private final MessagePace pace;
  private @Nullable CallLimits limits;

  /** What has come of a prefix of the response that is not whole yet, and says nothing. */
  private final byte[] begun = new byte[MessageReader.PREFIX_BYTES];

  private int begunBytes;
  private long activeNanos;
  private long endNanos;

  LimitedCall(Exchange exchange, EngineLoop loop) {
    this.exchange = exchange;
    this.deadlines = loop.deadlines();
    this.pace = new MessagePace(exchange, deadlines, loop.buffered(), this::active);
  }

  /**
   * Has a call watched if it is one that has limits, and is not watched yet.
   *
   * @param known what watched calls of this exchange before; null for nothing
   * @return the same, or what watches this call; null for nothing
   */
  static @Nullable LimitedCall begin(
      @Nullable LimitedCall known,
      Exchange exchange,
      EngineLoop loop,
      RouteAction.Forward action,
      FieldList head,
      RouteMemo route) {
    Terms terms = action.terms();
    CallLimits set = terms == null ? null : route.terms(terms, head).watching(exchange.isGrpc());
    if (set == null || (known != null && known.limits != null)) {
      return known;
    }
    LimitedCall watch = known == null ? new LimitedCall(exchange, loop) : known;
    watch.begin(set, exchange.record().begunNanos());
    return watch;
  }

  private void begin(CallLimits set, long begunNanos) {
    limits = set;
    asked.clear();
    answered.clear();
    begunBytes = 0;
    if (set.paceNanos() > 0) {
      pace.begin(set.paceNanos());
    }
    if (set.endStreams()) {
      activeNanos = deadlines.nowNanos();
      double part = 1 - set.ageJitter() * ThreadLocalRandom.current().nextDouble();
      endNanos = begunNanos + (long) (Math.min(set.ageNanos(), Deadlines.FOREVER_NANOS) * part);
      lookAgain(set);
    }
  }

  /** The call is over. */
  static void clear(@Nullable LimitedCall call) {
    if (call != null && call.limits != null) {
      call.limits = null;
      call.deadlines.clear(call.look);
      call.pace.clear();
    }
  }

  /** Takes payload of the caller that may not pass now; false for what may. */
  boolean takes(ByteBuf source, int offset, int length, boolean endStream) {
    CallLimits set = limits;
    if (set == null) {
      return false;
    }
    active(length);
    if (set.requestBytes() != CallLimits.NO_LIMIT
        && !passes(source, offset, length, set.requestBytes())) {
      return true;
    }
    if (set.paceNanos() > 0) {
      pace.take(source, offset, length, endStream);
      return true;
    }
    return false;
  }

  private boolean passes(ByteBuf source, int offset, int length, long most) {
    if (exchange.isGrpc()) {
      boolean passes = asked.readAll(source, offset, length, most);
      if (!passes) {
        exchange.fail(tooLarge(Kind.REQUEST_MESSAGE_TOO_LARGE, asked, most));
      }
      return passes;
    }
    boolean passes = asked.readBody(length, most);
    if (!passes) {
      exchange.fail(
          exchange.error(
              Kind.REQUEST_TOO_LARGE,
              "the request has more than the %d bytes that the API allows".formatted(most)));
    }
    return passes;
  }

  /** Whether the end of the request has to wait, with these trailers, for what is before it. */
  boolean holds(FieldList trailers) {
    boolean waits = pace.holds();
    if (waits) {
      pace.endWith(trailers);
    }
    return waits;
  }

  /**
   * Passes payload of the endpoint on, unless a message is too large, which ends the call. What has
   * come of a prefix waits until it is whole: some callers do not look at the status of a response
   * that ends within a message. Endpoints hear of such an end by a reset, and may get a part.
   * Messages are of gRPC, whose responses end behind their payload.
   *
   * @return how many bytes the caller's connection took, as for {@link Http2Stream#sendData}
   */
  int pass(Http2Stream to, ByteBuf source, int offset, int length, boolean endStream) {
    CallLimits set = limits;
    active(length);
    if (set == null || set.responseBytes() == CallLimits.NO_LIMIT) {
      return to.sendData(source, offset, length, endStream);
    }
    if (!answered.readAll(source, offset, length, set.responseBytes())) {
      int dropped = length - answered.wholeBytes();
      int passed = passWhole(to, source, offset, answered.wholeBytes());
      exchange.fail(tooLarge(Kind.RESPONSE_MESSAGE_TOO_LARGE, answered, set.responseBytes()));
      return passed + dropped;
    }
    int unfinished = answered.begunBytes();
    int passed = Math.max(0, length - unfinished);
    int taken = unfinished > length ? 0 : passBegun(to);
    if (passed > 0) {
      taken += to.sendData(source, offset, passed, false);
    }
    source.getBytes(offset + passed, begun, begunBytes, length - passed);
    begunBytes += length - passed;
    return taken;
  }

  /** Messages before the one that is too large are the caller's, and end before the call does. */
  private int passWhole(Http2Stream to, ByteBuf source, int offset, int length) {
    return length == 0 ? 0 : passBegun(to) + to.sendData(source, offset, length, false);
  }

  private int passBegun(Http2Stream to) {
    int bytes = begunBytes;
    begunBytes = 0;
    return bytes == 0 ? 0 : to.sendData(Unpooled.wrappedBuffer(begun, 0, bytes), 0, bytes, false);
  }

  /** The endpoint has ended its response: what it left unfinished, the caller is to see. */
  static void end(@Nullable LimitedCall call, Http2Stream to) {
    if (call != null && call.limits != null) {
      call.passBegun(to);
    }
  }

  private ProxyError tooLarge(Kind kind, MessageReader messages, long most) {
    String whose = kind == Kind.REQUEST_MESSAGE_TOO_LARGE ? "request" : "response";
    return exchange.error(
        kind,
        "a message of the %s has %d bytes, the API allows %d"
            .formatted(whose, messages.refusedBytes(), most));
  }

  // ---- idle and old streams --------------------------------------------------------------------

  /** Something was sent, or goes on that had to wait. */
  private void active(int bytes) {
    if (bytes > 0) {
      activeNanos = deadlines.nowNanos();
    }
  }

  /** Payload that had to wait goes on: a call is not idle then, though nobody sends anything. */
  static int wentOn(@Nullable LimitedCall call, int bytes) {
    if (call != null) {
      call.active(bytes);
    }
    return bytes;
  }

  private void lookAgain(CallLimits set) {
    long now = deadlines.nowNanos();
    long idle = activeNanos - now + Math.min(set.idleNanos(), Deadlines.FOREVER_NANOS);
    deadlines.set(look, now, Math.min(idle, endNanos - now));
  }

  private void look() {
    CallLimits set = Objects.requireNonNull(limits);
    long now = deadlines.nowNanos();
    if (now - endNanos >= 0) {
      exchange.fail(
          exchange.error(
              Kind.STREAM_TOO_OLD,
              "streams may be open for " + text(set.ageNanos()) + ", open it again"));
    } else if (now - activeNanos >= set.idleNanos()) {
      exchange.fail(
          exchange.error(
              Kind.STREAM_IDLE,
              "nothing was sent for " + text(set.idleNanos()) + ", call again when there is"));
    } else {
      lookAgain(set);
    }
  }

  /**
   * Whether a caller is to pay for the end of its call: not where the API's limits end it, the
   * endpoint's answer is none, there is no room for what is on its way, or whoever runs the
   * gateway.
   */
  static boolean isCallers(ProxyError error) {
    return switch (error.kind()) {
      case STREAM_IDLE, STREAM_TOO_OLD -> false;
      case UPSTREAM_PROTOCOL, UPSTREAM_HEADERS_TOO_LARGE -> false;
      case BUFFERS_FULL, SHUTTING_DOWN -> false;
      // A call that has begun ends for its rights when somebody takes them away.
      default -> !isOfRights(error.kind().grpcStatus());
    };
  }

  private static boolean isOfRights(GrpcStatus status) {
    return status == GrpcStatus.UNAUTHENTICATED || status == GrpcStatus.PERMISSION_DENIED;
  }

  private static String text(long nanos) {
    return Duration.ofNanos(nanos).toString().substring(2).toLowerCase(Locale.ROOT);
  }
}
