package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * A client's and a server's connection, joined by two pipes that deliver any number of bytes at any
 * time, under random actions of their users. One seed makes one run. Whatever happens: payload and
 * heads arrive in order and whole or not to their end, each stream ends once on each side, nobody
 * breaks a rule in the other's eyes, and no buffer is left.
 */
final class FuzzedPair {
  private static final int[] STREAM_WINDOWS = {1, 50, 1000, 40_000, 65_535, 200_000};
  private static final int[] CONNECTION_WINDOWS = {65_535, 70_000, 1 << 20};
  private static final int[] SIZES = {0, 1, 7, 100, 600, 3000, 20_000, 50_000};
  private static final int PATIENCE = 200_000;

  private final Random random;
  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final ConnectionLoop loop = new ConnectionLoop(task -> {}, () -> 0);
  private final List<FuzzedHalf> halves = new ArrayList<>();
  private final End client;
  private final End server;
  private boolean winding;
  private int calls;

  FuzzedPair(long seed) {
    this(new Random(seed));
  }

  /** A run that these decisions make. */
  FuzzedPair(Random decisions) {
    random = decisions;
    client = new End(true);
    server = new End(false);
    client.start(server);
    server.start(client);
  }

  /** How many calls there were. */
  int calls() {
    return calls;
  }

  void run(int steps) {
    for (int i = 0; i < steps; i++) {
      step();
    }
    windUp();
    if (!client.isOver() && !server.isOver() && client.asClient().hasRoom()) {
      showThatNoCreditIsLost();
    }
    end();
  }

  private void step() {
    switch (random.nextInt(20)) {
      case 0, 1, 2 -> open();
      case 3, 4, 5, 6, 7, 8, 9 -> act();
      case 10, 11, 12 -> client.flushOutput();
      case 13, 14, 15 -> server.flushOutput();
      case 16 -> client.toggle();
      case 17 -> server.toggle();
      case 18 -> change();
      default -> {
        client.deliver(random.nextInt(30_000) + 1);
        server.deliver(random.nextInt(30_000) + 1);
      }
    }
    End end = random.nextBoolean() ? client : server;
    end.deliver(random.nextInt(200) + 1);
  }

  private void open() {
    if (!client.asClient().hasRoom()) {
      return;
    }
    FuzzedHalf half = new FuzzedHalf(this, true);
    FieldList head = fields(":method", "POST", ":scheme", "http", ":path", "/" + calls);
    boolean end = random.nextInt(4) == 0;
    half.sends(head, end);
    half.begin(Objects.requireNonNull(client.asClient().open(half, head, end)));
    calls++;
    halves.add(half);
  }

  private void act() {
    if (!halves.isEmpty()) {
      halves.get(random.nextInt(halves.size())).act();
    }
  }

  /** Changes of settings, or rarely the beginning of the end. */
  private void change() {
    End end = random.nextBoolean() ? client : server;
    switch (random.nextInt(300)) {
      case 0 -> end.connection().drain();
      case 1 -> server.connection().finishDraining();
      default -> end.announce(random.nextInt(end.limits.streamWindowBytes() + 1));
    }
  }

  // ---- the end ---------------------------------------------------------------------------------

  /** Lets everything that has begun come to its end. */
  private void windUp() {
    winding = true;
    client.announce(client.limits.streamWindowBytes());
    server.announce(server.limits.streamWindowBytes());
    for (int i = 0; i < PATIENCE && !isQuiet(); i++) {
      client.free();
      server.free();
      for (int h = 0; h < halves.size(); h++) {
        halves.get(h).windUp();
      }
      client.flushOutput();
      server.flushOutput();
      client.deliver(random.nextInt(50_000) + 1);
      server.deliver(random.nextInt(50_000) + 1);
    }
    assertThat(isQuiet()).as("everything comes to its end").isTrue();
    for (FuzzedHalf half : halves) {
      half.checkEnded();
    }
    assertThat(client.connection().openStreams()).isZero();
    assertThat(server.connection().openStreams()).isZero();
  }

  private boolean isQuiet() {
    return client.isQuiet()
        && server.isQuiet()
        && client.connection().openStreams() == 0
        && server.connection().openStreams() == 0;
  }

  /** A last call that is larger than all windows, which only passes when all of them are whole. */
  private void showThatNoCreditIsLost() {
    halves.clear();
    open();
    FuzzedHalf half = halves.getFirst();
    for (int i = 0; i < 30; i++) {
      half.sendPayload(Math.min(50_000, most()), false);
    }
    windUp();
  }

  private void end() {
    client.connection().lost("test ended");
    server.connection().lost("test ended");
    client.connection().output().clear();
    server.connection().output().clear();
    assertThat(allocator.metric().usedDirectMemory()).as("direct memory held").isZero();
    assertThat(allocator.metric().usedHeapMemory()).as("heap memory held").isZero();
    assertThat(client.closings).isEqualTo(1);
    assertThat(server.closings).isEqualTo(1);
  }

  // ---- for the halves --------------------------------------------------------------------------

  Random random() {
    return random;
  }

  boolean isWinding() {
    return winding;
  }

  ByteBuf buffer(byte[] bytes) {
    // Roomy sometimes, as buffers of sockets are: what is small in them is copied.
    return allocator.directBuffer(bytes.length + 1 + random.nextInt(3) * 4000).writeBytes(bytes);
  }

