package dev.weir.upstream;

import dev.weir.balance.Endpoint;
import dev.weir.call.ProxyError;
import dev.weir.http2.ClientConnection;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.PeerFault;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The connections of one event loop to one endpoint, and the calls that wait for a stream on them.
 * Every call waits until the input of the loop's iteration has been read: one that its caller
 * cancels by then costs the endpoint nothing.
 *
 * <p>While no connection has room, another one is opened, up to a limit; only one is being opened
 * at a time, and none because of a server that allows no streams.
 */
final class EndpointConnections {
  private final Endpoint endpoint;
  private final HeaderField authority;
  private final Dialer dialer;
  private final ConnectionLoop loop;
  private final UpstreamSettings settings;
  private final Consumer<Runnable> later;
  private final List<UpstreamConnection> usable = new ArrayList<>();
  private final List<UpstreamConnection> all = new ArrayList<>();
  private final WornConnections worn;
  private final PingPace pingPace;
  private final WaitingLine waiting = new WaitingLine();
  private final Runnable serve = this::serve;
  private boolean toBeServed;
  private boolean connecting;
  private final Reachability reachability;
  private final EndpointFaults faults;

  /**
   * @param later does work of which there is much when there is time for it
   */
  EndpointConnections(
      Endpoint endpoint,
      Dialer dialer,
      ConnectionLoop loop,
      UpstreamSettings settings,
      Consumer<Runnable> later) {
    this.endpoint = endpoint;
    this.authority = HeaderField.of(HeaderName.AUTHORITY, endpoint.authority());
    this.dialer = dialer;
    this.loop = loop;
    this.settings = settings;
    this.later = later;
    this.worn = new WornConnections(usable, all, settings);
    this.pingPace = new PingPace(endpoint, settings.keepalive());
    this.reachability = new Reachability(endpoint);
    this.faults = new EndpointFaults(endpoint, loop);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  int size() {
    return all.size();
  }

  int openStreams() {
    int open = 0;
    for (UpstreamConnection one : all) {
      open += one.connection().openStreams();
    }
    return open;
  }

  int waiting() {
    return waiting.size();
  }

  void open(StreamSeeker seeker) {
    waiting.add(seeker, loop.nowNanos() + settings.maxWait().toNanos());
    serveLater();
  }

  /** Opens the stream of a call that waits before its turn, if there is room. */
  void hurry(StreamSeeker seeker) {
    if (waiting.holds(seeker) && hasRoom()) {
      waiting.remove(seeker);
      openNow(seeker);
    }
  }

  /**
   * Ends the wait of calls that have waited long enough. An endpoint that takes none at all rests
   * for a while then; one whose streams are all in use is well, and calls get those that end. Where
   * there is no connection the calls go elsewhere, as those do that wait when a dial fails.
   */
  void expire(long nowNanos) {
    if (!waiting.hasOver(nowNanos)) {
      return;
    }
    if (usable.isEmpty() || isClosedToCalls()) {
      endpoint.connectFailed(nowNanos);
    }
    ProxyError.Kind kind =
        usable.isEmpty() ? ProxyError.Kind.CONNECT_FAILED : ProxyError.Kind.QUEUE_TIMEOUT;
    refuse(waiting.takeOver(nowNanos), kind, whyNoStream());
  }

  private String whyNoStream() {
    String waited = "no stream came free in " + settings.maxWait().toSeconds() + " s: ";
    return usable.isEmpty()
        ? waited + "no connection could be opened"
        : waited
            + "the server allows %d on a connection; open connections: %d"
                .formatted(usable.getFirst().connection().peerConcurrency(), usable.size());
  }

  /**
   * Lets the endpoint go: calls that wait go elsewhere, connections end with their last stream.
   *
   * @return whether nothing is left of it
   */
  boolean leave() {
    refuseWaiting(
        ProxyError.Kind.CONNECT_FAILED, "the name of the target no longer has this address");
    new ArrayList<>(usable).forEach(c -> c.connection().drain());
    return all.isEmpty() && !connecting;
  }

  void close() {
    new ArrayList<>(all)
        .forEach(c -> c.connection().close(ErrorCode.NO_ERROR, "the gateway is closing"));
  }

  // ---- connections that are worn ---------------------------------------------------------------

  /**
   * The server bears no more resets on a connection: calls are to go to another one. Until that is
   * open they go on here, so that nobody waits on account of those who reset.
   *
   * @return whether they go on here
   */
  boolean resetsOwed() {
    faults.manyResets(
        "it hears later of calls that were reset, and calls go to another connection");
    if (!worn.areAll()) {
      return false;
    }
    replaceAllWorn();
    return true;
  }

  /** At the limit of connections calls go on where they are. */
  private void replaceAllWorn() {
    if (!takeUp() && worn.mayBeReplaced()) {
      connect();
    }
  }

  private boolean takeUp() {
    UpstreamConnection recovered = worn.recovered();
    if (recovered != null) {
      admit(recovered);
    }
    return recovered != null;
  }

  /** Sends resets that were held back, and PINGs; to be called about twice a second. */
  void tend() {
    all.forEach(c -> c.connection().payResets());
    if (!waiting.isEmpty()) {
      // What was owed has taken streams.
      serveLater();
    }
    pingPace.look(all);
  }

  /** Leaves worn connections for others, which are opened first. To be called now and then. */
  void replaceWorn() {
    if (usable.isEmpty()) {
      return;
    }
    if (worn.areAll()) {
      replaceAllWorn();
    } else {
      worn.retire();
    }
  }

  /** Calls need a connection, and none of those that were left takes any: one of them closes. */
  private void closeExcess() {
    UpstreamConnection excess = worn.excess();
    if (excess != null) {
      String detail = "too many connections have calls that do not end and owe resets: one closes";
      faults.manyResets(detail);
      excess.connection().close(ErrorCode.NO_ERROR, detail);
    }
  }

  // ---- streams ---------------------------------------------------------------------------------

  private void serveLater() {
    if (!toBeServed) {
      toBeServed = true;
      loop.beforeFlush(serve);
    }
  }

  private void serve() {
    toBeServed = false;
    for (StreamSeeker next = waiting.first(); next != null && hasRoom(); next = waiting.first()) {
      waiting.remove(next);
      openNow(next);
    }
    connectIfNeeded();
    refuseExcess();
  }

  private void openNow(StreamSeeker seeker) {
    for (int i = 0; i < usable.size(); i++) {
      ClientConnection connection = usable.get(i).connection();
      FieldList head = seeker.head(authority);
      if (!connection.peerTakes(head)) {
        seeker.onUnavailable(
            ProxyError.Kind.HEADERS_TOO_LARGE, "the call's metadata is more than the server takes");
        return;
      }
      Http2Stream stream = connection.open(seeker, head, seeker.endsWithHead());
      if (stream != null) {
        if (connection.isAcknowledged()) {
          reachability.reached();
        }
        seeker.onOpened(stream);
        return;
      }
    }
  }

  /** Those who came last: they have waited least. */
  private void refuseExcess() {
    for (int left = waiting.size() - settings.maxWaiting(); left > 0; left--) {
      StreamSeeker last = waiting.last();
      if (last != null) {
        waiting.remove(last);
        last.onUnavailable(
            ProxyError.Kind.QUEUE_FULL, waiting.size() + " calls wait for " + endpoint.authority());
      }
    }
  }

  private boolean hasRoom() {
    for (int i = 0; i < usable.size(); i++) {
      if (usable.get(i).connection().hasRoom()) {
        return true;
      }
    }
    return false;
  }

  // ---- connecting ------------------------------------------------------------------------------

  private void connectIfNeeded() {
    if (!waiting.isEmpty()
        && usable.size() < settings.maxConnections()
        && !isClosedToCalls()
        && !takeUp()) {
      connect();
    }
  }

  /** Whether the server allows no streams where it has not had any; elsewhere it may be full. */
  private boolean isClosedToCalls() {
    if (usable.isEmpty()) {
      return false;
    }
    ClientConnection last = usable.getLast().connection();
    return last.peerConcurrency() == 0 && !last.hasOpenedStreams();
  }

  private void connect() {
    if (connecting) {
      return;
    }
    connecting = true;
    dialer
        .dial(endpoint, new UpstreamConnection(this, pingPace), this::tlsFailed)
        .addListener((ChannelFutureListener) this::onConnect);
  }

  private void onConnect(ChannelFuture result) {
    Throwable cause = result.cause();
    if (cause != null) {
      loop.tick();
      connectFailed(ProxyError.Kind.CONNECT_FAILED, String.valueOf(cause.getMessage()));
    }
  }

  private void tlsFailed(String detail) {
    connectFailed(ProxyError.Kind.CONNECT_FAILED, detail);
  }

  /**
   * No connection came about: calls that wait go elsewhere, unless another connection serves them.
   */
  private void connectFailed(ProxyError.Kind kind, String detail) {
    connecting = false;
    unreachable(kind, detail);
  }

  private void unreachable(ProxyError.Kind kind, String detail) {
    reachability.failed(detail);
    if (usable.isEmpty()) {
      endpoint.connectFailed(loop.nowNanos());
      refuseWaiting(kind, detail);
    }
  }

  /** Only those who wait now: a call that comes back gets a new connection. */
  private void refuseWaiting(ProxyError.Kind kind, String detail) {
    refuse(waiting.takeAll(), kind, detail);
  }

  private void refuse(WaitingLine refused, ProxyError.Kind kind, String detail) {
    new Refusal(refused, kind, detail, later).run();
  }

  // ---- what connections report -----------------------------------------------------------------

  /** Calls go to it at once, unless the endpoint is one that has to show first that it reads. */
  void opened(UpstreamConnection connection) {
    if (!reachability.isDeaf()) {
      admit(connection);
    }
  }

  void acknowledged(UpstreamConnection connection) {
    reachability.acknowledged();
    if (!usable.contains(connection) && !connection.connection().isDraining()) {
      admit(connection);
    }
  }

  private void admit(UpstreamConnection connection) {
    if (!all.contains(connection)) {
      connecting = false;
      all.add(connection);
    }
    usable.add(connection);
    worn.retire();
    closeExcess();
    serveLater();
  }

  void roomIn(UpstreamConnection connection) {
    if (!waiting.isEmpty()) {
      serveLater();
    }
  }

  void draining(UpstreamConnection connection) {
    usable.remove(connection);
    replace(connection, "the server went away before it took a call");
  }

  /**
   * Another connection for calls that wait. Not to a server that ends connections without having
   * taken a call: it would be dialled as fast as it hangs up.
   */
  private void replace(UpstreamConnection gone, String detail) {
    if (gone.connection().hasOpenedStreams()) {
      serveLater();
    } else if (!waiting.isEmpty()) {
      unreachable(ProxyError.Kind.CONNECT_FAILED, detail);
    }
  }

  void failed(Throwable cause) {
    faults.failed(cause);
  }

  /** Counts it, and logs it once a second for each kind of fault. */
  void peerFault(PeerFault fault, String detail) {
    if (fault == PeerFault.SETTINGS_TIMEOUT) {
      reachability.deaf();
      usable.removeIf(c -> !c.connection().isAcknowledged());
    }
    faults.broke(fault, detail);
  }

  void closed(UpstreamConnection connection, boolean peerFault, String detail) {
    usable.remove(connection);
    if (!all.remove(connection)) {
      connectFailed(
          peerFault ? ProxyError.Kind.NOT_HTTP2 : ProxyError.Kind.CONNECT_FAILED,
          peerFault ? "does not speak HTTP/2 here (" + detail + ")" : detail);
    } else if (reachability.isDeaf() && !connection.connection().isAcknowledged()) {
      unreachable(ProxyError.Kind.CONNECT_FAILED, detail);
    } else {
      replace(connection, detail);
    }
  }
}
