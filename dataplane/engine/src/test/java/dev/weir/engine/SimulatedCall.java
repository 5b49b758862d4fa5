package dev.weir.engine;

import static dev.weir.engine.Simulation.require;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.call.GrpcTimeout;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One call: what the client sends and hears on its stream, who served it, and how it may end. It
 * ends once, and never well unless an upstream said so and all its bytes came in order.
 */
final class SimulatedCall extends PeerStream {
  private static final int UNAVAILABLE = 14;
  private static final int INTERNAL = 13;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int PERMISSION_DENIED = 7;
  private static final int UNAUTHENTICATED = 16;
  private static final int DEADLINE_EXCEEDED = 4;
  private static final int PROTOCOL_ERROR = 1;
  private static final int INTERNAL_ERROR = 2;
  private static final long NANOS_IN_MILLI = 1_000_000;
  private static final long KEPT_OUT_NANOS = 1000 * NANOS_IN_MILLI;
  private static final int REFUSED_STREAM = 7;
  private static final int CANCEL = 8;

  /** A grpc-timeout has eight digits: so small a part of it may get lost. */
  private static final long LOST_OF_EIGHT_DIGITS = 100_000;

  private static final int MOST_ATTEMPTS = 6;

  private final Simulation simulation;
  private final SimulatedClient client;
  private final SplittableRandom random;
  private final int number;
  private final Request kind;
  private final Payload request;
  private final String metadata;
  private final List<ServedCall> attempts = new ArrayList<>();
  private final int timeoutMillis;
  private final boolean endsWithTrailers;
  private long begunNanos;
  private int sent;
  private int received;
  private int firstVersion;
  private int troublesBefore;
  private SimulatedKeys.@Nullable Key key;
  private boolean letIn;
  private long keyChanges;
  private boolean begun;
  private boolean mayBeRefused;
  private @Nullable ServedCall answer;
  private @Nullable String outcome;
  private int ownHttpStatus;
  private boolean hearsNoMore;
  private boolean wasIgnored;

  SimulatedCall(Simulation simulation, SimulatedClient client, int number) {
    this.simulation = simulation;
    this.client = client;
    this.random = simulation.random();
    this.number = number;
    this.kind = Request.random(random, simulation.isCalm());
    this.timeoutMillis = random.nextInt(8) == 0 ? random.nextInt(1, 20_000) : 0;
    this.endsWithTrailers = random.nextInt(20) == 0;
    this.request = Payload.random(random, simulation.longestPayload());
    this.metadata = Metadata.random(random);
  }

  int number() {
    return number;
  }

  Payload request() {
    return request;
  }

  boolean isGrpc() {
    return kind != Request.HTTP;
  }

  /** How many bytes of the request the client has sent. */
  int sent() {
    return sent;
  }

  /** How many bytes of the response the client has got. */
  int received() {
    return received;
  }

  String metadata() {
    return metadata;
  }

  boolean isBegun() {
    return begun;
  }

  boolean isOver() {
    return outcome != null;
  }

  /** How the call ended. */
  String outcome() {
    return String.valueOf(outcome);
  }

  /** Whether the client wants no answer any more, or cannot get one. */
  boolean isGivenUp() {
    return hearsNoMore || client.isGuilty();
  }

  /** Whether the call has had all the time that its client gave it. */
  boolean isLate() {
    return isLate(begunNanos);
  }

  /** The same if it counts from then on. */
  boolean isLate(long fromNanos) {
    return isGrpc()
        && timeoutMillis > 0
        && simulation.nowNanos() - fromNanos >= timeoutMillis * NANOS_IN_MILLI;
  }

  /** Whether an upstream that was told what is left of the time may have seen it pass. */
  private boolean isAlmostLate() {
    return isLate(begunNanos - NANOS_IN_MILLI);
  }

  @Override
  SimulatedPeer peer() {
    return client;
  }

