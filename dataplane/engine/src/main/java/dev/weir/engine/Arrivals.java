package dev.weir.engine;

import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.Http2Stream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of one turn of the loop that show who makes them, until its input has been read. What is
 * known of each of many callers is in no cache of the processor, and a call that asks for it waits
 * several times for memory; asked for all calls at once, it comes in about the time of one.
 * Confined to one event loop.
 */
final class Arrivals {
  private static final Logger LOG = LoggerFactory.getLogger(Arrivals.class);

  /**
   * So many heads are held at most, and so much memory is on its way at once. They are counted
   * nowhere: they are few, and gone before the loop reads more.
   */
  static final int MOST = 32;

  /** What has held more fields is not kept for the next head. */
  private static final int USUAL_FIELDS = 64;

  /** One place of them, used again and again. */
  private static final class Arrival {
    private FieldList head = new FieldList();
    private @Nullable Exchange exchange;
    private @Nullable Http2Stream stream;
    private @Nullable DownstreamConnection from;
    private RouteAction.@Nullable Forward forward;
    private @Nullable RouteMemo route;

    void clear() {
      if (head.size() > USUAL_FIELDS) {
        head = new FieldList();
      }
      head.clear();
      exchange = null;
      stream = null;
      from = null;
      forward = null;
      route = null;
    }
  }

  private final EngineLoop loop;
  private final Gate gate;
  private final Credentials credentials;
  private final ConnectionLoop connectionLoop;
  private final Runnable admit = this::admit;
  private final Arrival[] places = new Arrival[MOST];
  private int count;

  /** The first of them that was not looked at. */
  private int next;

  private boolean admitting;

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
      connectionLoop.beforeFlush(admit);
    }
    Arrival place = places[count++];
    place.head.clear();
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
    return !admitting
        && !access.waits()
        && (terms == null || (terms.limits() == null && terms.sizes() == null))
        && loop.refusal() == null;
  }

  /** Lets in all calls that are kept, or not, in the order in which they came. */
  void admit() {
    if (admitting) {
      return;
    }
    admitting = true;
    try {
      credentials.fetchExpected();
      for (; next < count; next++) {
        admit(places[next]);
      }
    } finally {
      breakOffRest();
    }
  }

  private void admit(Arrival call) {
    Exchange exchange = Objects.requireNonNull(call.exchange);
    Http2Stream stream = Objects.requireNonNull(call.stream);
    try {
      // The stream of a lost connection hears of that later.
      if (exchange.goOn() && stream.isOpen() && !isLetIn(call, exchange)) {
        loop.refuseUnlessAnswered(exchange, stream);
      }
    } catch (RuntimeException e) {
      // The others must not wait for it.
      LOG.atError().setCause(e).log("a call was reset by a fault of the gateway");
      exchange.reset(ErrorCode.INTERNAL_ERROR);
    }
    call.clear();
  }

  /** What is left has met a failure that is told elsewhere; most often that is nothing. */
  private void breakOffRest() {
    try {
      while (next < count) {
        Arrival call = places[next++];
        Exchange exchange = Objects.requireNonNull(call.exchange);
        call.clear();
        exchange.reset(ErrorCode.INTERNAL_ERROR);
      }
    } finally {
      if (next < count) {
        breakOffRest();
      } else {
        count = 0;
        next = 0;
        admitting = false;
      }
    }
  }

  private boolean isLetIn(Arrival call, Exchange exchange) {
    return gate.letIn(
        exchange,
        Objects.requireNonNull(call.from),
        Objects.requireNonNull(call.forward),
        call.head,
        Objects.requireNonNull(call.route));
  }
}
