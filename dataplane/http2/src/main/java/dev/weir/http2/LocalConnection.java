package dev.weir.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
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
    this.client = new ClientConnection(loop, limits, clientHandler, clientEnd);
    this.server = new ServerConnection(loop, limits, serverHandler, serverEnd);
    clientEnd.join(client, server);
    serverEnd.join(server, client);
    client.start();
    server.start();
    while (clientEnd.hasOutput() || serverEnd.hasOutput()) {
      clientEnd.flushNow();
      serverEnd.flushNow();
    }
  }

  public ClientConnection client() {
    return client;
  }

  public ServerConnection server() {
    return server;
  }

  /** One end: what it sends, the other receives when the loop's iteration ends. */
  private final class End implements Transport, ConnectionLoop.Flushable {
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
    public void flush() {
      listed = false;
      flushNow();
      if (closing && to != null) {
        to.lost("closed");
      }
    }

    @Override
    public void flushNow() {
      if (from != null && !from.output().isEmpty()) {
        from.output().drainTo(allocator, this::deliver);
        from.writable(true);
      }
    }

    @Override
    public void closeAfterFlush() {
      closing = true;
      outputPending();
    }

    private void deliver(ByteBuf bytes) {
      try {
        if (to != null) {
          to.receive(bytes);
        }
      } finally {
        bytes.release();
      }
    }
  }
}
