package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One side of a call of a {@link FuzzedPair}: acts at random and checks what it hears. */
final class FuzzedHalf implements StreamHandler {
  private enum Out {
    HEAD_DUE,
    OPEN,
    ENDED
  }

  private enum In {
    HEAD_DUE,
    OPEN,
    ENDED
  }

  private final FuzzedPair pair;
  private final boolean isCaller;
  private @Nullable FuzzedHalf other;
  private @Nullable Http2Stream stream;

  private Out out;
  private In in = In.HEAD_DUE;
  private boolean reset;
  private int unreturned;
  private int undrained;
  private final List<String> sentHeads = new ArrayList<>();
  private final List<String> heardHeads = new ArrayList<>();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  FuzzedHalf(FuzzedPair pair, boolean isCaller) {
    this.pair = pair;
    this.isCaller = isCaller;
    this.out = isCaller ? Out.OPEN : Out.HEAD_DUE;
  }

  void begin(Http2Stream opened) {
    stream = opened;
  }

  void join(FuzzedHalf caller) {
    assertThat(caller.other).as("called once").isNull();
    other = caller;
    caller.other = this;
  }

  boolean isCallerOf(FieldList head) {
    return isCaller && sentHeads.getFirst().equals(head.toString());
  }

  // ---- acting ----------------------------------------------------------------------------------

  void act() {
    if (isDone()) {
      letGo();
      return;
    }
    switch (pair.random().nextInt(16)) {
      case 0, 1 -> sendHead();
      case 2, 3, 4, 5, 6 -> sendPayload(pair.payload(), false);
      case 7 -> sendPayload(pair.payload(), true);
      case 8 -> sendTrailers();
      case 9 -> resetStream();
      default -> returnCredit(pair.random().nextInt(unreturned + 1));
    }
  }

  /** Brings the call to its end. */
  void windUp() {
    if (isDone()) {
      return;
    }
    returnCredit(unreturned);
    sendHead();
    if (isCaller || in == In.ENDED) {
      sendPayload(new byte[0], true);
    }
  }

  void sendPayload(int length, boolean endStream) {
    byte[] payload = new byte[length];
    pair.random().nextBytes(payload);
    sendPayload(payload, endStream);
  }

  private void sendHead() {
    Http2Stream open = stream;
    if (out == Out.HEAD_DUE && open != null) {
      if (pair.random().nextInt(5) == 0) {
        open.sendHeaders(Wire.fields(":status", "103"), false);
      }
      FieldList head = pair.fields(":status", "200");
      boolean end = pair.random().nextInt(6) == 0;
      sends(head, end);
      open.sendHeaders(head, end);
    }
  }

  private void sendPayload(byte[] payload, boolean endStream) {
    Http2Stream open = stream;
    if (out != Out.OPEN || open == null) {
      return;
    }
    sent.writeBytes(payload);
    out = endStream ? Out.ENDED : Out.OPEN;
    ByteBuf bytes = pair.buffer(payload);
    int before = undrained;
    undrained += payload.length;
    int now = open.sendData(bytes, bytes.readerIndex(), payload.length, endStream);
    assertThat(now).isBetween(0, payload.length);
    assertThat(before == 0 || now == 0 || isDone()).as("nothing overtakes").isTrue();
    undrained -= now;
    bytes.release();
  }

  private void sendTrailers() {
    Http2Stream open = stream;
    if (out == Out.OPEN && open != null) {
      FieldList trailers = pair.fields("grpc-status", "0");
      sends(trailers, true);
      open.sendHeaders(trailers, true);
      trailers.clear();
    }
  }

  private void resetStream() {
    Http2Stream open = stream;
    if (open != null && !pair.isWinding() && pair.random().nextInt(3) == 0) {
      reset = true;
      open.reset(ErrorCode.CANCEL);
    }
  }

  private void returnCredit(int bytes) {
    if (stream != null) {
      unreturned -= bytes;
      stream.returnCredit(bytes);
    }
  }

  void sends(FieldList fields, boolean endStream) {
    sentHeads.add(fields.toString());
    out = endStream ? Out.ENDED : Out.OPEN;
  }

  /** Gives the object of a closed stream back. */
  private void letGo() {
    if (stream != null && !stream.isOpen()) {
      stream.release();
      stream = null;
    }
  }

  private boolean isDone() {
    return stream == null || !stream.isOpen();
  }

  // ---- hearing ---------------------------------------------------------------------------------

  @Override
  public void onHeaders(Http2Stream from, FieldList fields, boolean endStream) {
    checkAlive(from);
    assertThat(in == In.OPEN && !endStream).as("trailers end").isFalse();
    heardHeads.add(fields.toString());
    in = endStream ? In.ENDED : In.OPEN;
    checkPrefix();
    react();
  }

  @Override
  public void onData(Http2Stream from, ByteBuf source, int offset, int length, boolean endStream) {
    checkAlive(from);
    assertThat(in).isEqualTo(In.OPEN);
    assertThat(length > 0 || endStream).as("no empty pieces").isTrue();
    byte[] copy = new byte[length];
    source.getBytes(offset, copy);
    heard.writeBytes(copy);
    unreturned += length;
    in = endStream ? In.ENDED : In.OPEN;
    checkPrefix();
    react();
  }

  @Override
  public void onDrained(Http2Stream from, int bytes) {
    assertThat(from).isSameAs(stream);
    assertThat(bytes).isBetween(1, undrained);
    undrained -= bytes;
    react();
  }

  @Override
  public void onReset(Http2Stream from, StreamReset why) {
    assertThat(from).isSameAs(stream);
    assertThat(reset).as("one end").isFalse();
    assertThat(why.cause()).as(why.detail()).isNotEqualTo(StreamReset.Cause.PEER_FAULT);
    assertThat(from.isOpen()).isFalse();
    if (why.cause() == StreamReset.Cause.NOT_PROCESSED) {
      assertThat(other).as("not looked at").isNull();
    }
    reset = true;
    react();
  }

  /** Users act when they hear something, too. */
  private void react() {
    if (pair.random().nextInt(3) == 0) {
      act();
    }
  }

  private void checkAlive(Http2Stream from) {
    assertThat(from).isSameAs(stream);
    assertThat(reset).as("nothing behind a reset").isFalse();
    assertThat(in).as("nothing behind the end").isNotEqualTo(In.ENDED);
  }

  /** What was heard is what the other side sent, up to some point; all of it at the end. */
  private void checkPrefix() {
    FuzzedHalf sender = other;
    if (sender == null) {
      throw new AssertionError("nobody sends to this side yet");
    }
    byte[] all = sender.sent.toByteArray();
    byte[] some = heard.toByteArray();
    assertThat(some.length).isLessThanOrEqualTo(all.length);
    assertThat(Arrays.equals(all, 0, some.length, some, 0, some.length)).as("payload").isTrue();
    assertThat(sender.sentHeads).startsWith(heardHeads.toArray(String[]::new));
    if (in == In.ENDED) {
      assertThat(sender.out).isEqualTo(Out.ENDED);
      assertThat(some).hasSize(all.length);
      assertThat(heardHeads).hasSameSizeAs(sender.sentHeads);
    }
  }

  void checkEnded() {
    assertThat(isDone()).isTrue();
    boolean complete = in == In.ENDED && out == Out.ENDED;
    boolean early = !isCaller && out == Out.ENDED;
    assertThat(reset || complete || early).as("ended").isTrue();
    letGo();
  }
}
