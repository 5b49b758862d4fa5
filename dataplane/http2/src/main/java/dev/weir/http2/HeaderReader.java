package dev.weir.http2;

/**
 * Puts the header blocks of a connection together, from HEADERS and CONTINUATION frames, and
 * decodes them (RFC 9113, 4.3, 6.2 and 6.10).
 */
final class HeaderReader {
  private static final int PRIORITY_BYTES = 5;
  private static final int TABLE_BYTES = 4096;

  private final Http2Connection connection;
  private final ConnectionLoop loop;
  private final int maxContinuations;
  private final HpackDecoder decoder;
  private final HeaderBlock block;
  private final BlockScan scan;
  private int counted;

  HeaderReader(Http2Connection connection, ConnectionLoop loop, Http2Limits limits) {
    this.connection = connection;
    this.loop = loop;
    this.block = new HeaderBlock(loop);
    this.decoder = new HpackDecoder(TABLE_BYTES, loop.sharedFields());
    this.maxContinuations = limits.maxContinuations();
    this.scan = new BlockScan((1 + maxContinuations) * FrameReader.MAX_PAYLOAD_BYTES);
    decoder.limits(
        limits.maxHeaderListBytes(), limits.maxHeaderFields(), connection.maxHeaderExcessBytes());
  }

  boolean isInsideBlock() {
    return block.isOpen();
  }

  /** When the block that is unfinished began. */
  long blockSinceNanos() {
    return block.sinceNanos();
  }

  /** The last frame came in pieces, the first of them at that time. */
  void frameBeganAt(long nanos) {
    if (block.isOpen() && block.frames() == 0) {
      block.beganAt(nanos);
    }
  }

  /** Fails if a header block is unfinished: no other frame may come inside of it. */
  void checkNoBlock(int type) {
    if (block.isOpen()) {
      throw ConnectionFault.protocol(
          "frame of type " + type + " inside of the header block of stream " + block.streamId());
    }
  }

  void onHeaders(int flags, int id, byte[] payload, int offset, int length) {
    if (id == 0) {
      throw ConnectionFault.protocol("HEADERS on stream 0");
    }
    int from = offset;
    int end = offset + length;
    if (Flags.has(flags, Flags.PADDED)) {
      ConnectionFault.checkSize(length >= 1, "HEADERS", length);
      end -= payload[from++] & 0xff;
    }
    boolean dependsOnItself = false;
    if (Flags.has(flags, Flags.PRIORITY)) {
      ConnectionFault.checkSize(
          offset + length - from >= PRIORITY_BYTES, "HEADERS with priority", length);
      dependsOnItself = Bytes.int31(payload, from) == id;
      from += PRIORITY_BYTES;
    }
    if (end < from) {
      throw ConnectionFault.protocol("padding longer than its HEADERS frame");
    }
    boolean endStream = Flags.has(flags, Flags.END_STREAM);
    if (!endStream) {
      connection.conduct.content(end - from);
    }
    if (Flags.has(flags, Flags.END_HEADERS)) {
      decode(id, payload, from, end - from, endStream, dependsOnItself);
    } else {
      loop.checkRoom(end - from);
      block.open(id, endStream, dependsOnItself, payload, from, end - from);
      block.beganAt(loop.nowNanos());
      scan.begin();
      scan.scan(block.bytes(), block.size());
    }
  }

  void onContinuation(int flags, int id, byte[] payload, int offset, int length) {
    if (!block.isOpen() || block.streamId() != id) {
      throw ConnectionFault.protocol("CONTINUATION without HEADERS before it");
    }
    loop.checkRoom(length);
    block.append(payload, offset, length);
    if (block.frames() > maxContinuations || (length == 0 && block.frames() > 1)) {
      throw new ConnectionFault(
          PeerFault.CONTINUATIONS,
          "header block of too many CONTINUATION frames (expected: at most "
              + maxContinuations
              + ", no empty ones)");
    }
    connection.conduct.content(length);
    if (Flags.has(flags, Flags.END_HEADERS)) {
      int size = block.size();
      byte[] whole = block.take();
      try {
        decode(id, whole, 0, size, block.endsStream(), block.dependsOnItself());
      } finally {
        block.giveBack(whole);
      }
    } else {
      scan.scan(block.bytes(), block.size());
    }
  }

  /** The connection is over: forgets what is unfinished. */
  void release() {
    block.close();
    loop.buffered().useHeap(-counted);
    counted = 0;
  }

  /** Decodes always, also for streams that are refused: the table must not drift (4.3). */
  private void decode(
      int id, byte[] bytes, int offset, int length, boolean endStream, boolean dependsOnItself) {
    FieldList fields = loop.fields();
    fields.clear();
    connection.conduct.block(length);
    decoder.rememberLiterals(loop.buffered().hasPlenty());
    boolean withinLimits = decoder.decode(bytes, offset, length, fields);
    countDecoder();
    HeaderListSize excess = withinLimits ? null : decoder.listSize();
    connection.onHeaders(id, fields, excess, endStream, dependsOnItself);
  }

  /** What the decoder keeps for the peer is memory of ours as well. */
  private void countDecoder() {
    int more = decoder.heapBytes() - counted;
    if (more == 0) {
      return;
    }
    if (more > 0) {
      loop.checkRoom(more);
    }
    loop.buffered().useHeap(more);
    counted += more;
  }
}
