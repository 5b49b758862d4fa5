package dev.weir.app;

import dev.weir.balance.Endpoint;
import dev.weir.balance.EndpointGroup;
import dev.weir.certificates.CertificateSource;
import dev.weir.certificates.CertificateSource.InUse;
import dev.weir.certificates.RevocationLists;
import dev.weir.cli.Version;
import dev.weir.compiler.ApiStatus;
import dev.weir.compiler.Deployment;
import dev.weir.compiler.ProofCounts;
import dev.weir.compiler.Reload;
import dev.weir.engine.CallRefusal;
import dev.weir.engine.Engine;
import dev.weir.engine.EngineCounts;
import dev.weir.engine.EngineSettings;
import dev.weir.http2.LoopTurns;
import dev.weir.http2.PeerFault;
import dev.weir.listener.ConnectionRefusal;
import dev.weir.listener.Connections;
import dev.weir.listener.Listeners;
import dev.weir.upstream.TlsFailure;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What a gateway has counted, as metrics. Nothing is kept here: each scrape reads the counters of
 * the event loops, so that a call costs the same whether anybody looks or not. Labels come from the
 * configuration and from closed sets, and as many from callers as there are methods to be told
 * apart.
 */
record GatewayMetrics(
    Engine engine,
    List<LoopTurns> turns,
    EngineSettings limits,
    Listeners listeners,
    Deployment deployment,
    CertificateSource certificates,
    Supplier<ProofCounts> logins,
    Supplier<ProofCounts> tokens,
    LongSupplier lostLogLines,
    LongSupplier lostAccessLogLines)
    implements MultiCollector {

  @Override
  public MetricSnapshots collect() {
    List<MetricSnapshot> all = new ArrayList<>();
    EngineCounts now = engine.counts();
    connections(now, all);
    calls(now, all);
    new ApiMetrics(engine.apiCounts()).addTo(all);
    logins(all);
    memory(now, all);
    all.add(turnTimes());
    all.add(faults());
    all.add(tlsFailures());
    all.add(endpoints());
    all.add(apiStates());
    all.add(
        gauge(
            "weir_generation",
            "Counts up with every configuration that is served.",
            deployment.now().generation()));
    all.add(reloads());
    all.add(certificateExpiry());
    revocationLists(all);
    all.add(
        counter("weir_log_lines_lost", "Lines that the log could not write.")
            .dataPoint(count(lostLogLines.getAsLong()))
            .build());
    all.add(
        counter("weir_access_log_lines_lost", "Calls that the access log has no line for.")
            .dataPoint(count(lostAccessLogLines.getAsLong()))
            .build());
    all.add(build());
    return new MetricSnapshots(all);
  }

  private void connections(EngineCounts now, List<MetricSnapshot> all) {
    Connections clients = listeners.connections();
    all.add(gauge("weir_connections_open", "Connections of clients.", clients.open()));
    all.add(
        gauge("weir_connections_limit", "Connections of clients there may be.", clients.most()));
    all.add(
        counter("weir_connections_accepted", "Connections of clients that were taken in.")
            .dataPoint(count(clients.accepted()))
            .build());
    CounterSnapshot.Builder refused =
        counter("weir_connections_refused", "Connections of clients that were not taken in.");
    for (ConnectionRefusal reason : ConnectionRefusal.values()) {
      refused.dataPoint(count(listeners.refused(reason), "reason", reason.label()));
    }
    all.add(refused.build());
    all.add(
        gauge(
            "weir_upstream_connections_open",
            "Connections to endpoints.",
            now.open().endpointConnections()));
  }

  private void calls(EngineCounts now, List<MetricSnapshot> all) {
    all.add(
        gauge("weir_streams_open", "Streams of clients, which are calls.", now.open().streams()));
    all.add(
        gauge(
            "weir_streams_limit",
            "Streams of clients there may be.",
            limits.process().streams().whole()));
    CounterSnapshot.Builder refused =
        counter("weir_calls_refused", "Calls that were refused before anything was done for them.");
    for (CallRefusal reason : CallRefusal.values()) {
      refused.dataPoint(count(engine.refused(reason), "reason", reason.label()));
    }
    all.add(refused.build());
    CounterSnapshot.Builder grpc =
        counter("weir_grpc_calls", "Calls of gRPC that have ended, by the status of the caller.");
    now.grpcCalls()
        .forEach((status, calls) -> grpc.dataPoint(count(calls, "status", status.name())));
    all.add(grpc.build());
    CounterSnapshot.Builder http =
        counter("weir_http_calls", "Other calls that have ended, by the class of their status.");
    now.httpCalls().forEach((status, calls) -> http.dataPoint(count(calls, "status", status)));
    all.add(http.build());
    CounterSnapshot.Builder failed =
        counter("weir_calls_failed", "Calls that the gateway itself ended, by what went wrong.");
    now.failedCalls()
        .forEach((kind, calls) -> failed.dataPoint(count(calls, "reason", kind.name())));
    all.add(failed.build());
  }

  private void logins(List<MetricSnapshot> all) {
    addTo(all, logins.get(), "logins", "Passwords", "compared");
    addTo(all, tokens.get(), "tokens", "Signed tokens", "checked");
  }

  private static void addTo(
      List<MetricSnapshot> all, ProofCounts now, String name, String what, String done) {
    all.add(
        gauge("weir_" + name + "_waiting", what + " that wait to be " + done + ".", now.waiting()));
    all.add(gauge("weir_" + name + "_limit", what + " that may wait.", now.most()));
    all.add(
        gauge(
            "weir_" + name + "_addresses",
            "Addresses that " + what.toLowerCase(Locale.ROOT) + " which wait are from.",
            now.addresses()));
  }

  private void memory(EngineCounts now, List<MetricSnapshot> all) {
    all.add(
        gauge(
            "weir_buffered_bytes",
            "Bytes that wait, those on the heap counted twice.",
            now.open().bufferedBytes()));
    all.add(
        gauge(
            "weir_buffered_bytes_limit",
            "Bytes that may wait.",
            limits.process().bufferedBytes().whole()));
    all.add(
        gauge(
            "weir_window_growth_bytes",
            "What windows have grown by, and payload that waits for its reader.",
            now.open().grownWindowBytes()));
    all.add(
        gauge(
            "weir_window_growth_bytes_limit",
            "What both may come to before windows grow no more.",
            limits.windowGrowthBytes()));
  }

  private MetricSnapshot turnTimes() {
    List<Double> bounds =
        Stream.concat(LoopTurns.SECONDS.stream(), Stream.of(Double.POSITIVE_INFINITY)).toList();
    HistogramSnapshot.Builder times =
        HistogramSnapshot.builder()
            .name("weir_loop_turn_seconds")
            .help("How long turns of the event loops took.");
    for (int loop = 0; loop < turns.size(); loop++) {
      LoopTurns theirs = turns.get(loop);
      times.dataPoint(
          HistogramSnapshot.HistogramDataPointSnapshot.builder()
              .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, theirs.turns()))
              .sum(theirs.seconds())
              .labels(Labels.of("loop", Integer.toString(loop)))
              .build());
    }
    return times.build();
  }

  private MetricSnapshot faults() {
    CounterSnapshot.Builder faults =
        counter("weir_peer_faults", "What peers did against HTTP or beyond a limit.");
    for (PeerFault fault : PeerFault.values()) {
      faults.dataPoint(
          count(engine.clientFaults(fault), "side", "client", "reason", fault.label()));
      faults.dataPoint(
          count(engine.serverFaults(fault), "side", "server", "reason", fault.label()));
    }
    return faults.build();
  }

  private MetricSnapshot tlsFailures() {
    CounterSnapshot.Builder failures =
        counter("weir_upstream_tls_failures", "Connections to endpoints that got no TLS.");
    for (TlsFailure failure : TlsFailure.values()) {
      failures.dataPoint(count(engine.tlsFailures(failure), "reason", failure.label()));
    }
    return failures.build();
  }

  private MetricSnapshot endpoints() {
    GaugeSnapshot.Builder up =
        GaugeSnapshot.builder()
            .name("weir_endpoint_up")
            .help("1 for an endpoint that gets calls, 0 for one that rests after a failure.");
    long now = engine.nowNanos();
    for (EndpointGroup group : deployment.now().groups()) {
      for (Endpoint endpoint : group.endpoints()) {
        up.dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder()
                .value(endpoint.isResting(now) ? 0 : 1)
                .labels(
                    Labels.of(
                        "api", group.name(),
                        "endpoint", endpoint.authority(),
                        "address", endpoint.address().getAddress().getHostAddress()))
                .build());
      }
    }
    return up.build();
  }

  private MetricSnapshot apiStates() {
    GaugeSnapshot.Builder states =
        GaugeSnapshot.builder().name("weir_apis").help("APIs by what became of them.");
    states.dataPoint(
        value(
            count(ApiStatus.Serving.class) + count(ApiStatus.Internal.class), "state", "serving"));
    states.dataPoint(value(count(ApiStatus.Closed.class), "state", "closed"));
    states.dataPoint(value(count(ApiStatus.Refused.class), "state", "refused"));
    return states.build();
  }

  private MetricSnapshot reloads() {
    CounterSnapshot.Builder reloads = counter("weir_reloads", "Reloads by what came of them.");
    for (Reload.Result result : Reload.Result.values()) {
      reloads.dataPoint(count(deployment.reloads(result), "result", result.label()));
    }
    return reloads.build();
  }

  private long count(Class<? extends ApiStatus> state) {
    return deployment.now().apis().stream().filter(state::isInstance).count();
  }

  private MetricSnapshot certificateExpiry() {
    GaugeSnapshot.Builder left =
        GaugeSnapshot.builder()
            .name("weir_certificate_expiry_seconds")
            .help("For how long a certificate is valid; below 0 for one that has expired.");
    Instant now = Instant.now();
    for (InUse one : certificates.inUse()) {
      long seconds = Duration.between(now, one.certificate().getNotAfter().toInstant()).toSeconds();
      left.dataPoint(value(seconds, "certificate", one.name()));
    }
    return left.build();
  }

  private void revocationLists(List<MetricSnapshot> all) {
    GaugeSnapshot.Builder left =
        GaugeSnapshot.builder()
            .name("weir_crl_next_update_seconds")
            .help(
                "When a list of revoked certificates is to be replaced; below 0 when it is late.");
    GaugeSnapshot.Builder used =
        GaugeSnapshot.builder()
            .name("weir_crl_file_used")
            .help("1 for a file that counts as it is now, 0 for one whose last good content does.");
    Instant now = Instant.now();
    for (RevocationLists.InUse one : certificates.revocations().inUse()) {
      String file = one.file().toString();
      used.dataPoint(value(one.whole() ? 1 : 0, "file", file));
      if (one.nextUpdate() != null) {
        left.dataPoint(value(Duration.between(now, one.nextUpdate()).toSeconds(), "file", file));
      }
    }
    all.add(left.build());
    all.add(used.build());
  }

  private static MetricSnapshot build() {
    return InfoSnapshot.builder()
        .name("weir_build")
        .help("What runs.")
        .dataPoint(
            InfoSnapshot.InfoDataPointSnapshot.builder()
                .labels(
                    Labels.of(
                        "version", Version.number(), "java", System.getProperty("java.version")))
                .build())
        .build();
  }

  private static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name(name).help(help);
  }

  private static CounterSnapshot.CounterDataPointSnapshot count(long count, String... labels) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .value((double) count)
        .labels(Labels.of(labels))
        .build();
  }

  private static MetricSnapshot gauge(String name, String help, long value) {
    return GaugeSnapshot.builder().name(name).help(help).dataPoint(value(value)).build();
  }

  private static GaugeSnapshot.GaugeDataPointSnapshot value(long value, String... labels) {
    return GaugeSnapshot.GaugeDataPointSnapshot.builder()
        .value((double) value)
        .labels(Labels.of(labels))
        .build();
  }
}
