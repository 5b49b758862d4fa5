package dev.weir.engine;

import static dev.weir.engine.FrameOutput.ACK;
import static dev.weir.engine.FrameOutput.END_HEADERS;
import static dev.weir.engine.FrameOutput.END_STREAM;
import static dev.weir.engine.FrameOutput.HEADER_BYTES;
import static dev.weir.engine.FrameOutput.PADDED;
import static dev.weir.engine.FrameOutput.SMALLEST_MAX_FRAME;
import static dev.weir.engine.Simulation.require;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * The far end of one of the gateway's connections, in frames. It shares no code with the gateway
 * (its HPACK is Netty's), keeps to the gateway's windows, and counts to the byte whether the
 * gateway keeps to its own (RFC 9113).
 */
abstract class SimulatedPeer {
  private static final int DEFAULT_WINDOW = 65535;

  private static final int DRIBBLE_BYTES = 512;

  /** More would be a flood. */
  private static final int MOST_PINGS = 30;

  private static final int MOST_SETTINGS = 6;
  private static final int[] WINDOWS = {1, 50, 1000, 5000, 16384, 65_535, 200_000};

  final Simulation simulation;
  final SplittableRandom random;
  final Link link;
  private final String name;
  private final FrameOutput out;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(false, 1 << 20);
  private final Pipe input = new Pipe();
  private final Map<Integer, PeerStream> streams = new HashMap<>();

  /** Those that have not ended, and some that have. */
  private final List<PeerStream> open = new ArrayList<>();

  private @Nullable Pipe block;
  private int blockStream;
  private boolean blockEndsStream;
  private boolean greeted;

  /** Set once the peer does what no peer should: the gateway may close with an error then. */
  private boolean guilty;

  private boolean ended;
  private boolean wide;

  // ---- what we may send
  private final ConnectionCredit sendConnection;
  private int sendInitial = DEFAULT_WINDOW;
  private long gatewayStreams = Integer.MAX_VALUE;

  // ---- what we let the gateway send
  private int receiveConnection = DEFAULT_WINDOW;
  private int connectionUnreturned;
  private int receiveInitial = DEFAULT_WINDOW;
  private int maxFrame = SMALLEST_MAX_FRAME;
  private long ownStreams = Integer.MAX_VALUE;
  private final ArrayDeque<Announced> unacknowledged = new ArrayDeque<>();
  private final ArrayDeque<Long> pings = new ArrayDeque<>();
  private int dribbles;
  private int pingsSent;
  private int settingsSent;

  /** Settings of ours that hold once the gateway has acknowledged them. */
  private record Announced(int initialWindow, int tableSize, long streams) {}

  SimulatedPeer(Simulation simulation, String name, int gatewayConnectionWindow) {
    this.simulation = simulation;
    this.random = simulation.random();
    this.name = name;
    this.link = new Link(simulation, this);
    this.out = new FrameOutput(simulation, link.toGateway(), this::note);
    this.sendConnection = new ConnectionCredit(gatewayConnectionWindow);
  }

  // ---- what happens on its streams -------------------------------------------------------------

  /** The gateway sent a head on a stream that is not known. */
  abstract PeerStream accept(int id);

  /** The gateway lets the other side open no streams above this one. */
  abstract void onGoAway(int last, int code);

  /** Nothing comes any more. */
  abstract void onEnd();

  /** Does something of its own accord. */
  abstract void act();

  /** What the gateway lets a stream of this peer send. */
  abstract int gatewayStreamWindow();

  // ---- its own state ---------------------------------------------------------------------------

  final String name() {
    return name;
  }

  final List<PeerStream> open() {
    open.removeIf(stream -> !stream.isOpen());
    return open;
  }

  final boolean isEnded() {
    return ended;
  }

  final void end() {
    ended = true;
  }

  final boolean isGuilty() {
    return guilty;
  }

  final void guilty() {
    guilty = true;
  }

  /** Whether the gateway's SETTINGS have come. */
  final boolean isGreeted() {
    return greeted;
  }

  /** How many streams the gateway allows at once. */
  final long gatewayStreams() {
    return gatewayStreams;
  }

  /** How many streams the gateway may open at once, as it has acknowledged. */
  final long ownStreams() {
    return ownStreams;
  }

  /** Whether its connection's window holds the gateway back. */
  final boolean holdsBack() {
    return receiveConnection < leastWindow();
  }

  /** A peer that has had many small frames waits until a window is worth a frame. */
  final int leastWindow() {
    return dribbles < simulation.downstreamLimits().conduct().dribbles() ? 1 : DRIBBLE_BYTES;
  }

  final void add(PeerStream stream, int id) {
    stream.begin(id, sendInitial, receiveInitial);
    streams.put(id, stream);
    open.add(stream);
  }

  // ---- sending ---------------------------------------------------------------------------------

  final void note(String event) {
    simulation.note(name + " " + event);
  }

  /** Where frames go that no window holds back. */
  final FrameOutput out() {
    return out;
  }

  /** The settings that open a connection. */
  final void greet() {
    int window = WINDOWS[random.nextInt(WINDOWS.length)];
    if (random.nextInt(3) == 0) {
      maxFrame += random.nextInt(100_000);
    }
    announce(window, 1 << random.nextInt(13), firstStreams());
    if (random.nextBoolean()) {
      connectionUnreturned = random.nextInt(200_000);
      returnConnectionCredit();
    }
  }

  /** The limit of streams to open with. */
  abstract long firstStreams();

  final void announce(int window, int tableSize, long streamLimit) {
    unacknowledged.add(new Announced(window, tableSize, streamLimit));
    out.settings(5, maxFrame, 1, tableSize, 3, (int) streamLimit, 4, window);
  }

  final void changeSettings(int largestWindow, long streamLimit) {
    if (++settingsSent > MOST_SETTINGS) {
      return;
    }
    announce(random.nextInt(largestWindow + 1), random.nextInt(4097), streamLimit);
  }

  /** Announces windows that hold nothing back, once. */
  final void widen() {
    if (!wide) {
      wide = true;
      announce(200_000, 4096, 100);
    }
  }

  final void ping() {
    if (++pingsSent > MOST_PINGS) {
      return;
    }
    pings.add(random.nextLong());
    out.ping(0, pings.getLast());
  }

  final void headers(PeerStream stream, Http2Headers fields, boolean end) {
    out.headers(stream.id(), fields, end);
    stream.sentEnd |= end;
  }

  /** How much of a stream's payload may go. */
  final int allowance(PeerStream stream) {
    return Math.max(0, Math.min(stream.sendWindow, sendConnection.window()));
  }

  /** Sends payload that the windows allow, in one frame or a few, padded sometimes. */
  final void data(PeerStream stream, byte[] source, int offset, int length, boolean end) {
    int at = offset;
    int left = length;
    do {
      int part = Math.min(left, SMALLEST_MAX_FRAME - 256);
      left -= part;
      int padding = padding(stream, part + left);
      out.data(stream.id(), source, at, part, end && left == 0, padding);
      stream.sendWindow -= part + padding;
      sendConnection.sent(part + padding);
      at += part;
    } while (left > 0);
    stream.sentEnd |= end;
  }

  /** Bytes of padding with the one that tells them, or 0. */
  private int padding(PeerStream stream, int payload) {
    int room = allowance(stream) - payload;
    return random.nextInt(16) > 0 ? 0 : Math.clamp(room, 0, random.nextInt(1, 100));
  }

  final void sendReset(PeerStream stream, int code) {
    note("resets with " + code);
    out.reset(stream.id(), code);
    stream.reset = true;
  }

  /** Sends bytes that are no HTTP/2. */
  final void garbage() {
    guilty = true;
    out.garbage();
  }

  // ---- giving credit ---------------------------------------------------------------------------

  final void returnCredit(PeerStream stream, int bytes) {
    if (bytes > 0 && stream.isOpen() && !stream.receivedEnd) {
      stream.unreturned -= bytes;
      stream.receiveWindow += bytes;
      out.windowUpdate(stream.id(), bytes);
    }
  }

  final void returnConnectionCredit() {
    if (connectionUnreturned > 0) {
      out.windowUpdate(0, connectionUnreturned);
      receiveConnection += connectionUnreturned;
      connectionUnreturned = 0;
    }
  }

  // ---- receiving -------------------------------------------------------------------------------

  final void receive(Pipe from, int length) {
    if (ended) {
      return;
    }
    input.write(from.bytes(), from.from(), length);
    while (!ended && readFrame()) {}
  }

  /** Whether it answers. */
  boolean speaks() {
    return true;
  }

  /** Bytes at the beginning that are no frames. */
  int prefaceBytes() {
    return 0;
  }

  final Pipe input() {
    return input;
  }

  private boolean readFrame() {
    if (prefaceBytes() > 0 || input.size() < HEADER_BYTES) {
      return false;
    }
    int length = input.int24(0);
    require(length <= maxFrame, "frame of " + length + " bytes");
    if (input.size() < HEADER_BYTES + length) {
      return false;
    }
    int type = input.int8(3);
    int flags = input.int8(4);
    int id = input.int32(5);
    simulation.hash(type * 31L + flags, id * 31L + length);
    if (simulation.isTracing()) {
      note("gets " + FrameOutput.describe(type, flags, id, length));
    }
    onFrame(type, flags, id, length);
    input.skip(HEADER_BYTES + length);
    return true;
  }

  private void onFrame(int type, int flags, int id, int length) {
    require(greeted || type == FrameOutput.SETTINGS, "frame of type " + type + " before SETTINGS");
    require(
        block == null || type == FrameOutput.CONTINUATION, "frame of type " + type + " in a block");
    switch (type) {
      case FrameOutput.DATA -> onData(flags, id, length);
      case FrameOutput.HEADERS -> onHeaders(flags, id, length);
      case FrameOutput.CONTINUATION -> onContinuation(flags, id, length);
      case FrameOutput.RST_STREAM -> onReset(id, input.int32(HEADER_BYTES));
      case FrameOutput.SETTINGS -> onSettings(flags, length);
      case FrameOutput.PING -> onPing(flags);
      case FrameOutput.GOAWAY -> onGoAway(length);
      case FrameOutput.WINDOW_UPDATE -> onWindowUpdate(id, input.int32(HEADER_BYTES));
      default -> throw new AssertionError("frame of type " + type);
    }
  }

  private void onData(int flags, int id, int length) {
    require((flags & PADDED) == 0, "padding");
    boolean end = (flags & END_STREAM) != 0;
    receiveConnection -= length;
    connectionUnreturned += length;
    require(
        length == 0 || receiveConnection >= 0,
        () -> "connection's window of " + name + " passed by " + -receiveConnection);
    dribbles += length < DRIBBLE_BYTES ? 1 : 0;
    PeerStream stream = known(id);
    stream.receiveWindow -= length;
    stream.unreturned += length;
    require(
        length == 0 || stream.receiveWindow >= 0,
        () -> "window of stream " + id + " passed by " + -stream.receiveWindow);
    require(!stream.receivedEnd, () -> "DATA behind the end of stream " + id);
    stream.receivedEnd |= end;
    stream.onData(input, HEADER_BYTES, length, end);
  }

  private void onHeaders(int flags, int id, int length) {
    require((flags & ~(END_STREAM | END_HEADERS)) == 0, "flags " + flags);
    block = new Pipe();
    blockStream = id;
    blockEndsStream = (flags & END_STREAM) != 0;
    onContinuation(flags, id, length);
  }

  private void onContinuation(int flags, int id, int length) {
    Pipe fragments = block;
    require(fragments != null && id == blockStream, "CONTINUATION out of place");
    if (fragments == null) {
      return;
    }
    fragments.write(input.bytes(), input.from() + HEADER_BYTES, length);
    if ((flags & END_HEADERS) != 0) {
      block = null;
      onBlock(id, decode(id, fragments));
    }
  }

  private void onBlock(int id, Http2Headers fields) {
    PeerStream known = streams.get(id);
    PeerStream stream = known == null ? accept(id) : known;
    require(!stream.receivedEnd, () -> "HEADERS behind the end of stream " + id);
    stream.receivedEnd |= blockEndsStream;
    stream.onHeaders(fields, blockEndsStream);
  }

  private Http2Headers decode(int id, Pipe fragments) {
    try {
      return decoder.decodeHeaders(
          id, Unpooled.wrappedBuffer(fragments.bytes(), fragments.from(), fragments.size()));
    } catch (Http2Exception e) {
      throw new AssertionError(name + " cannot decode a block: " + e.getMessage(), e);
    }
  }

  private void onReset(int id, int code) {
    PeerStream stream = known(id);
    stream.onReset(code);
    stream.reset = true;
  }

  private PeerStream known(int id) {
    PeerStream stream = streams.get(id);
    if (stream == null) {
      throw new AssertionError(name + " does not know stream " + id);
    }
    return stream;
  }

  private void onPing(int flags) {
    long opaque =
        (long) input.int32(HEADER_BYTES) << 32 | (input.int32(HEADER_BYTES + 4) & 0xffff_ffffL);
    if ((flags & ACK) != 0) {
      Long sent = pings.poll();
      require(sent != null && sent == opaque, "PING acknowledged that was not sent");
    } else {
      out.ping(ACK, opaque);
    }
  }

  private void onGoAway(int length) {
    int last = input.int32(HEADER_BYTES);
    int code = input.int32(HEADER_BYTES + 4);
    if (code != 0) {
      String debug = new String(input.bytes(), input.from() + HEADER_BYTES + 8, length - 8, UTF_8);
      require(guilty, () -> "GOAWAY with " + code + " for " + name + ": " + debug);
    }
    onGoAway(last, code);
  }

  private void onWindowUpdate(int id, int increment) {
    require(increment > 0, "WINDOW_UPDATE of " + increment);
    if (id == 0) {
      sendConnection.add(increment);
    } else {
      PeerStream stream = known(id);
      stream.sendWindow += increment;
      require(
          !greeted || stream.sendWindow <= gatewayStreamWindow() + simulation.windowGrowth(),
          () -> "more credit for stream " + id + " of " + name + " than its window");
    }
  }

  private void onSettings(int flags, int length) {
    if ((flags & ACK) != 0) {
      apply(unacknowledged.remove());
      return;
    }
    greeted = true;
    for (int at = HEADER_BYTES; at < HEADER_BYTES + length; at += 6) {
      onSetting(input.int32(at) >>> 16, input.int32(at + 2));
    }
    if (speaks()) {
      out.settingsAck();
    }
  }

  private void onSetting(int setting, int value) {
    if (setting == 4) {
      int change = value - sendInitial;
      sendInitial = value;
      streams.values().forEach(stream -> stream.sendWindow += change);
    } else if (setting == 3) {
      gatewayStreams = value & 0xffff_ffffL;
    }
  }

  private void apply(Announced settings) {
    int change = settings.initialWindow - receiveInitial;
    receiveInitial = settings.initialWindow;
    ownStreams = settings.streams;
    streams.values().forEach(stream -> stream.receiveWindow += change);
    try {
      decoder.configuration().maxHeaderTableSize(settings.tableSize);
    } catch (Http2Exception e) {
      throw new IllegalStateException(e);
    }
  }

  // ---- checks ----------------------------------------------------------------------------------

  /**
   * With nothing on its way, the gateway has acknowledged everything, and owes the connection less
   * than the half of a window.
   */
  final void checkQuiet() {
    require(unacknowledged.isEmpty(), () -> name + " has no acknowledgement of its SETTINGS");
    require(pings.isEmpty(), () -> name + " has no answer to its PING");
    sendConnection.checkQuiet(name);
  }

  /** What the gateway has not returned of what came on a stream. */
  final int owed(PeerStream stream) {
    return sendInitial - stream.sendWindow;
  }
}
