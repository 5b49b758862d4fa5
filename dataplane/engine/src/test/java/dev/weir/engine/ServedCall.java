package dev.weir.engine;

import static dev.weir.engine.Simulation.require;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.BitSet;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One attempt of a call as an upstream sees it, and what the upstream does with it. */
final class ServedCall extends PeerStream {
  private static final int UNAVAILABLE = 14;
  private static final int INTERNAL = 13;
  private static final int INTERNAL_ERROR = 2;
  private static final int REFUSED_STREAM = 7;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int TOO_LARGE = 70_000;
  private static final int[] HTTP_STATUSES = {400, 401, 403, 404, 429, 502, 503, 504, 500, 302};
  private static final int[] GRPC_STATUSES = {13, 16, 7, 12, 14, 14, 14, 14, 2, 2};

  /** What an upstream does with a call. */
  private enum Plan {
    ANSWER_AFTER_REQUEST,
    ANSWER_AT_ONCE,
    ONLY_TRAILERS,
    REFUSE,
    RESET,
    SAY_NOTHING,
    HUGE_HEAD,
    HUGE_TRAILERS,
    WRONG_LENGTH,
    ANSWER_IN_HTTP,
    MALFORMED_HEAD,
    MALFORMED_TRAILERS,
    NO_HEAD,
    NO_TRAILERS
  }

  private static final Plan[] PLANS = Plan.values();

  private final Simulation simulation;
  private final SimulatedServer server;
  private final SplittableRandom random;
  private final BitSet statuses = new BitSet();
  private final BitSet resets = new BitSet();
  private final Payload response;
  private final String head;
  private final String trailers;
  private final int status;
  private Plan plan;
  private @Nullable SimulatedCall call;
  private int index;
  private int version;
  private long seenNanos;
  private int received;
  private int sent;
  private int resetAt;
  private boolean headSent;
  private boolean answered;
  private boolean unprocessed;
  private boolean endedWithData;

  ServedCall(Simulation simulation, SimulatedServer server) {
    this.simulation = simulation;
    this.server = server;
    this.random = simulation.random();
    this.head = Metadata.random(random);
    this.trailers = Metadata.random(random);
    this.plan = plan();
    int longest = plan == Plan.ONLY_TRAILERS ? 0 : simulation.longestPayload();
    this.response = Payload.random(random, longest);
    this.status = random.nextInt(4) > 0 ? 0 : random.nextInt(17);
    this.resetAt = random.nextInt(3) == 0 ? -1 : random.nextInt(response.length() + 1);
  }

  private Plan plan() {
    int dice = random.nextInt(simulation.isCalm() ? 75 : 100);
    if (dice < 75) {
      return PLANS[dice < 35 ? 0 : dice < 70 ? 1 : 2];
    }
    return PLANS[3 + random.nextInt(PLANS.length - 3)];
  }

  @Override
  SimulatedPeer peer() {
    return server;
  }

  // ---- for the call ----------------------------------------------------------------------------

  Payload response() {
    return response;
  }

  String head() {
    return plan == Plan.ONLY_TRAILERS ? trailers : head;
  }

  String trailers() {
    return trailers;
  }

  int version() {
    return version;
  }

  int sent() {
    return sent;
  }

  int received() {
    return received;
  }

  @Nullable SimulatedCall call() {
    return call;
  }

  /** Whether the whole response has been sent. */
  boolean isAnswered() {
    return answered;
  }

  /** Whether it ended without trailers, as answers in HTTP may. */
  boolean endedWithData() {
    return endedWithData;
  }

  private boolean isGrpcCall() {
    SimulatedCall known = call;
    return known == null || known.isGrpc();
  }

  /** Whether the upstream did nothing for it, and said so. */
  boolean isUnprocessed() {
    return unprocessed;
  }

  /** Whether its connection ended, or will, under it. */
  boolean isBroken() {
    return server.isBroken();
  }

  boolean mayFailWith(int code) {
    return statuses.get(code) || (code == UNAVAILABLE && server.isBroken());
  }

  boolean mayBeReset(int code) {
    return resets.get(code & 0xff);
  }

  /** The upstream leaves without having looked at it. */
  void ignore() {
    unprocessed = !headSent && !answered;
    reset = true;
    statuses.set(UNAVAILABLE);
    simulation.trouble();
  }

  // ---- acting ----------------------------------------------------------------------------------

