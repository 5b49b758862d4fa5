package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of an HTTP/2 connection inside of one event loop, joined without a socket. What speaks
 * another protocol at the edge opens streams on the client's end, and everything behind it sees
 * HTTP/2 only.
 */
public final class LocalConnection {
  private final End clientEnd = new End();
  private final End serverEnd = new End();
  private final ConnectionLoop loop;
  private final ByteBufAllocator allocator;
  private final ClientConnection client;
  private final ServerConnection server;

  /** Makes a connection that is ready for streams. */
  public LocalConnection(
      ConnectionLoop loop,
      ByteBufAllocator allocator,
      Http2Limits limits,
      ConnectionHandler clientHandler,
      ConnectionHandler serverHandler) {
    this.loop = loop;
    this.allocator = allocator;
    Http2Limits own = limits.with(ConductLimits.NONE);
    this.client = new ClientConnection(loop, own, clientHandler, clientEnd);
    this.server = new ServerConnection(loop, own, serverHandler, serverEnd);
    clientEnd.join(client, server);
    serverEnd.join(server, client);
    client.start();
    server.start();
    while (clientEnd.hasOutput() || serverEnd.hasOutput()) {
      clientEnd.carry();
      serverEnd.carry();
    }
  }

  public ClientConnection client() {
    return client;
  }

  public ServerConnection server() {
    return server;
  }

  /**
   * One end: what it sends, the other receives when the loop's iteration ends. Never earlier: then
   * each would be called in the middle of the other's work.
   */
  private final class End implements Transport, ConnectionLoop.Flushable {
    private final ArrayDeque<ByteBuf> underWay = new ArrayDeque<>();
    private final Consumer<ByteBuf> send = underWay::add;
    private @Nullable Http2Connection from;
    private @Nullable Http2Connection to;
    private boolean listed;
    private boolean closing;

    void join(Http2Connection sender, Http2Connection receiver) {
      from = sender;
      to = receiver;
    }

    boolean hasOutput() {
      return from != null && !from.output().isEmpty();
    }

    @Override
    public void outputPending() {
      if (!listed) {
        listed = true;
        loop.flushLater(this);
      }
    }

    @Override
    public void flushNow() {
      // The windows bound what gathers until the end of the iteration.
    }

    @Override
    public void closeAfterFlush() {
      closing = true;
      outputPending();
    }

    @Override
    public void flush() {
      listed = false;
      carry();
      if (closing && to != null) {
        to.lost("closed");
      }
    }

    private void carry() {
      if (from == null || to == null || from.output().isEmpty()) {
        return;
      }
      from.output().drainTo(allocator, send);
      from.outputHandedOver();
      from.writable(true);
      for (ByteBuf bytes = underWay.poll(); bytes != null; bytes = underWay.poll()) {
        try {
          to.receive(bytes);
        } catch (RuntimeException e) {
          to.handler.onFailure(e);
          to.broken(e.toString());
        } finally {
          bytes.release();
        }
      }
    }
  }
}
