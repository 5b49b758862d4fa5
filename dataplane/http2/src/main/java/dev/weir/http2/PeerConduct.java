package dev.weir.http2;

/**
 * What the peer of one connection makes us do without use, held against its {@link ConductLimits}
 * (RFC 9113, 10.5). What an honest peer does all the time costs an addition here; the time comes
 * from the {@link ConnectionLoop}, which reads it once for a batch of input. Confined to the event
 * loop.
 */
final class PeerConduct {
  private static final int WINDOW_UPDATES_FREE = 5;

  private final ConductLimits limits;
  private final ConnectionLoop loop;
  private final FrameWriter writer;
  private final TokenBucket resets;
  private final TokenBucket upstreamResets;
  private final TokenBucket pings;
  private final TokenBucket settings;
  private final TokenBucket priorities;

  private long receivedBytes;
  private long wastedBytes;

  /** DATA that may still come for streams that we reset, and that nobody can be blamed for. */
  private long racingBytes;

  /** The size of the last header block. */
  private int blockBytes;

  private long streams;
  private long dataFrames;
  private long windowUpdates;
  private int emptyFrames;
  private int smallDataBytes;
  private long dataAtPing;
  private long dataAtSettings;

  PeerConduct(ConductLimits limits, ConnectionLoop loop, FrameWriter writer) {
    this.limits = limits;
    this.loop = loop;
    this.writer = writer;
    long now = loop.nowNanos();
    this.resets = new TokenBucket(limits.resets(), now);
    this.upstreamResets = new TokenBucket(limits.resets(), now);
    this.pings = new TokenBucket(limits.pings(), now);
    this.settings = new TokenBucket(limits.settings(), now);
    this.priorities = new TokenBucket(limits.priorities(), now);
  }

  // ---- what everybody does ---------------------------------------------------------------------

  /** Input came, of whatever kind. */
  void received(int bytes) {
    receivedBytes += bytes;
  }

  /** All input that ever came. */
  long receivedBytes() {
    return receivedBytes;
  }

  void streamOpened() {
    streams++;
  }

  /**
   * A DATA frame came. Its frame header and padding have to be outweighed by twice its payload:
   * then a stream of the smallest messages of gRPC, 5 bytes each, goes on for ever.
   */
  void data(int payloadBytes, int paddingBytes, boolean endStream) {
    dataFrames++;
    if (endStream) {
      return;
    }
    smallDataBytes += FrameReader.HEADER_BYTES + paddingBytes - 2 * payloadBytes;
    if (smallDataBytes < 0) {
      smallDataBytes = 0;
    } else if (smallDataBytes > limits.smallDataBytes()) {
      throw new ConnectionFault(
          PeerFault.SMALL_DATA,
          "frame headers and padding of DATA outweigh its payload by more than "
              + limits.smallDataBytes()
              + " bytes");
    }
    content(payloadBytes);
  }

  /** A frame that carries content, and ends nothing, came with this much of it. */
  void content(int bytes) {
    if (bytes > 0) {
      emptyFrames = 0;
    } else if (++emptyFrames > limits.maxEmptyFrames()) {
      throw new ConnectionFault(
          PeerFault.EMPTY_FRAMES,
          "more than " + limits.maxEmptyFrames() + " empty frames in a row");
    }
  }

  // ---- what is for the asking ------------------------------------------------------------------

  /** A WINDOW_UPDATE frame came: each stream and each DATA frame that we send is good for some. */
  void windowUpdate() {
    long good = streams + limits.windowUpdatesPerData() * writer.dataUnits();
    if (++windowUpdates > WINDOW_UPDATES_FREE + 2 * good) {
      throw new ConnectionFault(
          PeerFault.WINDOW_UPDATES,
          windowUpdates + " WINDOW_UPDATE frames for " + streams + " streams and what was sent");
    }
  }

  /**
   * A PING frame came. Clients of gRPC measure the path with one a round trip while DATA flows, so
   * only those between which none did count.
   */
  void ping() {
    long moved = movedFrames();
    if (moved == dataAtPing && !pings.take(loop.nowNanos())) {
      // These words are gRPC's, whose clients then wait longer (proposal A8).
      throw new ConnectionFault(PeerFault.PINGS, "too_many_pings");
    }
    dataAtPing = moved;
  }

  /** A SETTINGS frame came; clients of gRPC fit their windows to the DATA that flows, too. */
  void settings(int entries) {
    if (entries > limits.maxSettingsEntries()) {
      throw new ConnectionFault(
          PeerFault.SETTINGS_FRAMES,
          entries + " settings in a frame (expected: at most " + limits.maxSettingsEntries() + ")");
    }
    long moved = movedFrames();
    if (moved == dataAtSettings && !settings.take(loop.nowNanos())) {
      throw tooMany(PeerFault.SETTINGS_FRAMES, "SETTINGS frames", limits.settings());
    }
    dataAtSettings = moved;
  }

  private long movedFrames() {
    return dataFrames + writer.dataUnits();
  }

  void priority() {
    if (!priorities.take(loop.nowNanos())) {
      throw tooMany(PeerFault.PRIORITY_FRAMES, "PRIORITY frames", limits.priorities());
    }
  }

  private static ConnectionFault tooMany(PeerFault fault, String what, Rate rate) {
    return new ConnectionFault(fault, "more " + what + " than " + rate);
  }

  // ---- what is for nothing ---------------------------------------------------------------------

  /** A stream came to nothing by the peer's doing; false when that happens too often. */
  boolean mayReset() {
    return resets.take(loop.nowNanos());
  }

  /** A call of the peer cost an endpoint a reset; false when that happens too often. */
  boolean mayResetUpstream() {
    return upstreamResets.take(loop.nowNanos());
  }

  /** We reset a stream on which the peer may send that much before it hears of it. */
  void racing(int windowBytes) {
    racingBytes += Math.max(windowBytes, 0);
  }

  /** DATA came for a stream that is gone. */
  void lateData(int frameBytes) {
    if (frameBytes <= racingBytes) {
      racingBytes -= frameBytes;
    } else {
      waste(frameBytes);
    }
  }

  /** A header block came, of that size. */
  void block(int bytes) {
    blockBytes = bytes;
  }

  /** It was for a stream that is gone. */
  void lateBlock() {
    waste(blockBytes);
  }

  /** A frame came that does nothing. */
  void waste(int payloadBytes) {
    wastedBytes += FrameReader.HEADER_BYTES + payloadBytes;
    if (receivedBytes / 8 > receivedBytes - wastedBytes + limits.wasteBytes()) {
      throw new ConnectionFault(
          PeerFault.WASTE,
          wastedBytes + " of " + receivedBytes + " bytes were in frames that do nothing");
    }
  }
}
