package dev.weir.testkit;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One end of an HTTP/2 connection, played frame by frame over a real socket. Used by one thread.
 *
 * <p>A test reads as the dialogue that it stages:
 *
 * <pre>{@code
 * client.send(Frame.headers(1, Fields.grpcRequest("/a.B/C")).last());
 * WirePeer upstream = server.accept();
 * Head request = upstream.expectHeaders();
 * upstream.send(Frame.reset(request.stream(), 0x7));
 * }</pre>
 *
 * <p>The methods named {@code expect...} do the housekeeping of a connection on the way: they
 * acknowledge SETTINGS and PING, and pass over acknowledgements and WINDOW_UPDATE (kept in {@link
 * #passedOver()}). Any other frame than the expected one fails the test. {@link #next()} does none
 * of this and returns whatever comes.
 */
public final class WirePeer implements AutoCloseable {
  private static final int REFUSED_STREAM = 7;

  private static final byte[] PREFACE =
      "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MAX_FIELD_SECTION = 1 << 20;
  private static final int FLOOD_BATCH = 100;

  private final Socket socket;
  private final DataInputStream in;
  private final DefaultHttp2HeadersDecoder hpack =
      new DefaultHttp2HeadersDecoder(false, MAX_FIELD_SECTION);
  private final List<Frame> passedOver = new ArrayList<>();
  private boolean bearsRefusals;
  private final Deque<Frame> putBack = new ArrayDeque<>();
  private final SendWindows windows = new SendWindows();
  private final Map<Integer, String> answers = new HashMap<>();
  private final Map<Integer, String> fates = new HashMap<>();
  private @Nullable Frame goAway;
  private long framesSent = 1;

  private WirePeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout((int) Patience.LIMIT.toMillis());
    socket.setTcpNoDelay(true);
    this.in = new DataInputStream(socket.getInputStream());
  }

  /** A connection on which nothing has been written yet, not even the preface. */
  public static WirePeer connect(int port) {
    return connect(port, 0);
  }

  /** As {@link #connect(int)}, with a small receive buffer so that an unread peer soon stalls. */
  public static WirePeer connect(int port, int receiveBufferBytes) {
    return connect(
        InetAddress.getLoopbackAddress(),
        port,
        socket -> {
          if (receiveBufferBytes > 0) {
            socket.setReceiveBufferSize(receiveBufferBytes);
          }
        });
  }

  /** As {@link #connect(int)}, from an address of this machine's loopback interface. */
  public static WirePeer connectFrom(String address, int port) {
    InetAddress from = InetAddress.ofLiteral(address);
    InetAddress to = from instanceof Inet6Address ? from : InetAddress.getLoopbackAddress();
    return connect(to, port, socket -> socket.bind(new InetSocketAddress(from, 0)));
  }

  private interface Preparation {
    void apply(Socket socket) throws IOException;
  }

  private static WirePeer connect(InetAddress to, int port, Preparation preparation) {
    try {
      var socket = new Socket();
      preparation.apply(socket);
      socket.connect(new InetSocketAddress(to, port), (int) Patience.LIMIT.toMillis());
      return new WirePeer(socket);
    } catch (IOException e) {
      throw new UncheckedIOException("connect to port " + port, e);
    }
  }

  /** A client that has sent its preface and these SETTINGS, and has seen the server's SETTINGS. */
  public static WirePeer client(int port, int... settings) {
    return connect(port).greet(settings);
  }

  /** The same from an address of this machine's loopback interface. */
  public static WirePeer clientFrom(String address, int port) {
    return connectFrom(address, port).greet();
  }

  /** An end of a connection that is there already, such as one of TLS. */
  public static WirePeer over(Socket socket) throws IOException {
    return new WirePeer(socket);
  }

  WirePeer greet(int... settings) {
    return sendPreface().send(Frame.settings(settings)).expectSettings();
  }

  // What this end says.

  /** Writes the 24 bytes of the client preface (RFC 9113 3.4). */
  public WirePeer sendPreface() {
    return send(PREFACE);
  }

  public WirePeer send(Frame... frames) {
    var bytes = new ByteArrayOutputStream();
    for (Frame frame : frames) {
      bytes.writeBytes(frame.encoded());
      windows.sent(frame);
    }
    framesSent += frames.length - 1;
    return send(bytes.toByteArray());
  }

  /**
   * Sends frames until the peer has had enough and closed the connection, {@code count} at most.
   * Reads nothing meanwhile. Returns how many were sent.
   */
  public int flood(int count, IntFunction<Frame> frames) {
    int sent = 0;
    while (sent < count) {
      int end = Math.min(count, sent + FLOOD_BATCH);
      if (!trySend(IntStream.range(sent, end).mapToObj(frames).toArray(Frame[]::new))) {
        return sent;
      }
      sent = end;
      LockSupport.parkNanos(1);
    }
    return sent;
  }

  /** Sends frames to a peer that may have closed the connection; false when it has. */
  public boolean trySend(Frame... frames) {
    try {
      send(frames);
      return true;
    } catch (UncheckedIOException closed) {
      return false;
    }
  }

  /** Sends bytes to a peer that may have closed the connection; false when it has. */
  public boolean trySend(byte... bytes) {
    try {
      send(bytes);
      return true;
    } catch (UncheckedIOException closed) {
      return false;
    }
  }

  /**
   * How many frames this end has sent; the connection and bytes that are no frames count as one
   * each. Read by any thread once this end's is done.
   */
  public long framesSent() {
    return framesSent;
  }

  /**
   * Sends DATA on {@code stream} until the peer allows no more, and has said so in answer to a
   * PING; returns the number of bytes.
   */
  public int fill(int stream) {
    int sent = 0;
    for (int left = allowance(stream); left > 0; left = allowance(stream)) {
      int size = Math.min(left, 16_384);
      send(Frame.data(stream, new byte[size]));
      sent += size;
    }
    return sent;
  }

  /** Sends a DATA frame as soon as the peer's windows allow it; fails when they never do. */
  public WirePeer sendWhenAllowed(Frame data) {
    while (windows.left(data.stream()) < data.payload().length) {
      Frame frame = next();
      if (!keepsHouse(frame)) {
        throw new AssertionError("expected WINDOW_UPDATE, got " + describe(frame));
      }
    }
    return send(data);
  }

  /** How many bytes of DATA the peer allows on {@code stream}, once it has nothing more to say. */
  public int allowance(int stream) {
    expectQuiet();
    return windows.left(stream);
  }

  /** The same for the connection as a whole. */
  public int connectionAllowance() {
    expectQuiet();
    return windows.left();
  }

  public WirePeer send(String text) {
    return send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public WirePeer send(byte[] bytes) {
    framesSent++;
    try {
      socket.getOutputStream().write(bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("write", e);
    }
  }

  /** A unary gRPC request on {@code stream}: head, one message, half-close. */
  public WirePeer sendRequest(int stream, String path) {
    return send(
        Frame.headers(stream, Fields.grpcRequest(path)), Frame.message(stream, "hi").last());
  }

  /** A whole OK gRPC response on {@code stream}: head, one message, trailers. */
  public WirePeer sendResponse(int stream) {
    return send(
        Frame.headers(stream, Fields.grpcResponse()),
        Frame.message(stream, "hello"),
        Frame.headers(stream, Fields.grpcTrailers(0)).last());
  }

  /** Ends the sending direction: TCP FIN. */
  public WirePeer finish() {
    try {
      socket.shutdownOutput();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("shutdown", e);
    }
  }

  /** Dies as a killed process on a machine that lives on: TCP RST. */
  public void abort() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("abort", e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException("close", e);
    }
  }

  // What this end expects to hear.

  public WirePeer expectPreface() {
    byte[] got = readBytes(PREFACE.length);
    if (!Arrays.equals(got, PREFACE)) {
      throw new AssertionError(
          "expected the client preface, got " + new String(got, StandardCharsets.ISO_8859_1));
    }
    return this;
  }

  /** Expects the peer's SETTINGS as the next frame, and acknowledges them. */
  public WirePeer expectSettings() {
    Frame frame = next();
    if (!frame.is(Frame.SETTINGS) || frame.has(Frame.ACK)) {
      throw new AssertionError("expected SETTINGS, got " + frame);
    }
    passedOver.add(frame);
    return send(Frame.settingsAck());
  }

  /** Expects a field section of any stream; joins HEADERS and its CONTINUATION frames. */
  public Head expectHeaders() {
    Frame first = expect("HEADERS", frame -> frame.is(Frame.HEADERS));
    return new Head(first.stream(), fieldsOf(first), first.isLast());
  }

  /** The fields of a HEADERS frame and the CONTINUATION frames behind it. */
  Fields fieldsOf(Frame first) {
    var block = new ByteArrayOutputStream();
    block.writeBytes(first.payload());
    Frame frame = first;
    while (!frame.has(Frame.END_HEADERS)) {
      frame = next();
      if (!frame.is(Frame.CONTINUATION) || frame.stream() != first.stream()) {
        throw new AssertionError("expected CONTINUATION, got " + frame);
      }
      block.writeBytes(frame.payload());
    }
    return decode(first.stream(), block.toByteArray());
  }

  public Head expectHeaders(int stream) {
    Head head = expectHeaders();
    if (head.stream() != stream) {
      throw new AssertionError("expected HEADERS on stream " + stream + ", got " + head);
    }
    return head;
  }

  public Frame expectData(int stream) {
    return expect(
        "DATA on stream " + stream, frame -> frame.is(Frame.DATA) && frame.stream() == stream);
  }

  /**
   * Expects {@code count} bytes of DATA on {@code stream} in any number of frames, and gives the
   * window back for each.
   */
  public byte[] expectBytes(int stream, int count) {
    var body = new ByteArrayOutputStream();
    while (body.size() < count) {
      Frame data = expectData(stream);
      body.writeBytes(data.payload());
      giveBack(data);
    }
    return body.toByteArray();
  }

  /** Expects the request of {@link #sendRequest}, to its end; returns its head. */
  public Head expectRequest() {
    Head head = expectHeaders();
    boolean last = head.isLast();
    while (!last) {
      last = expectData(head.stream()).isLast();
    }
    return head;
  }

  /** Expects a whole response: head, DATA to the end, trailers; returns the trailers. */
  public Fields expectResponse(int stream) {
    Head head = expectHeaders(stream);
    while (!head.isLast()) {
      Frame frame = expect("DATA or trailers", f -> f.is(Frame.DATA) || f.is(Frame.HEADERS));
      if (frame.is(Frame.DATA)) {
        giveBack(frame);
      } else {
        putBack.push(frame);
        head = expectHeaders(stream);
      }
    }
    return head.fields();
  }

  /**
   * Waits for the end of {@code stream}, whatever it is: {@code reset 1} with the code of its
   * RST_STREAM, {@code grpc 12} with the grpc-status of its answer, or {@code http 404} with the
   * :status of an answer that has none. Other streams may go on and end meanwhile, how they did is
   * remembered, and the peer may say that it will go.
   */
  public String expectFate(int stream) {
    while (!fates.containsKey(stream)) {
      Frame frame = expect("the end of stream " + stream, WirePeer::isOfACall);
      if (frame.is(Frame.RST_STREAM)) {
        fates.putIfAbsent(frame.stream(), "reset " + frame.resetCode());
      } else if (frame.is(Frame.HEADERS)) {
        answers.merge(frame.stream(), answer(fieldsOf(frame)), WirePeer::better);
      } else if (frame.is(Frame.DATA)) {
        giveBack(frame);
      }
      if (frame.isLast()) {
        fates.put(frame.stream(), answers.getOrDefault(frame.stream(), "nothing"));
      }
    }
    return fates.get(stream);
  }

  private static boolean isOfACall(Frame frame) {
    return frame.is(Frame.GOAWAY) || (frame.stream() != 0 && !frame.is(Frame.WINDOW_UPDATE));
  }

  private static String answer(Fields fields) {
    if (fields.has("grpc-status")) {
      return "grpc " + fields.get("grpc-status");
    }
    return fields.has(":status") ? "http " + fields.get(":status") : "nothing";
  }

  /** Trailers tell more than a head, if they tell anything. */
  private static String better(String head, String trailers) {
    return trailers.equals("nothing") ? head : trailers;
  }

  /** Expects RST_STREAM on {@code stream}; returns its error code. */
  public int expectReset(int stream) {
    return expect(
            "RST_STREAM on stream " + stream,
            frame -> frame.is(Frame.RST_STREAM) && frame.stream() == stream)
        .resetCode();
  }

  /**
   * Expects the peer to give up {@code stream}: by RST_STREAM, or by closing the connection as one
   * that resets more calls than servers bear does. True when the connection goes on.
   */
  public boolean expectResetOrEnd(int stream) {
    Frame end =
        expect(
            "RST_STREAM on stream " + stream + " or GOAWAY",
            frame ->
                frame.is(Frame.GOAWAY) || (frame.is(Frame.RST_STREAM) && frame.stream() == stream));
    return end.is(Frame.RST_STREAM);
  }

  public Frame expectGoAway() {
    return expect("GOAWAY", frame -> frame.is(Frame.GOAWAY));
  }

  /** Expects a WINDOW_UPDATE for {@code stream} (0: the connection); returns its increment. */
  public int expectWindowUpdate(int stream) {
    while (true) {
      Frame frame = next();
      if (frame.is(Frame.WINDOW_UPDATE) && frame.stream() == stream) {
        return frame.increment();
      }
      if (!keepsHouse(frame)) {
        throw new AssertionError("expected WINDOW_UPDATE, got " + frame);
      }
    }
  }

  /**
   * Expects that the peer has nothing to say: sends a PING and fails when any other frame but
   * housekeeping comes before its answer. No waiting for time to pass.
   */
  public WirePeer expectQuiet() {
    long token = System.nanoTime();
    Frame ping = Frame.ping(token);
    send(ping);
    while (true) {
      Frame frame = next();
      if (frame.is(Frame.PING) && frame.has(Frame.ACK)) {
        if (Arrays.equals(frame.payload(), ping.payload())) {
          return this;
        }
      } else if (!keepsHouse(frame)) {
        throw new AssertionError("expected nothing, got " + frame);
      }
    }
  }

  /** Sends a PING and waits for its answer; keeps for later what comes meanwhile. */
  public WirePeer expectPong() {
    Frame ping = Frame.ping(System.nanoTime());
    send(ping);
    var meanwhile = new ArrayList<Frame>();
    Frame frame = next();
    while (!frame.is(Frame.PING)
        || !frame.has(Frame.ACK)
        || !Arrays.equals(frame.payload(), ping.payload())) {
      meanwhile.add(frame);
      frame = next();
    }
    meanwhile.reversed().forEach(putBack::push);
    return this;
  }

  /**
   * Expects the peer to give this connection up politely: GOAWAY, now or before, and no reset of
   * the socket until it has been read (RFC 9113 5.4.1). Passes over whatever else it says. Returns
   * the last GOAWAY.
   */
  public Frame expectPoliteEnd() {
    List<Frame> rest = expectClose();
    if (goAway == null) {
      throw new AssertionError(
          "expected GOAWAY before the end, got %d frames, the last: %s"
              .formatted(rest.size(), rest.isEmpty() ? "none" : describe(rest.getLast())));
    }
    return goAway;
  }

  /** Waits this long for each further frame, instead of {@link Patience#LIMIT}. */
  public WirePeer patience(Duration limit) {
    try {
      socket.setSoTimeout((int) limit.toMillis());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("patience", e);
    }
  }

  /** Expects the peer to close the connection; passes over whatever it still says. */
  public List<Frame> expectClose() {
    var before = new ArrayList<Frame>();
    while (true) {
      Frame frame = nextOrEnd();
      if (frame == null) {
        return before;
      }
      before.add(frame);
    }
  }

  /** All bytes until the peer closes, for peers that do not speak HTTP/2. */
  public String expectTextUntilClose() {
    try {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("the peer did not close", e);
    } catch (IOException e) {
      return "";
    }
  }

  /** The next byte, for peers that do not speak HTTP/2. */
  public int readByte() {
    return readBytes(1)[0];
  }

  /** The next frame of any kind, untouched. */
  public Frame next() {
    Frame frame = nextOrEnd();
    if (frame == null) {
      throw new AssertionError("the peer closed the connection");
    }
    return frame;
  }

  /** The frames that the expectations passed over so far, oldest first. */
  public List<Frame> passedOver() {
    return List.copyOf(passedOver);
  }

  /** Decodes a field block with the connection's table; every block must be decoded in order. */
  public Fields decode(int stream, byte[] block) {
    var list = new ArrayList<Fields.Field>();
    try {
      for (var entry : hpack.decodeHeaders(stream, Unpooled.wrappedBuffer(block))) {
        list.add(new Fields.Field(entry.getKey().toString(), entry.getValue().toString()));
      }
    } catch (Http2Exception e) {
      throw new AssertionError("field block cannot be decoded", e);
    }
    return new Fields(list);
  }

  private Frame expect(String what, Predicate<Frame> wanted) {
    while (true) {
      Frame frame = next();
      if (wanted.test(frame)) {
        return frame;
      }
      if (!keepsHouse(frame)) {
        throw new AssertionError("expected " + what + ", got " + describe(frame));
      }
    }
  }

  private String describe(Frame frame) {
    return switch (frame.type()) {
      case Frame.HEADERS -> frame + " " + decode(frame.stream(), frame.payload()).list();
      case Frame.RST_STREAM -> frame + " code=" + frame.resetCode();
      case Frame.GOAWAY -> frame + " code=" + frame.goAwayCode() + " " + frame.text();
      default -> frame.toString();
    };
  }

  /**
   * From now on passes over calls that are refused (RFC 9113, 8.7), which a client has to bear that
   * resets others faster than their server takes it.
   */
  public WirePeer bearRefusals() {
    bearsRefusals = true;
    return this;
  }

  private boolean isBorne(Frame frame) {
    return bearsRefusals && frame.is(Frame.RST_STREAM) && frame.resetCode() == REFUSED_STREAM;
  }

  /** Answers what every connection has to answer; false when the frame is not of that kind. */
  boolean keepsHouse(Frame frame) {
    boolean house =
        frame.is(Frame.SETTINGS)
            || frame.is(Frame.PING)
            || frame.is(Frame.WINDOW_UPDATE)
            || isBorne(frame);
    if (house) {
      passedOver.add(frame);
      acknowledge(frame);
    }
    return house;
  }

  private void acknowledge(Frame frame) {
    if (frame.has(Frame.ACK)) {
      return;
    }
    if (frame.is(Frame.SETTINGS)) {
      send(Frame.settingsAck());
    } else if (frame.is(Frame.PING)) {
      send(new Frame(Frame.PING, Frame.ACK, 0, frame.payload()));
    }
  }

  /** Returns to the peer what a DATA frame used of the windows. */
  public void giveBack(Frame data) {
    int length = data.payload().length;
    if (length > 0) {
      trySend(Frame.windowUpdate(0, length));
      if (!data.isLast()) {
        trySend(Frame.windowUpdate(data.stream(), length));
      }
    }
  }

  /** The next frame of any kind, untouched; null once the peer has closed. */
  @Nullable Frame nextOrEnd() {
    if (!putBack.isEmpty()) {
      return putBack.pop();
    }
    try {
      int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt() & Integer.MAX_VALUE;
      var frame = new Frame(type, flags, stream, readBytes(length));
      windows.received(frame);
      if (frame.is(Frame.GOAWAY)) {
        goAway = frame;
      }
      return frame;
    } catch (EOFException | SocketException e) {
      return null;
    } catch (SocketTimeoutException e) {
      throw new AssertionError("waited " + Patience.LIMIT.toSeconds() + " s for a frame", e);
    } catch (IOException e) {
      throw new UncheckedIOException("read", e);
    }
  }

  private byte[] readBytes(int count) {
    var bytes = new byte[count];
    try {
      in.readFully(bytes);
    } catch (IOException e) {
      throw new AssertionError("connection ended inside " + count + " bytes", e);
    }
    return bytes;
  }
}
