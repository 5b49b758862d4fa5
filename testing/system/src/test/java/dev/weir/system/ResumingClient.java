package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.Patience;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * A client by BoringSSL that keeps the sessions of a port, and takes the last one with it whatever
 * host it asks for next.
 */
final class ResumingClient implements AutoCloseable {
  private static final byte[] REQUEST =
      "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(US_ASCII);

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final SslContext context;
  private boolean tickets = true;

  /**
   * @param version by its name in Java
   * @param own what it shows when it is asked; null for nothing
   */
  ResumingClient(X509Certificate trusted, String version, @Nullable ServerCertificate own) {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.OPENSSL)
            .trustManager(trusted)
            .endpointIdentificationAlgorithm(null)
            .protocols(version);
    if (own != null) {
      builder.keyManager(own.key(), own.chain());
    }
    OpenSsl.ensureAvailability();
    context = Authority.build(builder);
  }

  /** Has it know no tickets, so that a server would have to remember the session. */
  ResumingClient withoutTickets() {
    tickets = false;
    return this;
  }

  /**
   * One connection with one request.
   *
   * @param resumed whether its handshake was a short one
   * @param serial of the certificate that was shown
   * @param answer up to the end
   */
  record Visit(boolean resumed, java.math.BigInteger serial, String answer) {}

  /**
   * Connects, asks for {@code /hello}, which is for the main port, and waits for the end.
   *
   * @throws IOException when the server does not let it in
   */
  Visit visit(int port, String host) throws IOException {
    var visitor = new Visitor(port, host);
    Channel channel =
        new Bootstrap()
            .group(loops)
            .channel(NioSocketChannel.class)
            .handler(visitor)
            .connect(InetAddress.getLoopbackAddress(), port)
            .syncUninterruptibly()
            .channel();
    try {
      return visitor.visit.get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no answer", e);
    } finally {
      channel.close().syncUninterruptibly();
    }
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  private final class Visitor extends ChannelInboundHandlerAdapter {
    final CompletableFuture<Visit> visit = new CompletableFuture<>();
    private final StringBuilder answer = new StringBuilder();
    private final int port;
    private final String host;
    private boolean resumed;

    Visitor(int port, String host) {
      this.port = port;
      this.host = host;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
      SslHandler handler = context.newHandler(ctx.alloc(), "127.0.0.1", port);
      SSLParameters parameters = handler.engine().getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(host)));
      handler.engine().setSSLParameters(parameters);
      if (tickets) {
        var engine = (ReferenceCountedOpenSslEngine) handler.engine();
        SSL.clearOptions(engine.sslPointer(), SSL.SSL_OP_NO_TICKET);
      }
      ctx.pipeline().addFirst(handler);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
      if (event instanceof SslHandshakeCompletionEvent end && end.isSuccess()) {
        resumed = SSL.isSessionReused(engine(ctx).sslPointer());
        ctx.writeAndFlush(Unpooled.wrappedBuffer(REQUEST));
      }
    }

    private static ReferenceCountedOpenSslEngine engine(ChannelHandlerContext ctx) {
      return (ReferenceCountedOpenSslEngine) ctx.pipeline().get(SslHandler.class).engine();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      answer.append(((ByteBuf) message).toString(US_ASCII));
      ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws SSLException {
      if (answer.isEmpty()) {
        visit.completeExceptionally(new IOException("closed without an answer"));
        return;
      }
      var shown = (X509Certificate) engine(ctx).getSession().getPeerCertificates()[0];
      visit.complete(new Visit(resumed, shown.getSerialNumber(), answer.toString()));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      visit.completeExceptionally(cause);
    }
  }
}
