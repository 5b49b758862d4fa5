package dev.weir.engine;

import dev.weir.balance.EndpointGroup;
import dev.weir.call.GrpcStatus;
import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.LoopBudget;
import dev.weir.http2.PeerFault;
import dev.weir.http2.Tallies;
import dev.weir.route.GrpcPath;
import dev.weir.upstream.ConnectionPool;
import java.net.SocketAddress;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine on one event loop: every call that comes in on this loop's connections lives and ends
 * here. {@link #begin} is the life of a call from its head to its endpoint.
 */
final class EngineLoop {
  private static final int SPARE_EXCHANGES = 1024;
  private static final Logger LOG = LoggerFactory.getLogger(EngineLoop.class);

  private final SnapshotHolder snapshots;
  private final ConnectionLoop connectionLoop;
  private final ConnectionPool pool;
  private final Forwarding forwarding;
  private final ErrorResponder responder = new ErrorResponder();
  private final HeadEditor editor = new HeadEditor();
  private final CallCounts calls = new CallCounts();
  private final LoopCalls apiCalls;
  private final @Nullable CallLog callLog;
  private final Deadlines deadlines;
  private final Tallies<CallRefusal> refused = new Tallies<>(CallRefusal.class);
  private final @Nullable Exchange[] spareExchanges = new @Nullable Exchange[SPARE_EXCHANGES];
  private final OpenConnections connections;
  private final Admission admission;
  private final Gate gate;
  private final Arrivals arrivals;
  private long admissionChanges;
  private int spares;

  /**
   * @param eventLoop runs timers, on the loop that all of this is confined to
   */
  EngineLoop(
      SnapshotHolder snapshots,
      ConnectionLoop connectionLoop,
      ConnectionPool pool,
      Forwarding forwarding,
      Admission admission,
      LoopCalls apiCalls,
      @Nullable CallLog callLog,
      ScheduledExecutorService eventLoop) {
    this.snapshots = snapshots;
    this.connectionLoop = connectionLoop;
    this.pool = pool;
    this.forwarding = forwarding;
    this.admission = admission;
    this.apiCalls = apiCalls;
    this.callLog = callLog;
    this.admissionChanges = admission.credentials().changes();
    this.gate = new Gate(this, admission, eventLoop);
    this.arrivals = new Arrivals(this, gate, admission.credentials(), connectionLoop);
    this.deadlines = new Deadlines(connectionLoop, eventLoop);
    this.connections = new OpenConnections(work -> connectionLoop.paced().perform(work, eventLoop));
  }

  /**
   * Serves one call, or refuses it when there are too many: that costs nothing and is told in a way
   * that lets clients try elsewhere (RFC 9113, 8.7). What the gateway answers by itself, such as
   * its health, is no burden as long as the answer leaves at once.
   *
   * @return the exchange, which hears the rest of the caller's stream
   */
  Exchange begin(
      DownstreamConnection from, Http2Stream downstream, FieldList head, boolean requestEnded) {
    // The call keeps the configuration it began with.
    Snapshot snapshot = snapshots.current();
    Exchange exchange = exchange(downstream, snapshot);
    exchange.begin(Fields.isGrpc(head), requestEnded);
    // Port, authority and path decide what happens; a repeated path was decided before.
    RouteMemo route = route(snapshot, from.port(), head);
    exchange.record().routed(route);
    if (callLog != null && route.isLogged()) {
      exchange.record().keep(head, exchange.isGrpc(), from);
    }
    ProxyError malformed = underscores(head);
    if (malformed == null) {
      malformed =
          exchange.isGrpc() ? GrpcRules.request(head, route.plainPath()) : FieldRules.request(head);
    }
    if (malformed != null) {
      exchange.fail(malformed);
      return exchange;
    }
    switch (route.action()) {
      case null -> exchange.fail(noRoute(route.upstreamPath()));
      case RouteAction.Refuse refuse -> exchange.fail(refuse.error());
      case RouteAction.BuiltIn builtIn -> exchange.answer(builtIn, head);
      case RouteAction.Forward forward -> {
        if (arrivals.keep(exchange, downstream, from, forward, head, route)
            || gate.letIn(exchange, from, forward, head, route)) {
          return exchange;
        }
      }
      case RouteAction.Versioned(Versions versions) -> {
        if (gate.letIn(exchange, from, versions, head, route)) {
          return exchange;
        }
      }
      case RouteAction.Control(RouteAction.Forward paths) -> {
        if (gate.letIn(exchange, from, paths, head, route)) {
          return exchange;
        }
      }
    }
    refuseUnlessAnswered(exchange, downstream);
    return exchange;
  }

  /** Has a call go on now that waits for the end of the turn, with all others that do. */
  void admit(@Nullable Waiting call) {
    if (call == Waiting.FOR_THE_TURN) {
      arrivals.admit();
    }
  }

  /** What is wrong with the trailers of a request, or null. */
  @Nullable ProxyError faultOf(FieldList trailers, RouteAction.@Nullable Forward forward) {
    ProxyError malformed = underscores(trailers);
    if (malformed == null) {
      malformed = FieldRules.trailers(trailers);
    }
    if (malformed == null) {
      malformed = FieldRules.trailers(trailers, forwarding.stripped());
    }
    if (malformed == null && forward != null && forward.edition().isNamedBy(trailers)) {
      malformed =
          forward.error(Kind.BAD_REQUEST, "a version is named in the head, not in trailers");
    }
    // Some servers add them to the head, which the API has changed.
    return malformed == null && forward != null && forward.editsRequests() && trailers.size() > 0
        ? forward.error(
            Kind.BAD_REQUEST, "requests may not have trailers, their fields are changed")
        : malformed;
  }

  private @Nullable ProxyError underscores(FieldList fields) {
    return forwarding.refusesUnderscores() ? FieldRules.underscores(fields) : null;
  }

  /**
   * While there are too many streams, or too many bytes that wait, no stream stays that is not
   * forwarded already.
   */
  void refuseUnlessAnswered(Http2Stream downstream) {
    refuse(downstream, refusal());
  }

  /** The same for a call that was not let in. Without an answer it is refused in any case. */
  void refuseUnlessAnswered(Exchange exchange, Http2Stream downstream) {
    CallRefusal refusal = refusal();
    boolean unanswered = exchange.refuse();
    // Other loops may have made room since the gate has asked.
    refuse(downstream, refusal == null && unanswered ? CallRefusal.BUFFERED_BYTES : refusal);
  }

  private void refuse(Http2Stream downstream, @Nullable CallRefusal refusal) {
    if (refusal != null && downstream.isOpen()) {
      downstream.reset(ErrorCode.REFUSED_STREAM);
      count(refusal);
    }
  }

  /** Why there may be no more calls than there are, or null. */
  @Nullable CallRefusal refusal() {
    if (connectionLoop.streams().isExceeded()) {
      return CallRefusal.STREAMS;
    }
    return connectionLoop.buffered().isShort() ? CallRefusal.BUFFERED_BYTES : null;
  }

  private void count(CallRefusal refusal) {
    int unlogged = refused.count(refusal, nowNanos());
    if (unlogged != Tallies.UNLOGGED) {
      LOG.atWarn()
          .addKeyValue("reason", refusal.label())
          .addKeyValue("streams", connectionLoop.streams().used())
          .addKeyValue("buffered_bytes", connectionLoop.buffered().used())
          .addKeyValue("more", unlogged)
          .log("refused a call, the gateway has as much as it may have");
    }
  }

  /** How many calls were refused for this reason; may be read anywhere. */
  long refused(CallRefusal reason) {
    return refused.count(reason);
  }

  /** Counts a call that has ended, in its own protocol. */
  void count(boolean grpc, GrpcStatus grpcStatus, int httpStatus) {
    if (grpc) {
      calls.grpc(grpcStatus);
    } else {
      calls.http(httpStatus);
    }
  }

  /** Counts a call that the gateway itself ends. */
  void countFailed(Kind kind) {
    calls.failed(kind);
  }

  /** Takes the calls that have ended; null for a gateway that does not log them. */
  @Nullable CallLog callLog() {
    return callLog;
  }

  /** How the calls of each API have ended; may be read anywhere. */
  LoopCalls apiCalls() {
    return apiCalls;
  }

  EngineCounts counts() {
    return new EngineCounts(activity(), calls.grpc(), calls.http(), calls.failed());
  }

  // ---- routing ---------------------------------------------------------------------------------

  private RouteMemo route(Snapshot snapshot, int port, FieldList head) {
    HeaderField path = Objects.requireNonNull(head.find(HeaderName.PATH), ":path");
    HeaderField authority = authority(head);
    if (path.memo() instanceof RouteMemo memo && memo.isOf(snapshot.generation(), authority)) {
      return memo;
    }
    RouteAction action = HostMemo.match(snapshot, port, authority, path.value());
    HeaderField upstreamPath = CutPath.of(path, action == null ? 0 : action.stripBytes());
    RouteMemo memo =
        new RouteMemo(
            snapshot.generation(),
            authority,
            action,
            path,
            upstreamPath,
            GrpcPath.isPlain(path.value()),
            action == null || action.apiId() == null
                ? null
                : apiCalls.of(action.apiId(), action.terms(), path, upstreamPath));
    path.memo(memo);
    return memo;
  }

  private static @Nullable HeaderField authority(FieldList head) {
    HeaderField authority = head.find(HeaderName.AUTHORITY);
    return authority != null ? authority : head.find(HeaderName.HOST);
  }

  private static ProxyError noRoute(HeaderField path) {
    return new ProxyError(
        Kind.NO_ROUTE, "no API listens on this host and port for " + path.valueText());
  }

  // ---- exchanges that are used again -----------------------------------------------------------

  private Exchange exchange(Http2Stream downstream, Snapshot snapshot) {
    if (spares == 0) {
      return new Exchange(this, downstream, snapshot);
    }
    Exchange spare = Objects.requireNonNull(spareExchanges[--spares]);
    spareExchanges[spares] = null;
    spare.renew(downstream, snapshot);
    return spare;
  }

  void recycle(Exchange exchange) {
    if (spares < spareExchanges.length) {
      spareExchanges[spares++] = exchange;
    }
  }

  // ---- for exchanges and connections -----------------------------------------------------------

  ConnectionPool pool() {
    return pool;
  }

  LoopBudget buffered() {
    return connectionLoop.buffered();
  }

  Deadlines deadlines() {
    return deadlines;
  }

  ErrorResponder responder() {
    return responder;
  }

  HeadEditor editor() {
    return editor;
  }

  /** Looks at the clock, for what does not come from a connection. */
  void tick() {
    connectionLoop.tick();
  }

  long nowNanos() {
    return connectionLoop.nowNanos();
  }

  /** What is known of a client at this address, if there is one. */
  ClientAddress clientAddress(@Nullable SocketAddress peer) {
    return forwarding.client(peer, connectionLoop);
  }

  /** Where a client calls from whose connection comes from there, if that is known. */
  CallerAddress callerAddress(@Nullable SocketAddress peer) {
    return new CallerAddress(forwarding, peer);
  }

  /** Counts that a client went too far, and logs it once a second for each kind of fault. */
  void peerFault(PeerFault fault, SocketAddress peer, int port, String detail) {
    int unlogged = connectionLoop.clientFaults().count(fault, nowNanos());
    if (unlogged != Tallies.UNLOGGED) {
      LOG.atInfo()
          .addKeyValue("peer", peer)
          .addKeyValue("port", port)
          .addKeyValue("reason", fault.label())
          .addKeyValue("error", detail)
          .addKeyValue("more", unlogged)
          .log("a client broke HTTP/2 or went beyond a limit");
    }
  }

  /** Looks after connections on both sides. To be called about twice a second. */
  void sweep() {
    pool.sweep();
    long changes = admission.credentials().changes();
    if (admissionChanges != changes) {
      connections.endRevoked();
      admissionChanges = changes;
    }
    if (connectionLoop.buffered().isShort()) {
      connections.dismissIdle();
    }
  }

  /**
   * Ends the calls to these, which are served no more, and forgets those that have not come back.
   */
  void cut(Set<EndpointGroup> groups) {
    connections.cut(groups);
    Set<String> gone = new HashSet<>();
    groups.forEach(group -> gone.add(group.name()));
    for (RouteAction action : snapshots.current().routes().actions()) {
      if (action.apiId() != null) {
        gone.remove(action.apiId());
      }
    }
    apiCalls.forget(gone);
  }

  /** The connections of clients on this loop. */
  OpenConnections connections() {
    return connections;
  }

  Activity activity() {
    return new Activity(
        connections.size(),
        connectionLoop.streams().used(),
        pool.waiting(),
        pool.connections(),
        pool.openStreams(),
        connectionLoop.grownWindowBytes(),
        connectionLoop.buffered().used());
  }

  /** Ends what is still open: calls with a status, connections with GOAWAY. */
  void cut() {
    connections.cut();
    pool.close();
  }
}
