package dev.weir.http2;

/**
 * How large a header list is that is over the limits.
 *
 * @param bytes as RFC 9113, 6.5.2 counts them, 32 for each field included
 * @param fields how many there are
 */
public record HeaderListSize(long bytes, int fields) {

  /** The size beside what is allowed, as the end of a sentence for whoever sent the list. */
  public String comparedWith(Http2Limits limits) {
    return "it has %d bytes in %d entries, and %d bytes in %d entries are allowed, each entry counted with 32 bytes more"
        .formatted(bytes, fields, limits.maxHeaderListBytes(), limits.maxHeaderFields());
  }
}
