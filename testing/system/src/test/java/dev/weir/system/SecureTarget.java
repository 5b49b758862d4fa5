package dev.weir.system;

import dev.weir.testkit.EchoBackend;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.netty.handler.ssl.SslContextBuilder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** A server behind TLS on the loopback address, and gateways that trust an authority with it. */
final class SecureTarget {
  static final String ADDRESS = "127.0.0.1";

  private final Authority authority;
  private final Queue<SSLSession> sessions = new ConcurrentLinkedQueue<>();

  /** With gateways that trust this authority. */
  SecureTarget(Authority authority) {
    this.authority = authority;
  }

  /** The TLS session of each call so far, as the server has it. */
  Queue<SSLSession> sessions() {
    return sessions;
  }

  EchoBackend backend(SslContextBuilder server) {
    return backend(0, server);
  }

  EchoBackend backend(int port, SslContextBuilder server) {
    return EchoBackend.start(
        "one",
        port,
        builder -> builder.sslContext(Authority.build(server)).intercept(new Sessions()));
  }

  TestGateway gateway(Map<String, Object> api, EchoBackend backend) {
    return gateway(api(api, backend.port()), Map.of());
  }

  TestGateway gateway(Api api, Map<String, Object> more) {
    var own = new LinkedHashMap<>(more);
    own.put("upstream_ca_file", authority.file());
    own.put("admin", Map.of("address", ADDRESS + ":0"));
    return TestGateway.configured(Map.of("weir", own), api);
  }

  static Api api(Map<String, Object> more, int port) {
    Api api = Api.of("echo", "https://" + ADDRESS + ":" + port);
    for (var entry : more.entrySet()) {
      api = api.with(entry.getKey(), entry.getValue());
    }
    return api;
  }

  /** Failed handshakes for this reason. */
  static double failures(TestGateway gateway, String reason) {
    return Metrics.at(gateway.adminPort())
        .values()
        .getOrDefault("weir_upstream_tls_failures_total{reason=\"" + reason + "\"}", 0.0);
  }

  /** Who the client of a session has proven to be, {@code CN=nobody} without a certificate. */
  static String peer(SSLSession session) {
    try {
      return session.getPeerPrincipal().getName();
    } catch (SSLPeerUnverifiedException e) {
      return "CN=nobody";
    }
  }

  private final class Sessions implements ServerInterceptor {
    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, R> call, Metadata metadata, ServerCallHandler<Q, R> next) {
      sessions.add(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
      return next.startCall(call, metadata);
    }
  }
}
