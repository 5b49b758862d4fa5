package dev.weir.listener;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.ConductLimits;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.LocalConnection;
import dev.weir.http2.PeerFault;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import dev.weir.http2.Timeouts;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A new connection before a gateway that answers each request when it is whole, as text: what the
 * gateway heard and what the client gets. Time stands still.
 */
final class Http1Scene implements Protocols, ConnectionHandler, AutoCloseable {
  private static final Pattern ANSWER = Pattern.compile("HTTP/1\\.1 200 OK\r\n");

  private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final ConnectionLoop loop =
      new ConnectionLoop(channel.eventLoop(), () -> 0, Timeouts.DEFAULTS, 0);
  private final StringBuilder heard = new StringBuilder();
  private final StringBuilder sent = new StringBuilder();
  private final StringBuilder faults = new StringBuilder();
  private int answers;

  Http1Scene() {
    channel.freezeTime();
    channel.config().setAllocator(allocator);
    channel.pipeline().addLast(new FirstBytes(this, 8080, Duration.ofSeconds(5), new Spoken(null)));
  }

  void receive(byte[] bytes) {
    if (!channel.isActive() || bytes.length == 0) {
      return;
    }
    channel.writeInbound(allocator.buffer(bytes.length).writeBytes(bytes));
    channel.runPendingTasks();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      sent.append(out.toString(ISO_8859_1));
      out.release();
    }
  }

  /** What holds whatever came. */
  void check() {
    channel.checkException();
    assertThat(ANSWER.matcher(sent).results().count()).isEqualTo(answers);
  }

  @Override
  public void close() {
    channel.close();
    channel.runPendingTasks();
    channel.finishAndReleaseAll();
    long held = allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory();
    assertThat(held).as("bytes of buffers held").isZero();
  }

  @Override
  public String toString() {
    return heard + "\n" + sent + "\n" + faults + (channel.isActive() ? "open" : "closed");
  }

  // ---- the gateway -----------------------------------------------------------------------------

  @Override
  public ChannelHandler http2(Channel on, int port, boolean over) {
    heard.append("http2 ");
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        heard.append(bytes.toString(ISO_8859_1));
        bytes.release();
      }
    };
  }

  @Override
  public ChannelHandler http1(Channel on, int port, boolean over) {
    heard.append("http1 ");
    return new Http1Handler(
        loop,
        ConductLimits.DOWNSTREAM,
        (fault, detail) -> onPeerFault(on, port, fault, detail),
        over,
        client -> {
          var local = new LocalConnection(loop, on.alloc(), Http2Limits.DOWNSTREAM, client, this);
          return local.client();
        });
  }

  @Override
  public void onPeerFault(Channel on, int port, PeerFault fault, String detail) {
    faults.append(fault.label()).append(' ');
  }

  @Override
  public void perform(Channel on, Runnable work) {
    work.run();
  }

  @Override
  public void shakeHands(Channel on, Runnable work) {
    throw new AssertionError("there is no TLS here");
  }

  @Override
  public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
    heard.append('\n').append(head).append(endStream ? " end " : " ");
    Request request = new Request();
    if (endStream) {
      request.answer(stream);
    }
    return request;
  }

  @Override
  public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {
    heard.append("oversized ");
  }

  @Override
  public void onFailure(Throwable cause) {
    throw new AssertionError(cause);
  }

  private final class Request implements StreamHandler {
    void answer(Http2Stream stream) {
      answers++;
      FieldList head = new FieldList();
      head.add(HeaderField.of(HeaderName.STATUS, "200"));
      stream.sendHeaders(head, true);
    }

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
      heard.append(fields).append(endStream ? " end " : " ");
      answer(stream);
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      heard.append(source.toString(offset, length, ISO_8859_1));
      stream.returnCredit(length);
      if (endStream) {
        heard.append(" end ");
        answer(stream);
      }
    }

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      heard.append("reset ").append(reset.cause());
    }
  }
}