  // ---- the client acts -------------------------------------------------------------------------

  void open(boolean refusable) {
    begun = true;
    mayBeRefused = refusable;
    firstVersion = simulation.version();
    troublesBefore = simulation.troubles();
    begunNanos = simulation.nowNanos();
    Http2Headers head = kind.head(random).path(path()).add("x-call", Integer.toString(number));
    showKey(head);
    if (timeoutMillis > 0) {
      head.add("grpc-timeout", timeoutMillis + "m");
    }
    Metadata.add(head, metadata);
    client.headers(this, head, request.length() == 0 && random.nextInt(8) == 0);
  }

  private void showKey(Http2Headers head) {
    SimulatedKeys keys = simulation.keys();
    if (keys != null) {
      key = keys.of(number);
      letIn = key.lets();
      keyChanges = key.changes();
      head.add("authorization", SimulatedKeys.token(number));
    }
  }

  /** Whether the key has let in all the time since the call began. */
  private boolean wasAlwaysLetIn() {
    return key == null || (letIn && key.changes() == keyChanges);
  }

  /** Whether there was a time since then when the key let in. */
  private boolean wasLetIn() {
    return key == null || letIn || key.changes() > keyChanges;
  }

  /** Whether the key has let nobody in for so long that a call has to be over. */
  boolean isKeptOut() {
    return key != null && !key.lets() && simulation.nowNanos() - key.sinceNanos() > KEPT_OUT_NANOS;
  }

  /** Whether the key may have ended it, or have kept it out. */
  boolean mayBeKeptOut() {
    return !wasAlwaysLetIn();
  }

  String path() {
    return "/pkg.S" + number % 3 + "/M" + number % 2;
  }

  void act() {
    if (!isOpen()) {
      return;
    }
    boolean all = simulation.isWinding() || random.nextInt(4) == 0;
    client.returnCredit(this, all ? unreturned : random.nextInt(unreturned + 1));
    if (!sentEnd) {
      sendSome(all);
    }
    if (!simulation.isWinding() && !simulation.isCalm() && random.nextInt(60) == 0) {
      cancel();
    }
  }

  private void sendSome(boolean all) {
    int most = Math.min(request.length() - sent, client.allowance(this));
    int now = all ? most : random.nextInt(most + 1);
    boolean end = sent + now == request.length() && (all || random.nextBoolean());
    boolean trailers = end && endsWithTrailers;
    if (now > 0 || (end && !trailers)) {
      client.data(this, request.bytes(), request.from() + sent, now, end && !trailers);
      sent += now;
    }
    if (trailers) {
      client.headers(this, new DefaultHttp2Headers(false).add("m-end", "1"), true);
    }
  }

  private void cancel() {
    client.sendReset(this, random.nextInt(14));
    hearsNoMore = true;
    if (!isOver()) {
      end("cancelled");
    }
  }

  private void end(String how) {
    require(outcome == null, () -> this + " ended with " + outcome + " and with " + how);
    outcome = how;
    simulation.ended(this);
  }

  // ---- the client hears ------------------------------------------------------------------------

  @Override
  void onHeaders(Http2Headers fields, boolean end) {
    if (hearsNoMore) {
      return;
    }
    require(!isOver(), () -> "HEADERS behind the end of " + this);
    CharSequence mark = fields.get("x-attempt");
    if (mark == null) {
      onOwnAnswer(fields, end);
    } else if (answer == null) {
      onHead(fields, Integer.parseInt(mark.toString()), end);
    } else {
      onTrailers(answer, fields, end);
    }
  }

  private void onHead(Http2Headers fields, int attempt, boolean end) {
    ServedCall served = attempts.get(attempt);
    require(served == attempts.getLast(), () -> "answer of an old attempt for " + this);
    answer = served;
    require(
        Metadata.of(fields).equals(served.head()),
        () -> "head of " + this + ": " + fields + " (expected: " + served.head() + ")");
    if (end) {
      onTrailers(served, fields, true);
    }
  }

