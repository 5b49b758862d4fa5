package dev.weir.http2;

/**
 * Why a stream ended early.
 *
 * @param cause who or what ended it
 * @param errorCode the HTTP/2 error code, see {@link ErrorCode}
 * @param detail what happened, for people
 */
public record StreamReset(Cause cause, int errorCode, String detail) {

  /** Who or what ended the stream. */
  public enum Cause {
    /** The peer sent RST_STREAM. */
    PEER,
    /** The peer broke a rule on this stream and we reset it. */
    PEER_FAULT,
    /** The peer did not take what waited for it, so we reset the stream. */
    NOT_TAKEN,
    /** The peer's header list is over our limit and we reset the stream. */
    HEADERS_TOO_LARGE,
    /**
     * The peer certainly never looked at the stream: it lies above its GOAWAY, or was never sent.
     */
    NOT_PROCESSED,
    /** The connection ended, by whatever cause. */
    CONNECTION_LOST
  }
}
