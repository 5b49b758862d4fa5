package dev.weir.listener;

import static io.netty.handler.ssl.ApplicationProtocolNames.HTTP_1_1;
import static io.netty.handler.ssl.ApplicationProtocolNames.HTTP_2;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.stream.Collectors.joining;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslClientHelloHandler;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first message of a TLS client and begins the handshake with the certificate for the
 * host that it means. Whoever offers no protocol that is spoken here is told so by an alert.
 */
final class TlsHello extends SslClientHelloHandler<ServerNames.Answer> {
  /** Honest ones have less than 2 KiB; one that comes in pieces is kept until it is whole. */
  private static final int MAX_HELLO_BYTES = 16 << 10;

  private static final int HANDSHAKE = 22;
  private static final int RECORD_LENGTH_AT = 3;
  private static final int MESSAGE_LENGTH_AT = 6;
  private static final int HEADER_BYTES = 9;
  private static final int MAX_TOLD = 5;
  private static final int MAX_TOLD_CHARS = 20;
  private static final int UNEXPECTED_MESSAGE = 10;
  private static final int RECORD_OVERFLOW = 22;
  private static final int DECODE_ERROR = 50;
  private static final int NO_APPLICATION_PROTOCOL = 120;

  private final Protocols protocols;
  private final Spoken spoken;
  private final Handshake handshake;
  private TlsPort tls;
  private @Nullable String host;
  private boolean refused;

  /**
   * @param tls what the port speaks now, for clients whose hello comes when it speaks clear text
   * @param handshake the handler behind this one
   */
  TlsHello(Protocols protocols, Spoken spoken, TlsPort tls, Handshake handshake) {
    super(MAX_HELLO_BYTES);
    this.spoken = spoken;
    this.protocols = protocols;
    this.tls = tls;
    this.handshake = handshake;
  }

