package dev.weir.admin;

import dev.weir.compiler.Deployment;
import dev.weir.compiler.Reload;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ControlFiles;
import dev.weir.model.GatewayConfig.KeyRules;
import dev.weir.model.KeyReader;
import dev.weir.model.Problem;
import dev.weir.model.Secret;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the control API over HTTP/2 in clear text on a loopback port that the system chooses: the
 * data plane sends there what is for it, and does on its ports what a server in the open has to.
 * For any thread.
 */
public final class ControlServer implements AutoCloseable {
  private static final int MAX_REQUESTS = WriteBudget.MEBIBYTES + 64;

  /** As many, since one of HTTP/1 has one request: there is room for those who read here, too. */
  private static final int MAX_CONNECTIONS = MAX_REQUESTS;

  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

  /** The body of an answer does not wait for the gateway to have acknowledged its head. */
  private static final SocketOptions AT_ONCE = SocketOptions.builder().tcpNoDelay(true).build();

  private static final String LOCAL = "local";

  private final WebServer server;
  private final ControlHandler handler;
  private final @Nullable Path socket;

  private ControlServer(WebServer server, ControlHandler handler, @Nullable Path socket) {
    this.server = server;
    this.handler = handler;
    this.socket = socket;
  }

  /**
   * Binds a port; requests are answered with 503 until {@link #serve}. May be done beside the rest
   * of a start, since it takes as long as that.
   *
   * @param secret what callers have to know; set
   * @param files where commands on this machine look for it
   * @throws IOException when no port can be had
   */
  public static ControlServer start(Secret secret, ControlFiles files) throws IOException {
    var handler = new ControlHandler(secret);
    var routing = HttpRouting.builder().any(handler);
    Optional<UnixDomainSocketAddress> local = LocalSocket.claim(files);
    WebServerConfig.Builder all =
        WebServer.builder()
            .bindAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .shutdownHook(false)
            .maxTcpConnections(MAX_CONNECTIONS)
            .maxConcurrentRequests(MAX_REQUESTS)
            .idleConnectionTimeout(IDLE_TIMEOUT)
            .connectionOptions(AT_ONCE)
            .routing(routing);
    local.ifPresent(address ->
        all.putSocket(
            LOCAL,
            ListenerConfig.builder()
                .bindAddress(address)
                .maxTcpConnections(MAX_CONNECTIONS)
                .maxConcurrentRequests(MAX_REQUESTS)
                .idleConnectionTimeout(IDLE_TIMEOUT)
                .routing(routing.copy())
                .build()));
    WebServer server = all.build().start();
    if (!server.isRunning()) {
      throw new IOException("no port can be had for the control API");
    }
    return new ControlServer(
        server, handler, local.map(UnixDomainSocketAddress::getPath).orElse(null));
  }

  /**
   * Begins to answer.
   *
   * @param reload reloads the API definitions and returns when that is done
   */
  public void serve(Deployment deployment, ControlDocuments documents, Supplier<Reload> reload) {
    Supplier<List<Problem>> written = () -> documents.atOnce() ? inTheWay(reload.get()) : List.of();
    var policies = new PolicyFiles(documents.policies());
    Supplier<Map<String, ApiDefinition>> served = () -> deployment.now().definitions();
    var apiFiles = new ApiFiles(documents.apiFolder(), documents.apis(), served);
    var apis = new ApiPaths(deployment, apiFiles, written);
    handler.serve(
        new ControlApi(
            new ReloadPaths(reload),
            apis,
            new OasPaths(apis),
            new CertificatePaths(
                documents.certificates(), documents.passphrase(), InstantSource.system()),
            new PolicyPaths(policies, documents.rights(), written),
            keys(documents, policies, served),
            new OrgKeyPaths(documents.keys(), InstantSource.system()),
            new CachePaths(deployment, documents.refetch()),
            new SnapshotPath(deployment)));
  }

  private static List<Problem> inTheWay(Reload reload) {
    return reload.problems().stream().filter(Problem::isError).toList();
  }

  private static KeyPaths keys(
      ControlDocuments documents,
      PolicyFiles policies,
      Supplier<Map<String, ApiDefinition>> served) {
    KeyRules rules = documents.keyRules();
    var tokens = new KeyTokens(rules.hashFunction());
    var keys = new StoredKeys(documents.keys(), tokens);
    var checks =
        new KeyChecks(
            new KeyReader(rules.allowsMasterKeys()),
            documents.rights(),
            policies::forKeys,
            documents.counting(),
            documents.certificates());
    var lifetimes = new SessionLifetimes(rules.lifetime(), served);
    var writes =
        new KeyWrites(
            rules, keys, checks, tokens, lifetimes, documents.quotas(), InstantSource.system());
    return new KeyPaths(rules, keys, checks, writes);
  }

  /** The port that is bound. */
  public int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
    if (socket != null) {
      socket.toFile().delete();
    }
  }
}
