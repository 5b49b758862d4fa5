package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Two ends of a connection in one event loop, and the loop that flushes them. */
class LocalConnectionTest {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final ConnectionLoop loop = new ConnectionLoop(tasks::add, () -> 0);
  private final Listener caller = new Listener();
  private final Listener callee = new Listener();
  private final FieldList head = Wire.fields(":method", "POST", ":scheme", "http", ":path", "/");

  @Test
  void isReadyAtOnce() {
    LocalConnection local = connect(caller, callee);

    assertThat(local.client().hasRoom()).isTrue();
    assertThat(local.client().peerConcurrency()).isEqualTo(100);
    assertThat(caller.events).containsExactly("ready");
  }

  @Test
  void carriesACall() {
    LocalConnection local = connect(caller, callee);
    callee.onEnd = stream -> stream.sendHeaders(Wire.fields(":status", "204"), true);

    Http2Stream stream = open(local);
    stream.sendData(Unpooled.wrappedBuffer(new byte[5]), 0, 5, true);
    runLoop();

    assertThat(callee.events).endsWith("request 1 " + head, "data 1 5 end");
    assertThat(caller.events).endsWith("headers 1 [:status: 204] end");
    assertThat(local.client().openStreams()).isZero();
    assertThat(local.server().openStreams()).isZero();
  }

  /** A megabyte passes only as fast as its reader returns credit. */
  @Test
  void keepsToTheWindows() {
    LocalConnection local = connect(caller, callee);
    Http2Stream stream = open(local);
    ByteBuf megabyte = Unpooled.wrappedBuffer(new byte[1 << 20]);

    int taken = stream.sendData(megabyte, 0, 1 << 20, true);
    runLoop();

    assertThat(taken).isEqualTo(Wire.WIDE.streamWindowBytes());
    assertThat(received()).isEqualTo(taken);
    while (received() < 1 << 20) {
      callee.stream(1).returnCredit(64 << 10);
      runLoop();
    }
    assertThat(callee.events).last().asString().endsWith("end");
    assertThat(megabyte.refCnt()).isEqualTo(1);
  }

  @Test
  void endsTogether() {
    LocalConnection local = connect(caller, callee);
    local.client().open(caller, head, false);
    runLoop();

    local.server().close(ErrorCode.NO_ERROR, "enough");
    runLoop();

    assertThat(local.client().isOver()).isTrue();
    assertThat(caller.events)
        .endsWith("draining", "reset 1 CONNECTION_LOST INTERNAL_ERROR", "closed");
  }

  @Test
  void failureOfAHandlerEndsTheConnectionOnly() {
    LocalConnection broken = connect(caller, callee);
    LocalConnection other = connect(caller, new Listener());
    callee.onOpen =
        stream -> {
          throw new IllegalStateException("a bug");
        };
    broken.client().open(caller, head, true);
    other.client().open(caller, head, true);

    runLoop();

    assertThat(broken.server().isOver()).isTrue();
    assertThat(callee.events).contains("failure a bug", "closed");
    assertThat(broken.client().isOver()).isTrue();
    assertThat(other.server().openStreams()).isEqualTo(1);
  }

  @Test
  void failureOfOneFlushDoesNotStopTheOthers() {
    int[] flushed = {0};
    loop.flushLater(() -> {
      throw new IllegalStateException("a bug");
    });
    loop.flushLater(() -> flushed[0]++);

    assertThatThrownBy(this::runLoop).hasMessage("a bug");
    runLoop();

    assertThat(flushed[0]).isEqualTo(1);
  }

  @Test
  void callInSteadyStateAllocatesNextToNothing() {
    ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    try {
      Repeater repeater = new Repeater();
      repeater.calls(2000);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long before = threads.getCurrentThreadAllocatedBytes();

      repeater.calls(2000);

      long perCall = (threads.getCurrentThreadAllocatedBytes() - before) / 2000;
      assertThat(repeater.ended).isEqualTo(4000);
      assertThat(perCall).as("bytes of both ends").isLessThan(40);
    } finally {
      ResourceLeakDetector.setLevel(level);
    }
  }

  private Http2Stream open(LocalConnection local) {
    return Objects.requireNonNull(local.client().open(caller, head, false));
  }

  private int received() {
    return callee.payload(1).length;
  }

  private LocalConnection connect(ConnectionHandler client, ConnectionHandler server) {
    return new LocalConnection(loop, PooledByteBufAllocator.DEFAULT, Wire.WIDE, client, server);
  }

  private void runLoop() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /** Makes the same unary call again and again, ten at a time. */
  private final class Repeater implements ConnectionHandler, StreamHandler {
    private final FieldList request =
        Wire.fields(
            ":method",
            "POST",
            ":scheme",
            "http",
            ":path",
            "/a.B/C",
            ":authority",
            "host:1",
            "content-type",
            "application/grpc",
            "te",
            "trailers",
            "grpc-timeout",
            "9S");
    private final FieldList response =
        Wire.fields(":status", "200", "content-type", "application/grpc");
    private final FieldList trailers = Wire.fields("grpc-status", "0");
    private final ByteBuf message = Unpooled.directBuffer().writeBytes(new byte[21]);
    private final LocalConnection local = connect(this, this);
    private int ended;

    void calls(int count) {
      for (int batch = 0; batch < count / 10; batch++) {
        for (int i = 0; i < 10; i++) {
          Http2Stream stream = Objects.requireNonNull(local.client().open(this, request, false));
          stream.sendData(message, 0, 21, true);
        }
        runLoop();
      }
    }

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList fields, boolean endStream) {
      return this;
    }

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList fields, HeaderListSize size) {
      throw new AssertionError("oversized");
    }

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
      if (endStream) {
        ended++;
        stream.release();
      }
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      stream.returnCredit(length);
      if (endStream) {
        stream.sendHeaders(response, false);
        stream.sendData(message, 0, 21, false);
        stream.sendHeaders(trailers, true);
        stream.release();
      }
    }

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      throw new AssertionError(reset.toString());
    }
  }
}