  void act() {
    if (!isOpen()) {
      return;
    }
    boolean all = simulation.isWinding() || random.nextInt(4) == 0;
    server.returnCredit(this, all ? unreturned : random.nextInt(unreturned + 1));
    if (!answered) {
      switch (plan) {
        case ANSWER_AFTER_REQUEST -> answer(all, receivedEnd);
        case ANSWER_AT_ONCE, NO_TRAILERS, MALFORMED_TRAILERS, HUGE_TRAILERS, WRONG_LENGTH ->
            answer(all, true);
        case HUGE_HEAD -> hugeHead();
        case ONLY_TRAILERS -> onlyTrailers();
        case REFUSE -> refuse();
        case RESET -> untilReset(all);
        case SAY_NOTHING -> sayNothing();
        case ANSWER_IN_HTTP -> answerInHttp();
        case MALFORMED_HEAD -> malformedHead();
        case NO_HEAD -> noHead();
      }
    }
  }

  private void answer(boolean all, boolean mayBegin) {
    if (mayBegin) {
      sendHead();
      int most = Math.min(response.length() - sent, server.allowance(this));
      sendSome(all ? most : random.nextInt(most + 1));
      if (sent == response.length() && (all || random.nextBoolean())) {
        finish();
      }
    }
  }

  private void sendHead() {
    if (!headSent) {
      if (random.nextInt(20) == 0) {
        server.headers(this, new DefaultHttp2Headers(false).status("103"), false);
      }
      headSent = true;
      Http2Headers fields = grpcHead(head);
      if (plan == Plan.WRONG_LENGTH) {
        statuses.set(INTERNAL);
        fields.add("content-length", Integer.toString(wrongLength()));
      }
      server.headers(this, fields, false);
    }
  }

  private Http2Headers grpcHead(String metadata) {
    Http2Headers fields =
        new DefaultHttp2Headers(false)
            .status("200")
            .add("content-type", "application/grpc")
            .add("x-attempt", Integer.toString(index));
    Metadata.add(fields, metadata);
    return fields;
  }

  private void sendSome(int bytes) {
    if (bytes > 0) {
      server.data(this, response.bytes(), response.from() + sent, bytes, false);
      sent += bytes;
    }
  }

  private void finish() {
    answered = true;
    if (plan == Plan.NO_TRAILERS) {
      endedWithData = !isGrpcCall();
      if (isGrpcCall()) {
        statuses.set(INTERNAL);
      }
      server.data(this, response.bytes(), 0, 0, true);
      return;
    }
    Http2Headers fields =
        new DefaultHttp2Headers(false)
            .add("grpc-status", Integer.toString(status))
            .add("x-attempt", Integer.toString(index));
    spoilTrailers(fields);
    Metadata.add(fields, trailers);
    server.headers(this, fields, true);
    if (!receivedEnd && random.nextBoolean()) {
      server.sendReset(this, 0);
    }
  }

  private void spoilTrailers(Http2Headers fields) {
    if (plan == Plan.MALFORMED_TRAILERS) {
      answered = false;
      statuses.set(INTERNAL);
      fields.add(random.nextBoolean() ? "Upper" : ":status", "1");
    } else if (plan == Plan.HUGE_TRAILERS) {
      answered = false;
      statuses.set(RESOURCE_EXHAUSTED);
      fields.add("huge", "x".repeat(TOO_LARGE));
    } else if (plan == Plan.WRONG_LENGTH) {
      answered = false;
    }
  }

  private int wrongLength() {
    boolean shorter = response.length() > 0 && random.nextBoolean();
    return shorter ? random.nextInt(response.length()) : response.length() + 1 + random.nextInt(9);
  }

  private void hugeHead() {
    statuses.set(RESOURCE_EXHAUSTED);
    headSent = true;
    answered = true;
    server.headers(this, grpcHead("").add("huge", "x".repeat(TOO_LARGE)), random.nextBoolean());
  }

  private void onlyTrailers() {
    answered = true;
    server.headers(this, grpcHead(trailers).add("grpc-status", Integer.toString(status)), true);
  }

  private void refuse() {
    resets.set(REFUSED_STREAM);
    unprocessed = true;
    simulation.trouble();
    server.sendReset(this, REFUSED_STREAM);
  }

  /** Answers up to some byte and then resets; the reset may be a refusal, which is then late. */
  private void untilReset(boolean all) {
    if (resetAt >= 0) {
      sendHead();
      int most = Math.min(resetAt - sent, server.allowance(this));
      sendSome(all ? most : random.nextInt(most + 1));
    }
    if (sent >= resetAt) {
      int code = random.nextInt(16);
      boolean late = code == REFUSED_STREAM && headSent;
      resets.set(late ? INTERNAL_ERROR : code);
      statuses.set(UNAVAILABLE, late || statuses.get(UNAVAILABLE));
      unprocessed = code == REFUSED_STREAM && !headSent;
      simulation.trouble();
      server.sendReset(this, code);
    }
  }

