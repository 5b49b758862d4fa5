package dev.weir.listener;

import dev.weir.http2.ClientConnection;
import dev.weir.http2.ConductLimits;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.PeerFault;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP/1.1 with a client and turns each request into a stream of a local HTTP/2 connection,
 * one after the other. Confined to the channel's event loop; sits behind Netty's server codec and a
 * flow control handler, from which it reads one message at a time.
 */
public final class Http1Handler extends ChannelInboundHandlerAdapter
    implements ConnectionHandler, StreamHandler {
  private final Http1Wait wait;
  private final Http1Input input;
  private final Http1Output output;
  private final BiConsumer<PeerFault, String> faults;
  private final Function<ConnectionHandler, ClientConnection> connect;
  private final boolean once;
  private @Nullable ChannelHandlerContext context;
  private @Nullable ClientConnection connection;
  private @Nullable Http2Stream stream;
  private boolean reading;
  private boolean wanted;
  private boolean awaiting;
  private boolean toHead;
  private boolean chunks;
  private boolean keepsAlive;
  private boolean requestEnded;
  private boolean responseBegun;
  private boolean closing;
  private int unsentCredit;

  /**
   * @param loop the event loop's connections
   * @param limits how long a client may take how little of a response that waits for it
   * @param faults hears what a client does that ends its connection
   * @param once whether the first answer is the last
   * @param connect opens the local connection, whose client's end this handler hears
   */
  public Http1Handler(
      ConnectionLoop loop,
      ConductLimits limits,
      BiConsumer<PeerFault, String> faults,
      boolean once,
      Function<ConnectionHandler, ClientConnection> connect) {
    this.wait = new Http1Wait(loop, this::onExpired);
    this.input = new Http1Input(wait, loop.buffered(), this::onNoRoom);
    this.output = new Http1Output(loop, limits, this::onStalled);
    this.faults = faults;
    this.once = once;
    this.connect = connect;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    connection = connect.apply(this);
    ctx.channel().config().setAutoRead(false);
    ctx.pipeline().addFirst(input);
    wait.begin(Http1Wait.For.HEAD, ctx.executor());
    readOn(ctx);
  }

  /**
   * Asks for the next message. One that has come already is handed over inside of the call, and
   * asks again: a loop, because recursion would be as deep as the client has sent messages.
   */
  private void readOn(ChannelHandlerContext ctx) {
    wanted = true;
    awaiting = true;
    if (reading) {
      return;
    }
    reading = true;
    try {
      while (wanted) {
        wanted = false;
        ctx.read();
      }
    } finally {
      reading = false;
    }
  }

  // ---- from the client -------------------------------------------------------------------------

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    awaiting = false;
    try {
      if (!closing) {
        read(ctx, (HttpObject) message);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** The flow control handler forgets a read that input has not satisfied when it ends. */
  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    if (awaiting) {
      readOn(ctx);
    }
  }

  private void read(ChannelHandlerContext ctx, HttpObject message) {
    Http1Rules.Refusal refusal = Http1Rules.refusal(message);
    if (refusal != null) {
      refuse(ctx, refusal);
    } else if (message instanceof HttpRequest request) {
      begin(ctx, request);
    } else if (message instanceof HttpContent content) {
      forward(ctx, content);
    }
  }

  private void refuse(ChannelHandlerContext ctx, Http1Rules.Refusal refusal) {
    faults.accept(refusal.fault(), refusal.sentence());
    if (stream != null) {
      stream.reset(ErrorCode.CANCEL);
      stream = null;
    }
    if (responseBegun) {
      ctx.close();
    } else {
      answerAndClose(ctx, refusal);
    }
  }

  private void begin(ChannelHandlerContext ctx, HttpRequest request) {
    wait.end();
    input.headEnded();
    toHead = request.method().equals(HttpMethod.HEAD);
    // HTTP/1.0 knows no chunks: the end of the connection is the end of the response.
    chunks = request.protocolVersion().compareTo(HttpVersion.HTTP_1_1) >= 0;
    keepsAlive = chunks && !once && HttpUtil.isKeepAlive(request);
    requestEnded =
        !HttpUtil.isContentLengthSet(request) && !HttpUtil.isTransferEncodingChunked(request);
    if (HttpUtil.is100ContinueExpected(request)) {
      ctx.writeAndFlush(
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
    }
    ClientConnection local = connection;
    FieldList head = Http1Heads.request(request);
    stream = local == null ? null : local.open(this, head, requestEnded);
    if (stream == null) {
      answerAndClose(ctx, HttpResponseStatus.SERVICE_UNAVAILABLE, "the gateway is shutting down");
    } else {
      readOn(ctx);
    }
  }

  private void forward(ChannelHandlerContext ctx, HttpContent content) {
    Http2Stream open = stream;
    if (open == null || requestEnded) {
      return;
    }
    ByteBuf bytes = content.content();
    requestEnded = content instanceof LastHttpContent;
    int length = bytes.readableBytes();
    int taken = open.sendData(bytes, bytes.readerIndex(), length, requestEnded);
    if (taken == length && !requestEnded) {
      readOn(ctx);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable() && stream != null && unsentCredit > 0) {
      stream.returnCredit(unsentCredit);
      unsentCredit = 0;
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    wait.end();
    input.headEnded();
    output.closed(ctx);
    if (connection != null) {
      connection.close(ErrorCode.NO_ERROR, "client closed");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  // ---- from the stream -------------------------------------------------------------------------

  @Override
  public void onHeaders(Http2Stream from, FieldList fields, boolean endStream) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || from != stream) {
      return;
    }
    if (responseBegun) {
      end(ctx, Http1Heads.trailers(fields));
      return;
    }
    responseBegun = true;
    HttpResponse response = Http1Heads.response(fields, toHead, endStream, chunks);
    HttpUtil.setKeepAlive(response, keepsAlive && requestEnded);
    ctx.write(response);
    if (endStream) {
      end(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
    } else {
      ctx.flush();
    }
  }

  @Override
  public void onData(Http2Stream from, ByteBuf source, int offset, int length, boolean endStream) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || from != stream) {
      return;
    }
    // A copy: while it waits for a slow reader it must not keep what all others are read into.
    ByteBuf payload = ByteBufAllocator.DEFAULT.directBuffer(length);
    ctx.writeAndFlush(new DefaultHttpContent(payload.writeBytes(source, offset, length)));
    output.written(ctx, length);
    if (endStream) {
      end(ctx, LastHttpContent.EMPTY_LAST_CONTENT);
    } else if (ctx.channel().isWritable()) {
      from.returnCredit(length);
    } else {
      unsentCredit += length;
    }
  }

  @Override
  public void onDrained(Http2Stream from, int bytes) {
    if (context != null && from.queuedBytes() == 0 && !requestEnded) {
      readOn(context);
    }
  }

  @Override
  public void onReset(Http2Stream from, StreamReset reset) {
    ChannelHandlerContext ctx = context;
    if (ctx == null || from != stream) {
      return;
    }
    stream = null;
    if (responseBegun) {
      ctx.close();
      return;
    }
    switch (reset.errorCode()) {
      // What HTTP/2 calls malformed, the client wrote.
      case ErrorCode.PROTOCOL_ERROR ->
          answerAndClose(
              ctx, HttpResponseStatus.BAD_REQUEST, "the head of the request is malformed");
      case ErrorCode.REFUSED_STREAM ->
          answerAndClose(
              ctx,
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              "there are too many calls; nothing was done for this one, try again later");
      default -> answerAndClose(ctx, HttpResponseStatus.BAD_GATEWAY, reset.detail());
    }
  }

  /** The response is complete: the next request, if the client may send one. */
  private void end(ChannelHandlerContext ctx, LastHttpContent last) {
    stream = null;
    responseBegun = false;
    unsentCredit = 0;
    ClientConnection local = connection;
    if (keepsAlive && requestEnded && local != null && !local.isDraining()) {
      ctx.writeAndFlush(last);
      wait.begin(Http1Wait.For.REQUEST, ctx.executor());
      readOn(ctx);
    } else {
      closeBehind(ctx, ctx.writeAndFlush(last));
    }
  }

  /** The gateway is draining: an idle connection closes now, a busy one after its response. */
  @Override
  public void onDraining() {
    if (stream == null && context != null) {
      context.close();
    }
  }

  // ---- the end ---------------------------------------------------------------------------------

  private void onExpired(Http1Wait.For awaited) {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      return;
    }
    switch (awaited) {
      case HEAD -> {
        String sentence =
            "the head of the request was not complete after %d s"
                .formatted(wait.limit(awaited).toSeconds());
        faults.accept(PeerFault.HEAD_TIMEOUT, sentence);
        answerAndClose(ctx, HttpResponseStatus.REQUEST_TIMEOUT, sentence);
      }
      case REQUEST, LAST_OUTPUT, CLOSE -> ctx.close();
    }
  }

  private void onStalled() {
    end(PeerFault.STALLED_READER, "the client does not take the response");
  }

  private void onNoRoom() {
    end(PeerFault.BUFFERS_FULL, "no room for the head of a request");
  }

  private void end(PeerFault fault, String detail) {
    if (context != null) {
      faults.accept(fault, detail);
      context.close();
    }
  }

  private void answerAndClose(
      ChannelHandlerContext ctx, HttpResponseStatus status, String sentence) {
    answerAndClose(ctx, new Http1Rules.Refusal(status, sentence));
  }

  private void answerAndClose(ChannelHandlerContext ctx, Http1Rules.Refusal refusal) {
    requestEnded = false;
    closeBehind(ctx, ctx.writeAndFlush(refusal.answer()));
  }

  /**
   * Closes when the last answer has left. While there may be more of a request, only our side: a
   * close on top of unread input would take the answer from the client (RFC 9112, 9.6).
   */
  private void closeBehind(ChannelHandlerContext ctx, ChannelFuture last) {
    closing = true;
    wait.begin(Http1Wait.For.LAST_OUTPUT, ctx.executor());
    last.addListener(
        (ChannelFutureListener)
            sent -> {
              if (!requestEnded
                  && sent.isSuccess()
                  && sent.channel() instanceof DuplexChannel duplex) {
                duplex.shutdownOutput();
                duplex.config().setAutoRead(true);
                wait.begin(Http1Wait.For.CLOSE, ctx.executor());
              } else {
                sent.channel().close();
              }
            });
  }

  @Override
  public StreamHandler onRequest(Http2Stream opened, FieldList head, boolean endStream) {
    throw new IllegalStateException("a server opens no streams");
  }

  @Override
  public void onOversizedRequest(Http2Stream opened, FieldList head, HeaderListSize size) {
    throw new IllegalStateException("a server opens no streams");
  }
}
