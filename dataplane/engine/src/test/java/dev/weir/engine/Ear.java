package dev.weir.engine;

import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Remembers what it hears of one stream. */
final class Ear implements ConnectionHandler, StreamHandler {
  final List<String> heard = new ArrayList<>();
  int bytes;

  /** What it does when it hears the end. */
  Runnable atEnd = () -> {};

  private String requested = "";
  private @Nullable Http2Stream stream;

  /** The head of the request that came last. */
  String requested() {
    return requested;
  }

  Http2Stream stream() {
    return Objects.requireNonNull(stream);
  }

  @Override
  public StreamHandler onRequest(Http2Stream opened, FieldList head, boolean endStream) {
    stream = opened;
    requested = head.toString();
    return this;
  }

  @Override
  public void onOversizedRequest(Http2Stream opened, FieldList head, HeaderListSize size) {
    throw new AssertionError(size);
  }

  @Override
  public void onHeaders(Http2Stream from, FieldList fields, boolean endStream) {
    heard.add(endStream ? "end " + fields : "headers");
    if (endStream) {
      atEnd.run();
    }
  }

  @Override
  public void onData(Http2Stream from, ByteBuf source, int offset, int length, boolean endStream) {
    heard.add(length + " bytes");
    bytes += length;
    from.returnCredit(length);
  }

  @Override
  public void onDrained(Http2Stream from, int bytes) {}

  @Override
  public void onReset(Http2Stream from, StreamReset reset) {
    heard.add("reset " + reset.cause() + " " + ErrorCode.name(reset.errorCode()));
  }
}
