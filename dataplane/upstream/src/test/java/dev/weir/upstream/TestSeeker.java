package dev.weir.upstream;

import dev.weir.call.ProxyError;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call that remembers what became of its search. */
final class TestSeeker extends StreamSeeker {
  private @Nullable Http2Stream stream;
  private @Nullable String outcome;

  /** What was heard last: {@code opened}, why there is no stream, or null. */
  @Nullable String outcome() {
    return outcome;
  }

  Http2Stream stream() {
    return Objects.requireNonNull(stream);
  }

  @Override
  protected FieldList head(HeaderField authority) {
    FieldList head = new FieldList();
    head.add(HeaderField.of(":method", "POST"));
    head.add(HeaderField.of(":scheme", "http"));
    head.add(HeaderField.of(":path", "/"));
    head.add(authority);
    return head;
  }

  @Override
  protected boolean endsWithHead() {
    return false;
  }

  @Override
  protected void onOpened(Http2Stream opened) {
    stream = opened;
    outcome = "opened";
  }

  @Override
  protected void onUnavailable(ProxyError.Kind kind, String detail) {
    outcome = kind + ": " + detail;
  }

  void giveUp() {
    stopWaiting();
  }

  @Override
  public void onHeaders(Http2Stream from, FieldList fields, boolean endStream) {}

  @Override
  public void onData(Http2Stream from, ByteBuf source, int offset, int length, boolean endStream) {}

  @Override
  public void onDrained(Http2Stream drained, int bytes) {}

  @Override
  public void onReset(Http2Stream from, StreamReset reset) {
    outcome = "reset: " + reset.cause();
  }
}
