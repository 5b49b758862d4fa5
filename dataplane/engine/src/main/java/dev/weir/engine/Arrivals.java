package dev.weir.engine;

import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.Http2Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one turn of the loop that show who makes them, until its input has been read. What is
 * known of each of many callers is in no cache of the processor, and a call that asks for it waits
 * several times for memory; asked for all calls at once, it comes in about the time of one.
 * Confined to one event loop.
 */
final class Arrivals {
  /** So many heads are held at most, and so much memory is on its way at once. */
  static final int MOST = 32;

  /** One place of them, used again and again. */
  private static final class Arrival {
    private final FieldList head = new FieldList();
    private @Nullable Exchange exchange;
    private @Nullable Http2Stream stream;
    private @Nullable DownstreamConnection from;
    private RouteAction.@Nullable Forward forward;
    private @Nullable RouteMemo route;
  }

  private final EngineLoop loop;
  private final Gate gate;
  private final Credentials credentials;
  private final ConnectionLoop connectionLoop;
  private final Runnable admitting = this::admit;
  private final Arrival[] places = new Arrival[MOST];
  private int count;

  /** How many of them were looked at; 0 unless that happens now. */
  private int admitted;

  /**
   * @param connectionLoop says when its input has been read
   */
  Arrivals(EngineLoop loop, Gate gate, Credentials credentials, ConnectionLoop connectionLoop) {
    this.loop = loop;
    this.gate = gate;
    this.credentials = credentials;
    this.connectionLoop = connectionLoop;
    for (int i = 0; i < MOST; i++) {
      places[i] = new Arrival();
    }
  }

  /**
   * Keeps a call until the input of this turn has been read, or there is no room for more.
   *
   * @param head lent: it is copied
   * @return whether it is kept; a call that is to be looked at now is not
   */
  boolean keep(
      Exchange exchange,
      Http2Stream stream,
      DownstreamConnection from,
      RouteAction.Forward forward,
      FieldList head,
      RouteMemo route) {
    Access access = forward.access();
    if (access == null || !mayWait(access, forward.terms())) {
      return false;
    }
    if (count == MOST) {
      admit();
    }
    if (count == 0) {
      connectionLoop.beforeFlush(admitting);
    }
    Arrival place = places[count++];
    place.head.addAll(head);
    place.exchange = exchange;
    place.stream = stream;
    place.from = from;
    place.forward = forward;
    place.route = route;
    exchange.await(forward);
    HeaderField shown =
        Credentials.shown(
            head, access.asked(0), from.certificate(), exchange.isGrpc() ? null : route);
    if (shown != null) {
      credentials.expect(shown);
    }
    return true;
  }

  /**
   * Not while those before it are looked at, nor when calls are refused as there are too many, nor
   * where payload is looked at from the first byte on.
   */
  private boolean mayWait(Access access, @Nullable Terms terms) {
    return admitted == 0
        && !access.waits()
        && (terms == null || (terms.limits() == null && terms.sizes() == null))
        && loop.refusal() == null;
  }

  /** Lets in all calls that are kept, or not, in the order in which they came. */
  void admit() {
    if (admitted > 0) {
      return;
    }
    credentials.fetchExpected();
    while (admitted < count) {
      admit(places[admitted++]);
    }
    count = 0;
    admitted = 0;
  }

  private void admit(Arrival call) {
    Exchange exchange = Objects.requireNonNull(call.exchange);
    DownstreamConnection from = Objects.requireNonNull(call.from);
    try {
      if (exchange.goOn() && !isLetIn(call, exchange, from)) {
        loop.refuseUnlessAnswered(Objects.requireNonNull(call.stream));
      }
    } catch (RuntimeException e) {
      // The others must not wait for it.
      from.onFailure(e);
      exchange.reset(ErrorCode.INTERNAL_ERROR);
    }
    call.head.clear();
    call.exchange = null;
    call.stream = null;
    call.from = null;
    call.forward = null;
    call.route = null;
  }

  private boolean isLetIn(Arrival call, Exchange exchange, DownstreamConnection from) {
    return gate.letIn(
        exchange,
        from,
        Objects.requireNonNull(call.forward),
        call.head,
        Objects.requireNonNull(call.route));
  }
}
