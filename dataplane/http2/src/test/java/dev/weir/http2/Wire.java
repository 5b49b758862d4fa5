package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.List;

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
  private final Time time;
  final Listener listener = new Listener();
  final Http2Connection connection;
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private FrameText text = new FrameText();

  /** Happens when the connection sends before it is asked, in the middle of its work. */
  Runnable onFlush = this::flush;

  /** What the peer has yet to take, in the eyes of the connection. */
  long waitingBytes = Long.MAX_VALUE;

  private boolean writable = true;
  private boolean closed;

  @Override
  public long waitingBytes() {
    return waitingBytes;
  }

  private Wire(boolean client, Http2Limits limits, Time time) {
    this.time = time;
    time.wires++;
    this.loop = time.loop;
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

  /** A server's connection that may grow windows by that many bytes in all. */
  static Wire server(long windowBudgetBytes) {
    return new Wire(false, LIMITS, new Time(windowBudgetBytes)).greeted();
  }

  /** A connection of a process that may hold so many bytes. */
  static Wire holding(boolean client, int bufferedBytes) {
    Http2Limits limits = client ? Http2Limits.UPSTREAM : Http2Limits.DOWNSTREAM;
    return new Wire(client, limits, new Time(0, bufferedBytes)).greeted();
  }

  /** Another connection of the same kind, on the same loop. */
  static Wire sharing(Wire wire) {
    return new Wire(wire.connection instanceof ClientConnection, LIMITS, wire.time).greeted();
  }

  /** A connection to a server that serves calls of another one, on the same loop. */
  static Wire clientBehind(Wire wire) {
    return new Wire(true, LIMITS, wire.time).greeted();
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
    return new Wire(false, limits, new Time());
  }

  /** A client's connection, behind the first exchange of settings. */
  static Wire client() {
    return client(LIMITS);
  }

  static Wire client(Http2Limits limits) {
    return newClient(limits).greeted();
  }

  /** The same with limits of conduct of its own. */
  static Wire client(ConductLimits conduct) {
    return new Wire(true, LIMITS.with(conduct), new Time()).greeted();
  }

  static Wire newClient(Http2Limits limits) {
    return new Wire(true, limits.with(ConductLimits.UPSTREAM), new Time());
  }

  /** Time passes. */
  Wire after(long millis) {
    time.nanos += millis * 1_000_000;
    loop.tick();
    return this;
  }

  /** The time of the loop, which stands still unless a test moves it. */
  private static final class Time {
    private long nanos = Long.MAX_VALUE - 5_000_000_000L;
    private final ConnectionLoop loop;
    private int wires;

    Time() {
      this(0);
    }

    Time(long windowBudgetBytes) {
      this(windowBudgetBytes, Long.MAX_VALUE / 2);
    }

    Time(long windowBudgetBytes, long bufferedBytes) {
      ProcessBudget streams = new ProcessBudget(Long.MAX_VALUE / 2, 1);
      loop =
          new ConnectionLoop(
              Runnable::run,
              () -> nanos,
              Timeouts.DEFAULTS,
              windowBudgetBytes,
              new ProcessLimits(streams, new ProcessBudget(bufferedBytes, 1)));
    }
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
    return listener.payload(id);
  }

  Http2Stream stream(int id) {
    return listener.stream(id);
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

  /** Loses the connection; fails if a stream or a buffer is still held, or counted, after that. */
  @Override
  public void close() {
    connection.lost("test ended");
    connection.output().clear();
    if (connection.openStreams() != 0) {
      throw new AssertionError(connection.openStreams() + " streams are still open");
    }
    long held = allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory();
    if (held != 0) {
      throw new AssertionError(held + " bytes of buffers are still held");
    }
    if (--time.wires == 0 && loop.grownWindowBytes() != 0) {
      throw new AssertionError(loop.grownWindowBytes() + " bytes of windows are counted");
    }
    if (time.wires == 0 && (loop.buffered().used() != 0 || loop.streams().used() != 0)) {
      throw new AssertionError(
          loop.buffered().used() + " bytes and " + loop.streams().used() + " streams are counted");
    }
  }
}
