package dev.weir.upstream;

import dev.weir.call.ProxyError;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;

/** One try of a call that needs a stream to an endpoint, and hears that stream. */
public interface StreamSeeker extends StreamHandler {

  /**
   * The head to open the stream with; lent until the stream is open.
   *
   * @param authority the endpoint's own name, for a call that does not keep the caller's
   */
  FieldList head(HeaderField authority);

  /** Whether the head is the whole request. */
  boolean endsWithHead();

  /** The stream is open and its head is written. */
  void onOpened(Http2Stream stream);

  /** There will be no stream: the endpoint cannot be reached, or too many calls wait for it. */
  void onUnavailable(ProxyError.Kind kind, String detail);
}