  private void onTrailers(ServedCall served, Http2Headers fields, boolean end) {
    require(end, () -> "trailers that do not end " + this);
    require(
        served.isAnswered() && served.trailers().equals(Metadata.of(fields)),
        () -> "trailers of " + this + ": " + fields);
    checkWhole(served);
    end("status " + fields.get("grpc-status") + " of the upstream");
  }

  private void checkWhole(@Nullable ServedCall served) {
    int whole = served == null ? -1 : served.response().length();
    require(received == whole, () -> this + " ended with " + received + " of " + whole + " bytes");
  }

  /** The gateway's own answer: needs a reason, and is never good. */
  private void onOwnAnswer(Http2Headers fields, boolean end) {
    if (isGrpc()) {
      onOwnStatus(fields, end);
    } else {
      onOwnHttpAnswer(fields, end);
    }
  }

  private void onOwnHttpAnswer(Http2Headers fields, boolean end) {
    require(!end && answer == null, () -> "the gateway's own head of " + this + ": " + fields);
    ownHttpStatus = Integer.parseInt(String.valueOf(fields.status()));
    boolean reason =
        switch (ownHttpStatus) {
          case 403 -> mayBeKeptOut();
          case 500, 503 -> mayFailWith(UNAVAILABLE);
          case 502 -> mayFailWith(INTERNAL) || mayFailWith(RESOURCE_EXHAUSTED);
          default -> false;
        };
    require(reason, () -> this + " failed without a reason: " + fields + " " + attempts);
  }

  private void onOwnStatus(Http2Headers fields, boolean end) {
    require(end, () -> "the gateway's own head does not end " + this + ": " + fields);
    require(
        (answer == null) == (fields.status() != null), () -> "form of status of " + this + fields);
    CharSequence status = fields.get("grpc-status");
    require(status != null, () -> "no status for " + this + ": " + fields);
    int code = Integer.parseInt(String.valueOf(status));
    require(
        mayFailWith(code),
        () -> this + " failed without a reason: " + fields + " attempts " + attempts);
    end("status " + code + " of the gateway");
  }

  /** An answer in HTTP that has begun has no place for a status. */
  private boolean mayBreakOff() {
    return ownHttpStatus > 0 ? simulation.isCut() : !isGrpc() && answer != null && mayFail();
  }

  private boolean mayFail() {
    return mayBeKeptOut()
        || mayFailWith(UNAVAILABLE)
        || mayFailWith(INTERNAL)
        || mayFailWith(RESOURCE_EXHAUSTED);
  }

  private boolean mayFailWith(int code) {
    ServedCall last = attempts.isEmpty() ? null : attempts.getLast();
    if (code == UNAVAILABLE && simulation.isCut()) {
      return true;
    }
    if (kind == Request.OVERSIZED) {
      return code == RESOURCE_EXHAUSTED;
    }
    if (mayBeKeptOut() && (code == UNAUTHENTICATED || code == PERMISSION_DENIED)) {
      return true;
    }
    if (code == DEADLINE_EXCEEDED) {
      return isLate() || (last != null && last.mayBeReset(CANCEL) && isAlmostLate());
    }
    if (last != null && !last.isUnprocessed()) {
      return last.mayFailWith(code);
    }
    return code == UNAVAILABLE
        && (simulation.troubles() > troublesBefore
            || simulation.network().isAnyBroken()
            || simulation.isTight());
  }

