package dev.weir.http2;

/**
 * What a peer did that costs it its connection, or a stream: it broke a rule of the protocol, or
 * went beyond one of our {@link Http2Limits}. Each has a label for counters and logs.
 */
public enum PeerFault {
  PROTOCOL("protocol_error", ErrorCode.PROTOCOL_ERROR),
  FLOW_CONTROL("flow_control_error", ErrorCode.FLOW_CONTROL_ERROR),
  STREAM_CLOSED("stream_closed", ErrorCode.STREAM_CLOSED),
  FRAME_SIZE("frame_size_error", ErrorCode.FRAME_SIZE_ERROR),
  COMPRESSION("compression_error", ErrorCode.COMPRESSION_ERROR),
  /** A malformed head, or whatever else costs its stream and no more (RFC 9113, 5.4.2). */
  STREAM("stream_error", ErrorCode.PROTOCOL_ERROR),
  SETTINGS_TIMEOUT("settings_timeout", ErrorCode.SETTINGS_TIMEOUT),

  /** Answers wait that the peer does not read. */
  UNREAD_ANSWERS("unread_answers"),
  /** The peer cancels call after call before it can be answered. */
  PEER_RESETS("peer_resets"),
  /** The peer makes us reset stream after stream. */
  PROVOKED_RESETS("provoked_resets"),
  /** The calls of the peer make us reset stream after stream to endpoints. */
  UPSTREAM_RESETS("upstream_resets"),
  /** The peer opens more streams than it may have, again and again. */
  REFUSED_STREAMS("refused_streams"),
  /** DATA, HEADERS and CONTINUATION with nothing in them. */
  EMPTY_FRAMES("empty_frames"),
  /** DATA whose frames and padding outweigh their payload. */
  SMALL_DATA("small_data"),
  PRIORITY_FRAMES("priority_frames"),
  WINDOW_UPDATES("window_updates"),
  SETTINGS_FRAMES("settings_frames"),
  PINGS("pings"),
  /** Frames that do nothing. */
  WASTE("waste"),
  /** A header block in too many frames. */
  CONTINUATIONS("continuations"),
  /** A header list above the limit, which costs its stream. */
  HEADER_LIST("header_list"),
  /** A header block that goes on far beyond the header list limit. */
  HEADER_BLOCK("header_block"),
  /** Windows that are opened byte by byte; payload waits for larger ones from then on. */
  DRIBBLES("dribbles"),
  /** Payload waits that the peer asked for and does not take. */
  STALLED_READER("stalled_reader"),
  /** Something of the peer's, or for it, would have to wait here and there is no room for it. */
  BUFFERS_FULL("buffers_full"),
  /** A connection that does not tell in time what protocol it is to have. */
  PREFACE_TIMEOUT("preface_timeout"),
  /** A connection that wants no TLS that we have, or does not get to the end of its handshake. */
  TLS_HANDSHAKE("tls_handshake"),
  /**
   * A record, after the handshake, that TLS does not allow, or too many of those that do nothing.
   */
  TLS_RECORD("tls_record"),
  /** A header block, or a frame before its payload, that does not come to its end. */
  HEAD_TIMEOUT("head_timeout"),
  /** A server that is silent while calls wait for it, and does not answer a PING. */
  KEEPALIVE_TIMEOUT("keepalive_timeout", ErrorCode.NO_ERROR);

  private final String label;
  private final int errorCode;

  PeerFault(String label) {
    this(label, ErrorCode.ENHANCE_YOUR_CALM);
  }

  PeerFault(String label, int errorCode) {
    this.label = label;
    this.errorCode = errorCode;
  }

  /** The name in counters and logs. */
  public String label() {
    return label;
  }

  /** The code that the peer is told (RFC 9113, 7). */
  public int errorCode() {
    return errorCode;
  }
}
