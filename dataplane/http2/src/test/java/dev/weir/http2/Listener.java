package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A user of connections and streams that keeps what it hears as text. */
final class Listener implements ConnectionHandler, StreamHandler {
  final List<String> events = new ArrayList<>();
  final List<PeerFault> faults = new ArrayList<>();
  final List<String> details = new ArrayList<>();

  /** Faults that cost a stream, with what is said of them. */
  final List<String> streamFaults = new ArrayList<>();

  final Map<Integer, Http2Stream> streams = new HashMap<>();
  final Map<Integer, ByteArrayOutputStream> payloads = new HashMap<>();

  /** Called with each stream that a peer opens, before its events go on. */
  Consumer<Http2Stream> onOpen = stream -> {};

  /** Called when the peer has ended a stream, or after trailers and payload that do. */
  Consumer<Http2Stream> onEnd = stream -> {};

  /** Called when the peer's settings have come. */
  Runnable onReady = () -> {};

  /** Called with a stream when payload came that does not end it. */
  Consumer<Http2Stream> onData = stream -> {};

  /** Called with a stream that ended early. */
  Consumer<Http2Stream> onReset = stream -> {};

  /** Called with a stream whose queued payload has gone out. */
  Consumer<Http2Stream> onDrained = stream -> {};

  /** Whether a connection that owes resets takes calls all the same. */
  boolean staysWithDebts;

  /** Where the payload of streams goes on to, for those that are a key here. */
  final Map<Integer, Http2Stream> onward = new HashMap<>();

  /** Whether credit goes back as payload comes. */
  boolean returnsCredit;

  @Override
  public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
    streams.put(stream.id(), stream);
    events.add("request " + stream.id() + " " + head + end(endStream));
    onOpen.accept(stream);
    end(stream, endStream);
    return this;
  }

  @Override
  public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
    streams.put(stream.id(), stream);
    events.add("oversized " + stream.id());
  }

  @Override
  public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
    events.add("headers " + stream.id() + " " + fields + end(endStream));
    end(stream, endStream);
  }

  @Override
  public void onData(
      Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
    events.add("data " + stream.id() + " " + length + end(endStream));
    byte[] copy = new byte[length];
    source.getBytes(offset, copy);
    payloads.computeIfAbsent(stream.id(), id -> new ByteArrayOutputStream()).writeBytes(copy);
    Http2Stream next = onward.get(stream.id());
    if (next != null) {
      next.sendData(source, offset, length, endStream);
    }
    if (returnsCredit) {
      stream.returnCredit(length);
    }
    (endStream ? onEnd : onData).accept(stream);
  }

  Http2Stream stream(int id) {
    Http2Stream stream = streams.get(id);
    if (stream == null) {
      throw new AssertionError("no stream " + id + " yet");
    }
    return stream;
  }

  /** All payload that came on a stream. */
  byte[] payload(int id) {
    ByteArrayOutputStream payload = payloads.get(id);
    return payload == null ? new byte[0] : payload.toByteArray();
  }

  private void end(Http2Stream stream, boolean endStream) {
    if (endStream) {
      onEnd.accept(stream);
    }
  }

  @Override
  public void onDrained(Http2Stream stream, int bytes) {
    events.add("drained " + stream.id() + " " + bytes);
    onDrained.accept(stream);
  }

  @Override
  public void onReset(Http2Stream stream, StreamReset reset) {
    events.add(
        "reset " + stream.id() + " " + reset.cause() + " " + ErrorCode.name(reset.errorCode()));
    onReset.accept(stream);
  }

  @Override
  public boolean onResetsOwed() {
    return staysWithDebts;
  }

  @Override
  public void onReady() {
    events.add("ready");
    onReady.run();
  }

  @Override
  public void onFailure(Throwable cause) {
    events.add("failure " + cause.getMessage());
  }

  @Override
  public void onDraining() {
    events.add("draining");
  }

  @Override
  public void onPeerFault(PeerFault fault, String detail) {
    if (fault == PeerFault.STREAM || fault == PeerFault.HEADER_LIST) {
      streamFaults.add(fault.label() + ": " + detail);
      return;
    }
    faults.add(fault);
    details.add(detail);
  }

  @Override
  public void onClosed(boolean peerFault, String detail) {
    details.add(detail);
    events.add(peerFault ? "closed by fault" : "closed");
  }

  private static String end(boolean endStream) {
    return endStream ? " end" : "";
  }
}
