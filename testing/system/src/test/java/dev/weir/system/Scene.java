package dev.weir.system;

import dev.weir.testkit.Head;
import dev.weir.testkit.WirePeer;
import dev.weir.testkit.WireServer;
import java.util.function.UnaryOperator;

/** A scripted client, the gateway, and a scripted server behind it. */
final class Scene implements AutoCloseable {

  /** A path for calls whose name does not matter. */
  static final String PATH = "/pkg.Service/Method";

  private final WireServer server = WireServer.listen();
  private final TestGateway gateway;
  private final WirePeer client;

  private Scene(UnaryOperator<Api> api, int... clientSettings) {
    gateway = TestGateway.serving(api.apply(Api.of("scripted", server.target())));
    client = WirePeer.client(gateway.port(), clientSettings);
  }

  /** A client with these SETTINGS before an API with listen path "/". */
  static Scene open(int... clientSettings) {
    return new Scene(UnaryOperator.identity(), clientSettings);
  }

  /** A client before an API that is a little different. */
  static Scene of(UnaryOperator<Api> api) {
    return new Scene(api);
  }

  WirePeer client() {
    return client;
  }

  WireServer server() {
    return server;
  }

  TestGateway gateway() {
    return gateway;
  }

  /** Sends a unary request on stream 1 and plays it through to the server. */
  Upstream call() {
    client.sendRequest(1, PATH);
    WirePeer peer = server.accept();
    return new Upstream(peer, peer.expectRequest());
  }

  /**
   * The server's end of a call.
   *
   * @param peer the gateway's connection to the server
   * @param head the head of the request as the server got it
   */
  record Upstream(WirePeer peer, Head head) {
    int stream() {
      return head.stream();
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
    gateway.close();
  }
}
