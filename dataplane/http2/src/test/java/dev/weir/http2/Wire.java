package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A connection under test whose peer the test plays: frames go in, frames come out as text, and
 * what its users hear is kept as text too. Its buffers are counted.
 */
final class Wire implements Transport, AutoCloseable {
  /** Small numbers that tests can reach. */
  static final Http2Limits LIMITS = new Http2Limits(3, 2000, 20, 4, 1000, 100_000, 10);

  static final Http2Limits WIDE = Http2Limits.DOWNSTREAM;

  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  final ConnectionLoop loop;
  final Listener listener = new Listener();
  final Http2Connection connection;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private FrameText text = new FrameText();

  /** Happens when the connection sends before it is asked, in the middle of its work. */
  Runnable onFlush = this::flush;

  private boolean writable = true;
  private boolean closed;

  private Wire(boolean client, Http2Limits limits, ConnectionLoop loop) {
    this.loop = loop;
    connection =
        client
            ? new ClientConnection(loop, limits, listener, this)
            : new ServerConnection(loop, limits, listener, this);
    connection.start();
  }

  /** A server's connection, behind the first exchange of settings. */
  static Wire server() {
    return server(LIMITS);
  }

  static Wire server(Http2Limits limits) {
    return newServer(limits).greeted();
  }

  /** Another connection of the same kind, on the same loop. */
  static Wire sharing(Wire wire) {
    return new Wire(wire.connection instanceof ClientConnection, LIMITS, wire.loop).greeted();
  }

  private Wire greeted() {
    if (connection instanceof ServerConnection) {
      receive(Http2Connection.PREFACE);
    }
    receive(Frame.settings(), Frame.settingsAck());
    forget();
    return this;
  }

  /** A server's connection that has heard nothing yet. */
  static Wire newServer(Http2Limits limits) {
    return new Wire(false, limits, newLoop());
  }

  /** A client's connection, behind the first exchange of settings. */
  static Wire client() {
    return client(LIMITS);
  }

  static Wire client(Http2Limits limits) {
    return newClient(limits).greeted();
  }

  static Wire newClient(Http2Limits limits) {
    return new Wire(true, limits, newLoop());
  }

  private static ConnectionLoop newLoop() {
    return new ConnectionLoop(Runnable::run, () -> 0);
  }

  ClientConnection asClient() {
    return (ClientConnection) connection;
  }

  // ---- the peer --------------------------------------------------------------------------------

  Wire receive(Frame... frames) {
    return receive(Frame.bytes(frames));
  }

  Wire receive(byte[] bytes) {
    ByteBuf in = allocator.directBuffer(Math.max(bytes.length, 1)).writeBytes(bytes);
    try {
      connection.receive(in);
    } finally {
      in.release();
    }
    return this;
  }

  /** Does what a {@link Script} says. */
  Wire run(String script) {
    Script.run(this, script);
    return this;
  }

  /** What went out since the last call, with commas between frames. */
  String answer() {
    return String.join(", ", sent());
  }

  /** What went out since the last call, a line a frame. */
  List<String> sent() {
    return text.read(sentBytes());
  }

  /** The same as frames. Header blocks in them cannot be read by {@link #sent} any more. */
  List<Frame> sentFrames() {
    return text.frames(sentBytes());
  }

  byte[] sentBytes() {
    flush();
    byte[] bytes = output.toByteArray();
    output.reset();
    return bytes;
  }

  /** The debug data of the last GOAWAY. */
  String debug() {
    return text.debug();
  }

  /** Drops what went out and what was heard so far. */
  void forget() {
    text = new FrameText();
    sentBytes();
    listener.events.clear();
  }

  boolean isClosed() {
    return closed;
  }

  // ---- the users -------------------------------------------------------------------------------

  /** What users have heard since the last call. */
  List<String> heard() {
    List<String> events = List.copyOf(listener.events);
    listener.events.clear();
    return events;
  }

  /** All payload that users have heard on a stream. */
  byte[] payload(int id) {
    ByteArrayOutputStream payload = listener.payloads.get(id);
    return payload == null ? new byte[0] : payload.toByteArray();
  }

  Http2Stream stream(int id) {
    Http2Stream stream = listener.streams.get(id);
    if (stream == null) {
      throw new AssertionError("no stream " + id + " yet");
    }
    return stream;
  }

  /** Opens a stream as a client does. */
  Http2Stream open(boolean endStream) {
    return open(fields(":method", "POST", ":scheme", "http", ":path", "/"), endStream);
  }

  Http2Stream open(FieldList head, boolean endStream) {
    Http2Stream stream = asClient().open(listener, head, endStream);
    if (stream == null) {
      throw new AssertionError("no room for a stream");
    }
    listener.streams.put(stream.id(), stream);
    return stream;
  }