  @Override
  void onData(Pipe from, int offset, int length, boolean end) {
    if (hearsNoMore) {
      return;
    }
    if (ownHttpStatus > 0) {
      if (end) {
        end("HTTP status " + ownHttpStatus + " of the gateway");
      }
      return;
    }
    ServedCall served = answer;
    require(!isOver() && served != null, () -> "DATA without a head for " + this);
    require(
        served != null
            && received + length <= served.sent()
            && served.response().has(received, from, offset, length),
        () -> "other bytes than the upstream's for " + this + " at " + received);
    received += length;
    if (end) {
      require(
          !isGrpc() && served != null && served.endedWithData(),
          () -> "DATA ends " + this + " of " + served);
      checkWhole(served);
      end("HTTP answer of the upstream");
    }
  }

  @Override
  void onReset(int code) {
    if (hearsNoMore) {
      return;
    }
    require(!reset, () -> "two resets for " + this);
    if (isOver()) {
      require(code == 0, () -> "reset with " + code + " behind the end of " + this);
      return;
    }
    require(mayBeReset(code), () -> this + " reset with " + code + " attempts " + attempts);
    end("reset");
  }

  private boolean mayBeReset(int code) {
    if (code == REFUSED_STREAM && attempts.isEmpty()) {
      return mayBeRefused || simulation.isDraining();
    }
    if (kind == Request.MALFORMED) {
      return code == PROTOCOL_ERROR;
    }
    return (!attempts.isEmpty() && attempts.getLast().mayBeReset(code))
        || (code == INTERNAL_ERROR && mayBreakOff());
  }

  /** The client's connection is over. */
  void connectionEnded(boolean byGateway, int lastStream) {
    if (!begun || isOver()) {
      return;
    }
    // An answer in HTTP that the caller does not read in time is lost with the cut.
    boolean unread = simulation.isCut() && ownHttpStatus > 0;
    require(
        !byGateway || id() > lastStream || unread,
        () -> "the gateway closed a connection under " + this + ", last stream " + lastStream);
    hearsNoMore = true;
    reset = true;
    end(byGateway ? "above GOAWAY" : "connection lost");
  }

  // ---- the upstreams see -----------------------------------------------------------------------

  /** An upstream sees the call; answers which attempt it is. */
  int seen(ServedCall attempt, int version) {
    require(kind == Request.GRPC || kind == Request.HTTP, () -> this + " is " + kind);
    require(wasLetIn(), () -> this + " was let in by a key that lets nobody in");
    for (ServedCall before : attempts) {
      require(before.isUnprocessed(), () -> this + " runs twice: " + attempts + " and " + attempt);
      require(before.version() == version, () -> this + " changed its configuration");
    }
    require(
        version >= firstVersion && version <= simulation.version(),
        () -> this + " has configuration " + version);
    attempts.add(attempt);
    require(attempts.size() <= MOST_ATTEMPTS, () -> this + " is tried too often: " + attempts);
    return attempts.size() - 1;
  }

  /** An upstream that has left already gets to see the call, and does not look at it. */
  void ignored() {
    wasIgnored = true;
  }

  /** An upstream gets the time that is left, and not longer. */
  void checkTimeout(@Nullable CharSequence given) {
    if (timeoutMillis == 0) {
      require(given == null, () -> "time-out for " + this);
      return;
    }
    long nanos = GrpcTimeout.parseNanos(String.valueOf(given).getBytes(US_ASCII));
    long whole = timeoutMillis * NANOS_IN_MILLI;
    long left = Math.max(whole - (simulation.nowNanos() - begunNanos), 0);
    require(
        nanos <= whole && nanos >= left - left / LOST_OF_EIGHT_DIGITS,
        () -> this + " has " + left + " ns left, its upstream got " + given);
  }

  @Nullable ServedCall lastAttempt() {
    return attempts.isEmpty() ? null : attempts.getLast();
  }

  /** Also from where no upstream saw it. */
  boolean mayHaveBeenRetried() {
    return wasRetried() || simulation.troubles() > troublesBefore;
  }

  boolean wasRetried() {
    return attempts.size() > 1 || wasIgnored;
  }

  @Override
  public String toString() {
    return "call " + number + " (" + client.name() + " stream " + id() + ")";
  }
}
