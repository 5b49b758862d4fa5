package dev.weir.demo;

import dev.weir.http2.ClientConnection;
import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.Http2Limits;
import io.netty.channel.ChannelFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Makes one call to a greeter, as any gRPC client would. */
public final class DemoClient {
  private static final long PATIENCE_SECONDS = 5;

  private DemoClient() {}

  /**
   * Says hello without TLS and waits for the answer.
   *
   * @throws IOException when there is no answer, or it is an error
   */
  public static String sayHello(DemoLoop loop, InetSocketAddress address, String name)
      throws IOException {
    CompletableFuture<byte[]> reply = new CompletableFuture<>();
    String authority = address.getHostString() + ":" + address.getPort();
    ClientSide call =
        new ClientSide(Heads.request(authority, Greeter.SAY_HELLO), Hello.of(name), reply);
    Http2ChannelHandler handler =
        Http2ChannelHandler.client(
            loop.connections(), Http2Limits.UPSTREAM, call, DemoLoop.START_TIMEOUT_NANOS);
    call.use((ClientConnection) handler.connection());
    ChannelFuture connected = loop.client().handler(handler).connect(address);
    connected.addListener(done -> {
      if (!done.isSuccess()) {
        reply.completeExceptionally(done.cause());
      }
    });
    try {
      return Hello.text(reply.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("no answer in " + PATIENCE_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      connected.channel().close();
    }
  }
}
