package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one event loop share: scratch space, the time, and the list of
 * connections whose output has to leave at the end of the loop's iteration. Confined to that event
 * loop.
 */
public final class ConnectionLoop {
  private static final int STALL_SECONDS_WHEN_SHORT = 2;
  private static final int OUTPUT_BYTES = 16 << 10;
  private static final int SPARE_OUTPUTS = 64;
  private static final int SPARE_STREAMS = 1024;
  static final ByteBuf NO_BYTES = Unpooled.EMPTY_BUFFER;
  static final byte[] EMPTY = new byte[0];

  private final Executor executor;
  private final LongSupplier clock;
  private final FieldList fields = new FieldList();
  private final SharedFields sharedFields = new SharedFields();
  private final SpareArrays arrays = new SpareArrays();
  private final ArrayDeque<Runnable> lastWork = new ArrayDeque<>();
  private final ArrayDeque<Flushable> dirty = new ArrayDeque<>();
  private final byte[][] spareOutputs = new byte[SPARE_OUTPUTS][];
  private final @Nullable Http2Stream[] spareStreams = new @Nullable Http2Stream[SPARE_STREAMS];
  private final Runnable endIteration = this::endIteration;
  private final Sweep sweep = new Sweep(this);
  private final PacedWork paced = new PacedWork(this);
  private final PacedWork handshakes = new PacedWork(this);
  private @Nullable SocketOutput sockets;
  private final Tallies<PeerFault> clientFaults = new Tallies<>(PeerFault.class);
  private final Tallies<PeerFault> serverFaults = new Tallies<>(PeerFault.class);
  private final Timeouts timeouts;
  private final WindowBudget windowBudget;
  private final LoopBudget streams;
  private final LoopBudget buffered;
  private int spares;
  private int spareStreamCount;
  private byte[] scratch = new byte[32 << 10];
  private long nowNanos;
  private boolean endScheduled;
  private @Nullable ByteBuf roomySource;
  private int roomyOffset;

  /** Something with output that leaves when the loop's iteration ends. */
  interface Flushable {
    void flush();
  }

  /**
   * @param executor runs a task on the event loop after the input of the current iteration
   * @param clock monotonic nanoseconds
   */
  public ConnectionLoop(Executor executor, LongSupplier clock) {
    this(executor, clock, Timeouts.DEFAULTS, 0);
  }

  /**
   * A loop with limits of its own.
   *
   * @param timeouts for peers on both sides
   * @param windowBudgetBytes how far the windows of fast streams may grow beyond the usual, all
   *     together
   */
  public ConnectionLoop(
      Executor executor, LongSupplier clock, Timeouts timeouts, long windowBudgetBytes) {
    this(executor, clock, timeouts, windowBudgetBytes, ProcessLimits.none());
  }

  /**
   * One of several loops of a process.
   *
   * @param process what they may use together
   */
  public ConnectionLoop(
      Executor executor,
      LongSupplier clock,
      Timeouts timeouts,
      long windowBudgetBytes,
      ProcessLimits process) {
    this.executor = executor;
    this.clock = clock;
    this.timeouts = timeouts;
    this.windowBudget = new WindowBudget(windowBudgetBytes);
    this.streams = new LoopBudget(process.streams());
    this.buffered = new LoopBudget(process.bufferedBytes());
    this.nowNanos = clock.getAsLong();
  }

  /** Reads the clock. Called once for each batch of input, not for each frame. */
  public long tick() {
    nowNanos = clock.getAsLong();
    return nowNanos;
  }

  /** The time of the last {@link #tick}. */
  public long nowNanos() {
    return nowNanos;
  }

  /** How long peers may take. */
  public Timeouts timeouts() {
    return timeouts;
  }

  WindowBudget windowBudget() {
    return windowBudget;
  }

  /** The streams of clients that are open on this loop. */
  public LoopBudget streams() {
    return streams;
  }

  /** The bytes that wait on this loop, for whatever it is. */
  public LoopBudget buffered() {
    return buffered;
  }

  /** Fails when there is no room on the heap for that many bytes of a peer more. */
  void checkRoom(int bytes) {
    if (!buffered.hasHeapRoom(bytes)) {
      throw new ConnectionFault(
          PeerFault.BUFFERS_FULL,
          "no room for a part of a frame or of header fields beside %d MiB in all"
              .formatted(buffered.whole() >> 20));
    }
  }

  /**
   * How long a reader may stall now: less than usual while the process runs short of memory.
   *
   * @param usual seconds; 0 for ever
   */
  int stallSeconds(int usual) {
    if (!buffered.isShort()) {
      return usual;
    }
    return usual == 0 ? STALL_SECONDS_WHEN_SHORT : Math.min(usual, STALL_SECONDS_WHEN_SHORT);
  }