  /** Sends payload on a stream. */
  int send(int id, int length, boolean endStream) {
    Http2Stream stream = stream(id);
    ByteBuf bytes = buffer(Frame.pattern(id, length));
    try {
      return stream.sendData(bytes, bytes.readerIndex(), length, endStream);
    } finally {
      bytes.release();
    }
  }

  ByteBuf buffer(byte[] bytes) {
    return allocator.directBuffer(Math.max(bytes.length, 1)).writeBytes(bytes);
  }

  void head(int id, boolean endStream, String... fields) {
    stream(id).sendHeaders(fields(fields), endStream);
  }

  static FieldList fields(String... pairs) {
    FieldList fields = new FieldList();
    for (int i = 0; i < pairs.length; i += 2) {
      fields.add(HeaderField.of(pairs[i], pairs[i + 1]));
    }
    return fields;
  }

  // ---- the transport ---------------------------------------------------------------------------

  /** The socket takes no more output for now, or takes it again. */
  void writable(boolean now) {
    writable = now;
    connection.writable(now);
    if (now) {
      connection.resume();
    }
  }

  @Override
  public void outputPending() {}

  @Override
  public void flushNow() {
    onFlush.run();
  }

  @Override
  public void closeAfterFlush() {
    closed = true;
  }

  private void flush() {
    if (!connection.output().isEmpty()) {
      connection.output().drainTo(allocator, this::write);
      connection.outputHandedOver();
    }
    connection.writable(writable);
  }

  private void write(ByteBuf bytes) {
    byte[] copy = new byte[bytes.readableBytes()];
    bytes.readBytes(copy);
    output.writeBytes(copy);
    bytes.release();
  }

  /** Loses the connection; fails if a buffer is still held after that. */
  @Override
  public void close() {
    connection.lost("test ended");
    connection.output().clear();
    long held = allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    if (held != 0) {
      throw new AssertionError(held + " bytes of buffers are still held");
    }
  }

  /** Keeps what users hear. */
  static final class Listener implements ConnectionHandler, StreamHandler {
    final List<String> events = new ArrayList<>();
    final Map<Integer, Http2Stream> streams = new HashMap<>();
    final Map<Integer, ByteArrayOutputStream> payloads = new HashMap<>();

    /** Called with each stream that a peer opens, before its events go on. */
    Consumer<Http2Stream> onOpen = stream -> {};

    /** Called when the peer has ended a stream, or after trailers and payload that do. */
    Consumer<Http2Stream> onEnd = stream -> {};

    /** Called when the peer's settings have come. */
    Runnable onReady = () -> {};

    /** Called with a stream when payload came that does not end it. */
    Consumer<Http2Stream> onData = stream -> {};

    /** Called with a stream that ended early. */
    Consumer<Http2Stream> onReset = stream -> {};

    /** Called with a stream whose queued payload has gone out. */
    Consumer<Http2Stream> onDrained = stream -> {};

    /** Whether credit goes back as payload comes. */
    boolean returnsCredit;

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      streams.put(stream.id(), stream);
      events.add("request " + stream.id() + " " + head + end(endStream));
      onOpen.accept(stream);
      end(stream, endStream);
      return this;
    }

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList head) {
      streams.put(stream.id(), stream);
      events.add("oversized " + stream.id());
    }

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
      events.add("headers " + stream.id() + " " + fields + end(endStream));
      end(stream, endStream);
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      events.add("data " + stream.id() + " " + length + end(endStream));
      byte[] copy = new byte[length];
      source.getBytes(offset, copy);
      payloads.computeIfAbsent(stream.id(), id -> new ByteArrayOutputStream()).writeBytes(copy);
      if (returnsCredit) {
        stream.returnCredit(length);
      }
      (endStream ? onEnd : onData).accept(stream);
    }

    private void end(Http2Stream stream, boolean endStream) {
      if (endStream) {
        onEnd.accept(stream);
      }
    }

    @Override
    public void onDrained(Http2Stream stream, int bytes) {
      events.add("drained " + stream.id() + " " + bytes);
      onDrained.accept(stream);
    }

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      events.add(
          "reset " + stream.id() + " " + reset.cause() + " " + ErrorCode.name(reset.errorCode()));
      onReset.accept(stream);
    }

    @Override
    public void onReady() {
      events.add("ready");
      onReady.run();
    }

    @Override
    public void onDraining() {
      events.add("draining");
    }

    @Override
    public void onClosed(boolean peerFault, String detail) {
      events.add(peerFault ? "closed by fault" : "closed");
    }

    private static String end(boolean endStream) {
      return endStream ? " end" : "";
    }
  }
}
