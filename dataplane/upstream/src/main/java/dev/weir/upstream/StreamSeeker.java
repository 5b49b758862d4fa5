package dev.weir.upstream;

import dev.weir.call.ProxyError;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import org.jspecify.annotations.Nullable;

/** One try of a call that needs a stream to an endpoint, and hears that stream. */
public abstract class StreamSeeker implements StreamHandler {
  /** Where it waits and for how long, and its neighbours there; {@link WaitingLine} sets them. */
  @Nullable WaitingLine line;

  long untilNanos;
  @Nullable StreamSeeker previous;
  @Nullable StreamSeeker next;

  /**
   * The head to open the stream with; lent until the stream is open.
   *
   * @param authority the endpoint's own name, for a call that does not keep the caller's
   */
  protected abstract FieldList head(HeaderField authority);

  /** Whether the head is the whole request. */
  protected abstract boolean endsWithHead();

  /** The stream is open and its head is written. */
  protected abstract void onOpened(Http2Stream stream);

  /**
   * There will be no stream: the endpoint cannot be reached, too many calls wait for it, or this
   * one has waited too long.
   */
  protected abstract void onUnavailable(ProxyError.Kind kind, String detail);

  /** Gives up waiting: nothing is heard of a stream any more. */
  protected final void stopWaiting() {
    if (line != null) {
      line.remove(this);
    }
  }
}