  /**
   * The payload at that offset, which is handed on now, lies behind the header of the frame that it
   * came in. Whoever forwards it may write the header of another frame there, so that both lie in
   * one piece.
   *
   * @param source null when that is over
   */
  void headerRoom(@Nullable ByteBuf source, int offset) {
    roomySource = source;
    roomyOffset = offset;
  }

  /** Whether there is room for a frame's header before that payload. */
  @SuppressWarnings("ReferenceEquality") // other buffers with the same bytes lie elsewhere
  boolean hasHeaderRoom(ByteBuf source, int offset) {
    return source == roomySource && offset == roomyOffset;
  }

  /** Payload has to wait for its reader, or no longer when negative. */
  void payloadWaits(int change) {
    windowBudget.waiting(change);
    buffered.use(change);
  }

  /** What windows have grown by, and payload that waits for its reader, over all streams. */
  public long grownWindowBytes() {
    return windowBudget.used();
  }

  /** Where connections have themselves looked at while they are in a state that must not last. */
  public Sweep sweep() {
    return sweep;
  }

  /** For work that comes in heaps. */
  public PacedWork paced() {
    return paced;
  }

  /** For the dear part of TLS handshakes: however many there are, the other work is not behind. */
  public PacedWork handshakes() {
    return handshakes;
  }

  /** How often clients went too far; may be read anywhere. */
  public Tallies<PeerFault> clientFaults() {
    return clientFaults;
  }

  /** How often endpoints went too far; may be read anywhere. */
  public Tallies<PeerFault> serverFaults() {
    return serverFaults;
  }

  /** A list for one header block; whoever takes it clears it. */
  FieldList fields() {
    return fields;
  }

  /** For header blocks that come in pieces, and for much output. */
  SpareArrays arrays() {
    return arrays;
  }

  /** The fields that peers have in common. */
  SharedFields sharedFields() {
    return sharedFields;
  }

  /**
   * The object that all connections of this loop have for fields of this text: this one, or one
   * that came before.
   */
  public HeaderField shared(HeaderField field) {
    return sharedFields.instanceOf(field);
  }

  /** Scratch space of at least this size; valid until the next call. */
  byte[] scratch(int length) {
    if (length > scratch.length) {
      scratch = Arrays.copyOf(scratch, Math.max(length, scratch.length * 2));
    }
    return scratch;
  }

  /**
   * Runs {@code work} once the input of this iteration has been read, before output leaves. By then
   * a later frame may have made it needless.
   */
  public void beforeFlush(Runnable work) {
    lastWork.add(work);
    scheduleEnd();
  }

  /** Has {@code connection} flushed once, after the input of this iteration. */
  void flushLater(Flushable connection) {
    dirty.add(connection);
    scheduleEnd();
  }

  private void scheduleEnd() {
    if (!endScheduled) {
      endScheduled = true;
      executor.execute(endIteration);
    }
  }

  /** What writes to sockets. */
  SocketOutput sockets() {
    SocketOutput present = sockets;
    if (present == null) {
      present = new SocketOutput();
      sockets = present;
    }
    return present;
  }

  byte[] takeOutput() {
    if (spares == 0) {
      return new byte[OUTPUT_BYTES];
    }
    byte[] taken = spareOutputs[--spares];
    spareOutputs[spares] = EMPTY;
    return taken;
  }

  void giveBackOutput(byte[] output) {
    if (output.length > OUTPUT_BYTES) {
      arrays.giveBack(output);
    } else if (spares < SPARE_OUTPUTS) {
      spareOutputs[spares++] = output;
    }
  }

  /** A stream's object, made or made again. */
  Http2Stream stream(Http2Connection connection, int id, int sendWindow, int receiveWindow) {
    Http2Stream spare = spareStreamCount == 0 ? null : spareStreams[--spareStreamCount];
    if (spare == null) {
      return new Http2Stream(connection, id, sendWindow, receiveWindow);
    }
    spareStreams[spareStreamCount] = null;
    spare.renew(connection, id, sendWindow, receiveWindow);
    return spare;
  }

  void giveBack(Http2Stream closed) {
    if (spareStreamCount < SPARE_STREAMS) {
      spareStreams[spareStreamCount++] = closed;
    }
  }

  private void endIteration() {
    try {
      while (!lastWork.isEmpty() || !dirty.isEmpty()) {
        Runnable work = lastWork.poll();
        if (work != null) {
          work.run();
        } else {
          dirty.remove().flush();
        }
      }
    } finally {
      endScheduled = false;
      if (!lastWork.isEmpty() || !dirty.isEmpty()) {
        // One of them failed; the others must not wait for it.
        scheduleEnd();
      }
    }
  }
}