  byte[] payload() {
    byte[] payload = new byte[Math.min(SIZES[random.nextInt(SIZES.length)], most())];
    random.nextBytes(payload);
    return payload;
  }

  /** Payload that passes the smaller window in a few rounds. */
  private int most() {
    return 20 * Math.min(client.limits.streamWindowBytes(), server.limits.streamWindowBytes());
  }

  /** These fields and some more, of a few values that come back and some that do not. */
  FieldList fields(String... first) {
    FieldList fields = Wire.fields(first);
    for (int i = random.nextInt(4); i > 0; i--) {
      String value =
          random.nextInt(4) == 0 ? "x".repeat(random.nextInt(9000)) : "v" + random.nextInt(5);
      fields.add(HeaderField.of("name-" + random.nextInt(5), value));
    }
    return fields;
  }

  /** The other side of a call came to life. */
  private FuzzedHalf accept(Http2Stream stream, FieldList head, boolean endStream) {
    FuzzedHalf caller =
        halves.stream().filter(half -> half.isCallerOf(head)).findFirst().orElseThrow();
    FuzzedHalf half = new FuzzedHalf(this, false);
    half.join(caller);
    half.begin(stream);
    halves.add(half);
    half.onHeaders(stream, head, endStream);
    return half;
  }

  // ---- the two ends ----------------------------------------------------------------------------

  private final class End implements Transport, ConnectionHandler {
    final Http2Limits limits =
        new Http2Limits(
            1 + random.nextInt(20),
            64 << 10,
            128,
            8,
            STREAM_WINDOWS[random.nextInt(STREAM_WINDOWS.length)],
            CONNECTION_WINDOWS[random.nextInt(CONNECTION_WINDOWS.length)],
            100_000,
            ConductLimits.NONE);
    private final boolean isClient;
    private final Http2Connection connection;
    private final ByteArrayOutputStream underWay = new ByteArrayOutputStream();
    private byte[] arriving = new byte[0];
    private boolean full;
    private boolean closing;
    private @Nullable End peer;
    int closings;

    End(boolean isClient) {
      this.isClient = isClient;
      connection =
          isClient
              ? new ClientConnection(loop, limits, this, this)
              : new ServerConnection(loop, limits, this, this);
    }

    void start(End other) {
      peer = other;
      connection.start();
      flushOutput();
    }

    Http2Connection connection() {
      return connection;
    }

    ClientConnection asClient() {
      return (ClientConnection) connection;
    }

    boolean isOver() {
      return connection.isOver();
    }

    boolean isQuiet() {
      return connection.output().isEmpty() && underWay.size() == 0 && arriving.length == 0;
    }

    /** Puts SETTINGS between the frames: a stream window that is at most ours, and others. */
    void announce(int window) {
      if (isOver() || closing) {
        return;
      }
      flushOutput();
      int table = random.nextBoolean() ? 4096 : random.nextInt(4096);
      long streams =
          isWindingUp()
              ? limits.maxConcurrentStreams()
              : random.nextInt(limits.maxConcurrentStreams() + 1);
      underWay.writeBytes(
          isClient
              ? Frame.settings(4, window, 1, table).bytes()
              : Frame.settings(4, window, 1, table, 3, streams).bytes());
    }

    private boolean isWindingUp() {
      return winding;
    }

    void toggle() {
      full = !full;
      connection.writable(!full);
      if (!full) {
        connection.resume();
      }
    }

    void free() {
      if (full) {
        toggle();
      }
    }

    void flushOutput() {
      if (!connection.output().isEmpty()) {
        connection.output().drainTo(allocator, this::take);
        connection.outputHandedOver();
      }
      connection.writable(!full);
      if (!full) {
        connection.resume();
      }
    }

    private void take(ByteBuf bytes) {
      byte[] copy = new byte[bytes.readableBytes()];
      bytes.readBytes(copy);
      bytes.release();
      underWay.writeBytes(copy);
    }

    /** Lets the peer receive some of what is under way, in one buffer. */
    void deliver(int most) {
      End other = peer;
      if (other == null) {
        return;
      }
      if (arriving.length == 0) {
        arriving = underWay.toByteArray();
        underWay.reset();
      }
      int length = Math.min(most, arriving.length);
      if (length > 0) {
        ByteBuf piece = buffer(Arrays.copyOf(arriving, length));
        arriving = Arrays.copyOfRange(arriving, length, arriving.length);
        try {
          other.connection.receive(piece);
        } finally {
          piece.release();
        }
      } else if (closing && isQuiet()) {
        other.connection.lost("closed by the peer");
      }
    }

    @Override
    public void outputPending() {}

    @Override
    public void flushNow() {
      if (!connection.output().isEmpty()) {
        connection.output().drainTo(allocator, this::take);
        connection.outputHandedOver();
      }
      connection.writable(!full);
    }

    @Override
    public void closeAfterFlush() {
      closing = true;
    }

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      return accept(stream, head, endStream);
    }

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
      throw new AssertionError("oversized: " + head);
    }

    @Override
    public void onClosed(boolean peerFault, String detail) {
      assertThat(peerFault).as(detail).isFalse();
      closings++;
    }
  }
}
