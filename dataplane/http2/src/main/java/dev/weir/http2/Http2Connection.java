package dev.weir.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection without its socket: bytes go in through {@link #receive}, come out of
 * {@link #output}, and what they mean is told to the {@link ConnectionHandler} and the {@link
 * StreamHandler}s. Confined to one event loop; time comes from its {@link ConnectionLoop}.
 *
 * <p>The way in: {@link FrameReader} cuts bytes into frames and {@link FrameDispatcher} takes each
 * to where it belongs: header blocks to {@link HeaderReader} and from there to one of the two
 * sides, payload to {@link DataReceiver}, settings to {@link PeerSettings}. The way out: {@link
 * DataSender} keeps to the peer's windows, {@link FrameWriter} writes frames.
 */
public abstract sealed class Http2Connection permits ServerConnection, ClientConnection {
  static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);

  final ConnectionLoop loop;
  final Http2Limits limits;
  final ConnectionHandler handler;
  final StreamTable streams = new StreamTable();
  final StreamHistory history = new StreamHistory();
  final FrameWriter writer;
  final PeerConduct conduct;
  final DataSender sender;
  final DataReceiver receiver;
  final Draining draining = new Draining(this);
  final ErrorHandling errors;
  private final StalledStreams stalls;
  final Transport transport;
  private final PeerSettings settings;
  private final FrameReader reader;

  private @Nullable ClientDebt debt;
  private boolean over;

  Http2Connection(
      ConnectionLoop loop, Http2Limits limits, ConnectionHandler handler, Transport transport) {
    this.loop = loop;
    this.limits = limits;
    this.handler = handler;
    this.transport = transport;
    this.writer = new FrameWriter(loop, transport);
    this.conduct = new PeerConduct(limits.conduct(), loop, writer);
    this.sender = new DataSender(writer, transport, limits.conduct());
    this.errors = new ErrorHandling(this, limits);
    this.stalls = new StalledStreams(this, limits.conduct());
    this.receiver = new DataReceiver(this, writer, limits);
    this.settings = new PeerSettings(this, writer, sender);
    this.reader = new FrameReader(new FrameDispatcher(this, settings), loop);
  }

  // ---- for the user ----------------------------------------------------------------------------

  /** How many streams are open. */
  public int openStreams() {
    return streams.size();
  }

  /** Whether the peer's SETTINGS have come. */
  public boolean isReady() {
    return settings.isReceived();
  }

  /** Whether the peer has acknowledged our SETTINGS. */
  public boolean isAcknowledged() {
    return receiver.isAcknowledged();
  }

  /**
   * Whether the peer takes a head or trailers of this size, as far as it has said so. That is
   * advice (RFC 9113, 6.5.2), and on a connection that callers share it is to be taken: some
   * servers end the connection over a larger one.
   */
  public boolean peerTakes(FieldList fields) {
    return settings.takes(fields);
  }

  /** Whether no new streams can be opened or accepted. */
  public boolean isDraining() {
    return draining.isRefusing() || over;
  }

  public boolean isOver() {
    return over;
  }

  /** Visits who hears each open stream; they may end their streams meanwhile. */
  public void forEachHandler(Consumer<StreamHandler> visitor) {
    streams.forEach(stream -> {
      if (stream.handler != null) {
        visitor.accept(stream.handler);
      }
    });
  }

  /**
   * Tells the peer to open no more streams and closes when the open ones have ended. Streams that
   * the peer opens before it hears of it are still served.
   */
  public void drain() {
    if (!over) {
      draining.begin();
      draining.closeIfDone();
    }
  }

  /** Ends a drain's first step: from now on new streams are refused, also without an answer. */
  public void finishDraining() {
    if (!over) {
      draining.finish();
      draining.closeIfDone();
    }
  }

  /**
   * A call that came in here made us reset a stream to an endpoint, on a connection that the calls
   * of many share. Each connection may cost them so many; one of more gets no more streams.
   */
  public void chargeReset() {
    errors.resetUpstream();
  }

  /** Ends the connection with GOAWAY and the given code; open streams are told that it was lost. */
  public void close(int errorCode, String detail) {
    if (!over) {
      takeBackUnsent();
      writer.goAway(lastPeerStream(), errorCode, detail.getBytes(UTF_8));
      transport.closeAfterFlush();
      end(errorCode != ErrorCode.NO_ERROR, detail);
    }
  }

  /** Where calls are counted that came in here and of which a server has yet to hear. */
  ClientDebt debt() {
    ClientDebt present = debt;
    if (present == null) {
      present = new ClientDebt();
      debt = present;
    }
    return present;
  }

  int owedCalls() {
    return debt == null ? 0 : debt.calls;
  }

  // ---- for the transport -----------------------------------------------------------------------

  /** Sends what opens the connection (RFC 9113, 3.4). */
  abstract void start();

  /** Takes input; borrows the buffer. A fault of the peer ends the connection in here. */
  void receive(ByteBuf in) {
    if (over) {
      return;
    }
    draining.inputBegins();
    conduct.received(in.readableBytes());
    try {
      receiveFrames(in);
    } catch (ConnectionFault fault) {
      errors.close(fault.fault(), String.valueOf(fault.getMessage()));
    } finally {
      draining.inputEnds();
    }
    draining.settle();
  }

  void receiveFrames(ByteBuf in) {
    reader.read(in);
  }

  /** Whether the peer is in the middle of something that nothing else can pass by. */
  boolean isUnfinished() {
    return !over && reader.isUnfinished();
  }

  /** When that began. */
  long unfinishedSinceNanos() {
    return reader.unfinishedSinceNanos();
  }

  /** The output that waits to be sent. */
  OutputBuffer output() {
    return writer.output();
  }

  /** The transport has room for output, or none for now. */
  void writable(boolean writable) {
    sender.writable(writable);
    if (writable) {
      writer.outputTaken();
    }
  }

  /** The transport has taken all output. */
  void outputHandedOver() {}

  /** Drops output that opens streams: from now on they count as never sent. */
  void takeBackUnsent() {}

  /** Whether nothing of this stream has been handed to the transport. */
  boolean isUnsent(Http2Stream stream) {
    return false;
  }

  /** Writes what was held back, as far as the windows and the transport allow. */
  void resume() {
    sender.resume();
  }

  /** Streams whose peer does not take what it asked for. */
  StalledStreams stalls() {
    return stalls;
  }

  boolean hasHeldBack() {
    return sender.hasReady();
  }

  /** The transport is gone: tells every stream and the handler. */
  void lost(String detail) {
    if (!over) {
      end(false, detail);
    }
  }

  /** Our own code failed on this connection: ends it, and tells the peer no more than that. */
  void broken(String detail) {
    if (!over) {
      takeBackUnsent();
      writer.goAway(lastPeerStream(), ErrorCode.INTERNAL_ERROR, ConnectionLoop.EMPTY);
      transport.closeAfterFlush();
      end(false, detail);
    }
  }

  /** The last stream of a drain has ended. */
  void drained() {
    transport.closeAfterFlush();
    end(false, "drained");
  }

  private void end(boolean peerFault, String detail) {
    over = true;
    onOver();
    reader.release();
    StreamReset lost =
        new StreamReset(StreamReset.Cause.CONNECTION_LOST, ErrorCode.INTERNAL_ERROR, detail);
    StreamReset unsent =
        new StreamReset(StreamReset.Cause.NOT_PROCESSED, ErrorCode.INTERNAL_ERROR, detail);
    LostStreams gone = new LostStreams(transport, () -> handler.onClosed(peerFault, detail));
    streams.forEach(stream -> lose(stream, isUnsent(stream) ? unsent : lost, gone));
    gone.run();
  }

  /** Everything that is only told to the peer has been told. */
  void onOver() {}

  // ---- for the frames --------------------------------------------------------------------------

  void onSettingsApplied(boolean first) {
    writer.settingsAck();
    errors.countAnswer();
    if (first) {
      handler.onReady();
    }
    sender.resume();
    handler.onStreamRoom();
  }

  // ---- what the two sides do differently -------------------------------------------------------

  /**
   * A header block is complete and decoded.
   *
   * @param excess null when the list is within the limits
   */
  abstract void onHeaders(
      int id,
      FieldList fields,
      @Nullable HeaderListSize excess,
      boolean endStream,
      boolean dependsOnItself);

  /** Whether the stream has never been opened (RFC 9113, 5.1). */
  abstract boolean isIdle(int id);

  /** Whether the peer may have opened streams that we have not heard of yet. */
  abstract boolean mayHaveUnseenStreams();

  /** How far behind the header list limit a block is still read, for the table's sake. */
  abstract int maxHeaderExcessBytes();

  /** The highest stream of the peer that was or might be processed. */
  abstract int lastPeerStream();

  /** The peer's SETTINGS_MAX_CONCURRENT_STREAMS. */
  abstract void peerConcurrency(int streams);

  abstract void checkPushSetting(long value);

  abstract void onGoAway(int lastStream, int errorCode, String debug);

  /** The peer did to a stream what no honest one ever does. */
  abstract void blatantFault(Http2Stream stream, PeerFault fault, String detail);

  /** The peer hears from us that we want nothing more of a stream. */
  abstract void givenUp(int id);

  /** The peer goes on with a stream that is closed: it hears so with STREAM_CLOSED (5.1). */
  abstract void tellClosed(int id);

  /** The peer ends a stream that is closed for us: by a reset, or its side of it. */
  abstract void peerEnds(int id, boolean byReset);

  /** We ended our side while the peer may still send. */
  abstract void onHalfClosedLocal(Http2Stream stream);

  /** There is one open stream more, or one less. */
  abstract void countStreams(int change);

  // ---- streams ---------------------------------------------------------------------------------

  Http2Stream newStream(int id) {
    Http2Stream stream = loop.stream(this, id, sender.initialWindow(), receiver.streamWindow());
    stream.announcedNanos = loop.nowNanos();
    streams.add(stream);
    countStreams(1);
    conduct.streamOpened();
    return stream;
  }

  /**
   * @param client whose call the stream was for, where it is one to a server
   */
  void resetStream(Http2Stream stream, int errorCode, @Nullable ClientDebt client) {
    if (!stream.closed) {
      sendReset(stream, errorCode, client);
      remove(stream);
    }
  }

  /**
   * The peer has answered, and need not get the rest of a request (RFC 9113, 8.1).
   *
   * @param mayEnd whether to end what it got of it does no harm
   */
  void endEarly(Http2Stream stream, ClientDebt client, boolean mayEnd) {
    resetStream(stream, ErrorCode.NO_ERROR, client);
  }

  void sendReset(Http2Stream stream, int errorCode, @Nullable ClientDebt client) {
    writer.resetStream(stream.id(), errorCode);
  }

  void localEnd(Http2Stream stream) {
    stream.localEnded = true;
    if (stream.remoteEnded) {
      remove(stream);
    } else {
      onHalfClosedLocal(stream);
    }
  }

  void remoteEnd(Http2Stream stream) {
    stream.remoteEnded = true;
    if (stream.localEnded) {
      remove(stream);
    }
  }

  void discard(Http2Stream stream, StreamReset reset) {
    StreamHandler user = stream.handler;
    remove(stream);
    if (user != null) {
      user.onReset(stream, reset);
    }
  }

  /** As {@link #discard}, with its user told along with others. */
  void lose(Http2Stream stream, StreamReset reset, LostStreams gone) {
    gone.add(stream, reset);
    remove(stream);
  }

  void remove(Http2Stream stream) {
    if (stream.closed) {
      return;
    }
    stream.closed = true;
    streams.remove(stream.id());
    countStreams(-1);
    receiver.forget(stream);
    sender.drop(stream);
    if (stream.remoteEnded) {
      history.endedByPeer(stream.id());
    } else {
      conduct.racing(stream.receiveWindow);
      givenUp(stream.id());
    }
    draining.onStreamEnded();
  }
}