  private void sayNothing() {
    if (simulation.isWinding()) {
      plan = Plan.ANSWER_AT_ONCE;
      answer(true, true);
    }
  }

  private void answerInHttp() {
    int which = random.nextInt(HTTP_STATUSES.length);
    statuses.set(GRPC_STATUSES[which]);
    headSent = true;
    answered = true;
    boolean end = random.nextBoolean();
    server.headers(
        this,
        new DefaultHttp2Headers(false)
            .status(Integer.toString(HTTP_STATUSES[which]))
            .add("content-type", "text/html"),
        end);
    if (!end) {
      server.data(this, response.bytes(), 0, Math.min(server.allowance(this), 100), true);
    }
  }

  private void malformedHead() {
    statuses.set(INTERNAL);
    headSent = true;
    answered = true;
    Http2Headers fields = grpcHead("");
    switch (random.nextInt(5)) {
      case 0 -> fields.remove(":status");
      case 1 -> fields.add("Upper", "1");
      case 2 -> fields.add("connection", "close");
      case 3 -> fields.status("2x0");
      default -> fields.add("content-length", "5x");
    }
    server.headers(this, fields, random.nextBoolean());
  }

  private void noHead() {
    if (server.allowance(this) > 0) {
      statuses.set(INTERNAL);
      answered = true;
      server.data(this, response.bytes(), 0, 1, random.nextBoolean());
    }
  }

  // ---- hearing ---------------------------------------------------------------------------------

  @Override
  void onHeaders(Http2Headers fields, boolean end) {
    SimulatedCall known = call;
    if (known == null) {
      onHead(fields);
    } else {
      require(
          end && fields.size() == 1 && "m-end=1;".equals(Metadata.of(fields)),
          () -> "trailers " + fields + " for " + this);
    }
    checkEnd(end);
  }

  private void onHead(Http2Headers fields) {
    CharSequence number = fields.get("x-call");
    SimulatedCall found = simulation.call(Integer.parseInt(String.valueOf(number)));
    call = found;
    seenNanos = simulation.nowNanos();
    String path = fields.path().toString();
    int split = path.indexOf('/', 1);
    version = Integer.parseInt(path.substring(2, split));
    require(path.substring(split).equals(found.path()), () -> path + " for " + found);
    require(Metadata.of(fields).equals(found.metadata()), () -> "head of " + this + ": " + fields);
    require("trailers".contentEquals(fields.get("te")), "te");
    found.checkTimeout(fields.get("grpc-timeout"));
    if (!found.isGrpc() && plan == Plan.ANSWER_IN_HTTP) {
      plan = Plan.NO_TRAILERS;
    }
    require(fields.getAll("x-call").size() == 1, "x-call twice");
    server.note("sees " + found + " on stream " + id() + ", will " + plan);
    if (unprocessed) {
      found.ignored();
    } else {
      index = found.seen(this, version);
    }
  }

  @Override
  void onData(Pipe from, int offset, int length, boolean end) {
    SimulatedCall known = call;
    require(
        known != null
            && received + length <= known.sent()
            && known.request().has(received, from, offset, length),
        () -> "other bytes than the caller's for " + this + " at " + received);
    received += length;
    checkEnd(end);
  }

  private void checkEnd(boolean end) {
    SimulatedCall known = call;
    if (end && known != null) {
      require(
          known.sentEnd && received == known.request().length(),
          () -> "request of " + this + " ended with " + received + " bytes");
    }
  }

  @Override
  void onReset(int code) {
    require(
        reset || answered || !statuses.isEmpty() || isGivenUp() || simulation.isCut(),
        () -> "reset with " + code + " of " + this);
  }

  /** Whether the time of the call is over, which had begun when this attempt was seen. */
  boolean isLate() {
    return call != null && call.isLate(seenNanos);
  }

  private boolean isGivenUp() {
    SimulatedCall known = call;
    return known != null && (known.isGivenUp() || known.isLate() || known.mayBeKeptOut());
  }

  @Override
  public String toString() {
    return "attempt "
        + index
        + " of "
        + call
        + " at "
        + server.name()
        + " stream "
        + id()
        + " "
        + plan
        + (unprocessed ? " unprocessed" : "");
  }
}