  /** The lengths say at once what Netty finds out when it has a whole record, or waits for. */
  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf bytes, List<Object> out)
      throws Exception {
    if (isTooLong(bytes)) {
      refuse(ctx, new Refused(alert(RECORD_OVERFLOW), "a hello of more than 16 KiB"));
    } else {
      super.decode(ctx, bytes, out);
    }
  }

  /**
   * @param bytes from the beginning of the connection
   */
  private static boolean isTooLong(ByteBuf bytes) {
    int begin = bytes.readerIndex();
    return bytes.readableBytes() >= HEADER_BYTES
        && bytes.getByte(begin) == HANDSHAKE
        && (bytes.getUnsignedShort(begin + RECORD_LENGTH_AT) > MAX_HELLO_BYTES
            || isLongMessage(bytes, begin));
  }

  /** One whose length is in fragments is measured when they are put together. */
  private static boolean isLongMessage(ByteBuf bytes, int begin) {
    return bytes.getUnsignedShort(begin + RECORD_LENGTH_AT) >= Integer.BYTES
        && bytes.getUnsignedMedium(begin + MESSAGE_LENGTH_AT) > MAX_HELLO_BYTES;
  }

  @Override
  protected Future<ServerNames.Answer> lookup(ChannelHandlerContext ctx, @Nullable ByteBuf bytes) {
    try {
      return inTurn(ctx, choose(bytes));
    } catch (Refused e) {
      return ctx.executor().newFailedFuture(e);
    }
  }

  /**
   * A handshake costs as much as a hundred calls, and many may begin at once. Not within this read:
   * the pipeline would have the bytes wait for its end, after which nobody measures what they cost.
   */
  private Future<ServerNames.Answer> inTurn(ChannelHandlerContext ctx, ServerNames.Answer answer) {
    Promise<ServerNames.Answer> turn = ctx.executor().newPromise();
    Runnable begin = () -> turn.setSuccess(answer);
    ctx.executor().execute(() -> protocols.shakeHands(ctx.channel(), begin));
    return turn;
  }

  private ServerNames.Answer choose(@Nullable ByteBuf bytes) throws Refused {
    if (bytes == null) {
      throw withoutHello();
    }
    ClientHello hello = read(bytes);
    host = hello.serverName();
    tls = Objects.requireNonNullElse(spoken.now(), tls);
    if (!hello.protocols().isEmpty() && hello.protocols().stream().noneMatch(this::isSpoken)) {
      throw new Refused(
          alert(NO_APPLICATION_PROTOCOL),
          "offers %s (expected: %s)".formatted(told(hello.protocols()), spoken()));
    }
    return tls.names().find(host, hello.keys());
  }

  private Refused withoutHello() {
    if (ProxyHeader.begins(internalBuffer())) {
      return new Refused(alert(UNEXPECTED_MESSAGE), ProxyHeader.REFUSED);
    }
    return mayBeText()
        ? new Refused(Refused.IN_CLEAR_TEXT, "no TLS")
        : new Refused(alert(UNEXPECTED_MESSAGE), "begins without a hello");
  }

  /** Whether this looks like HTTP, of either version, in clear text. */
  private boolean mayBeText() {
    ByteBuf bytes = internalBuffer();
    int first = bytes.isReadable() ? bytes.getByte(bytes.readerIndex()) : 0;
    return first >= 'A' && first <= 'Z';
  }

  private static ClientHello read(ByteBuf bytes) throws Refused {
    try {
      return ClientHello.read(bytes);
    } catch (ClientHello.Malformed e) {
      throw new Refused(alert(DECODE_ERROR), "malformed hello: " + e.getMessage());
    }
  }

  private boolean isSpoken(String protocol) {
    return protocol.equals(HTTP_1_1) || (tls.http2() && protocol.equals(HTTP_2));
  }

  private String spoken() {
    return tls.http2() ? HTTP_2 + " or " + HTTP_1_1 : HTTP_1_1 + ", h2 takes enable_http2";
  }

  /** Names of protocols are any bytes, and a client's to choose. */
  private static String told(List<String> offered) {
    String some = offered.stream().limit(MAX_TOLD).map(TlsHello::printable).collect(joining(", "));
    int more = offered.size() - MAX_TOLD;
    return more > 0 ? some + " and " + more + " more" : some;
  }

  private static String printable(String protocol) {
    StringBuilder name = new StringBuilder();
    for (int i = 0; i < Math.min(protocol.length(), MAX_TOLD_CHARS); i++) {
      char c = protocol.charAt(i);
      name.append(c > ' ' && c < 0x7f ? c : '?');
    }
    return name.toString();
  }

  @Override
  protected void onLookupComplete(ChannelHandlerContext ctx, Future<ServerNames.Answer> chosen) {
    if (ctx.isRemoved()) {
      return; // the client has gone while it waited for its turn
    }
    if (chosen.isSuccess()) {
      ServerNames.Answer answer = chosen.getNow();
      SslHandler handler = answer.newHandler(ctx.alloc());
      handler.setHandshakeTimeoutMillis(0); // it began before this
      handshake.answeredBy(answer, host);
      ctx.pipeline().replace(this, null, handler);
    } else if (chosen.cause() instanceof Refused why) {
      refuse(ctx, why);
    }
  }

  private void refuse(ChannelHandlerContext ctx, Refused why) {
    if (!refused) {
      refused = true;
      handshake.fail(ctx, String.valueOf(why.getMessage()));
      ctx.writeAndFlush(Unpooled.wrappedBuffer(why.answer))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** An alert that ends a connection before TLS has begun (RFC 8446, 6). */
  private static byte[] alert(int description) {
    return new byte[] {21, 3, 3, 0, 2, 2, (byte) description};
  }

  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    /** What clients show that speak HTTP/1.1, and some others. */
    static final byte[] IN_CLEAR_TEXT =
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\nthis port speaks TLS\n"
            .getBytes(US_ASCII);

    private final transient byte[] answer;

    Refused(byte[] answer, String why) {
      super(why, null, false, false);
      this.answer = answer;
    }
  }
}
