package dev.weir.engine;

import static dev.weir.engine.Simulation.require;

import dev.weir.http2.Http2ChannelHandler;
import dev.weir.http2.Http2Connection;
import dev.weir.upstream.Connector;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelPromise;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** All connections of the gateway, and those that are being made. */
final class SimulatedNetwork implements Connector {
  private static final long START_TIMEOUT = 5_000_000_000L;

  private final Simulation simulation;
  private final SplittableRandom random;
  private final List<Connection> connections = new ArrayList<>();
  private final List<Connecting> connecting = new ArrayList<>();
  private int servers;

  /** A connection with both its ends. */
  record Connection(Link link, Http2Connection gateway) {

    SimulatedPeer peer() {
      return link.peer();
    }

    /** Whether both ends are there and mean well, so that what they know of it must agree. */
    boolean isSound() {
      return !gateway.isOver() && peer().isGreeted() && !peer().isEnded() && !peer().isGuilty();
    }
  }

  /** How a server takes a connection. */
  private enum Welcome {
    ACCEPT,
    REFUSE,
    STAY_MUTE
  }

  private record Connecting(SimulatedServer server, ChannelPromise promise, Welcome welcome) {}

  SimulatedNetwork(Simulation simulation) {
    this.simulation = simulation;
    this.random = simulation.random();
  }

  List<Connection> connections() {
    return connections;
  }

  // ---- connecting ------------------------------------------------------------------------------

  /** As {@link Engine#http2} does. */
  void accept(SimulatedClient client, EngineLoop engine, int port) {
    DownstreamConnection downstream =
        new DownstreamConnection(
            engine, port, simulation.downstreamLimits(), new InetSocketAddress(0), null);
    Http2ChannelHandler handler =
        Http2ChannelHandler.server(
            simulation.connectionLoop(), simulation.downstreamLimits(), downstream, START_TIMEOUT);
    downstream.attach(handler.connection());
    SimulatedChannel channel = client.link.channel();
    engine.connections().add(downstream);
    channel.closeFuture().addListener(_ -> engine.connections().remove(downstream));
    channel.accepted();
    join(client.link, handler);
  }

  private void join(Link link, Http2ChannelHandler handler) {
    connections.add(new Connection(link, handler.connection()));
    link.channel().pipeline().addLast(new Watched(simulation::failed, handler));
    simulation.eventLoop().register(link.channel());
  }

  @Override
  public ChannelFuture connect(InetSocketAddress address, ChannelHandler handler) {
    SimulatedServer server = new SimulatedServer(simulation, "server " + ++servers);
    Welcome welcome = welcome();
    server.note("is at " + address.getPort() + ", to " + welcome);
    join(server.link, (Http2ChannelHandler) handler);
    server.link.channel().closeFuture().addListener(_ -> simulation.trouble());
    ChannelPromise promise = server.link.channel().newPromise();
    connecting.add(new Connecting(server, promise, welcome));
    return promise;
  }

  private Welcome welcome() {
    if (simulation.isCalm() || simulation.isWinding() || random.nextInt(6) > 0) {
      return Welcome.ACCEPT;
    }
    return random.nextInt(3) > 0 ? Welcome.REFUSE : Welcome.STAY_MUTE;
  }

  /** One of the attempts to connect comes to its end. */
  boolean finishConnecting() {
    if (connecting.isEmpty()) {
      return false;
    }
    Connecting next = connecting.remove(random.nextInt(connecting.size()));
    SimulatedChannel channel = next.server.link.channel();
    if (!channel.isOpen()) {
      next.promise.tryFailure(new ClosedChannelException());
      next.server.end();
    } else if (next.welcome == Welcome.REFUSE) {
      simulation.trouble();
      next.server.end();
      next.server.link.close();
      channel.notConnected(next.promise, new ConnectException("Connection refused"));
    } else {
      channel.connected(next.promise);
      welcome(next);
    }
    return true;
  }

  private void welcome(Connecting next) {
    if (next.welcome == Welcome.STAY_MUTE) {
      simulation.trouble();
      next.server.stayMute();
    } else {
      next.server.speak();
    }
  }

  // ---- what moves ------------------------------------------------------------------------------

  /** Brings some bytes of some connection forward. */
  void deliver() {
    Link link = connections.get(random.nextInt(connections.size())).link;
    int most =
        switch (random.nextInt(4)) {
          case 0 -> 1 + random.nextInt(20);
          case 1 -> 1 + random.nextInt(2000);
          default -> 1 + random.nextInt(100_000);
        };
    if (random.nextBoolean()) {
      link.deliverToGateway(most);
    } else {
      link.deliverToPeer(most);
    }
    if (random.nextInt(3) == 0) {
      finishConnecting();
    }
  }

  /** Brings everything forward; whether anything moved. */
  boolean deliverAll() {
    boolean moved = false;
    while (finishConnecting()) {
      moved = true;
    }
    for (int i = 0; i < connections.size(); i++) {
      Link link = connections.get(i).link;
      link.stall(false);
      moved |= link.deliverToGateway(Integer.MAX_VALUE);
      moved |= link.deliverToPeer(Integer.MAX_VALUE);
    }
    return moved;
  }

  void actOfServer() {
    SimulatedPeer peer = connections.get(random.nextInt(connections.size())).peer();
    if (peer instanceof SimulatedServer server) {
      server.act();
    }
  }

  void actOfServers() {
    for (int i = 0; i < connections.size(); i++) {
      if (connections.get(i).peer() instanceof SimulatedServer server) {
        server.act();
      }
    }
  }

  void toggleStall() {
    Link link = connections.get(random.nextInt(connections.size())).link;
    link.stall(!link.isStalled());
  }

  /** Whether nothing is on its way. */
  boolean isIdle() {
    return connecting.isEmpty() && connections.stream().allMatch(c -> c.link.isIdle());
  }

  /** Whether a server goes or is gone, and the gateway may not know of it. */
  boolean isAnyBroken() {
    return connections.stream()
        .anyMatch(c ->
            c.link.channel().isOpen()
                && c.peer() instanceof SimulatedServer server
                && (server.isBroken() || server.isLeaving()));
  }

  /** Whether each connection is either sound or gone. */
  boolean isAllSound() {
    return connections.stream().allMatch(c -> c.isSound() || c.link.isOver());
  }

  // ---- the end ---------------------------------------------------------------------------------

  void checkOver() {
    for (Connection connection : connections) {
      require(
          connection.gateway.isOver() || !connection.link.wasConnected(),
          () -> connection.peer().name() + " still connected");
      require(connection.gateway.openStreams() == 0, () -> connection.peer().name() + " streams");
      require(!connection.link.channel().isOpen(), () -> connection.peer().name() + " open");
    }
  }
}
