package dev.weir.app;

import dev.weir.engine.ApiCounts;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The calls of each API as metrics: those that have ended, by what became of them.
 *
 * @param counts by the id of the API
 */
record ApiMetrics(Map<String, ApiCounts> counts) {

  void addTo(List<MetricSnapshot> all) {
    all.add(grpc());
    all.add(http());
    all.add(durations());
  }

  private MetricSnapshot grpc() {
    CounterSnapshot.Builder calls =
        CounterSnapshot.builder()
            .name("weir_api_grpc_calls")
            .help("Calls of gRPC to an API that have ended, by method and status of the caller.");
    counts.forEach((api, ended) ->
        ended.forEachMethod((method, status, times) ->
            calls.dataPoint(
                point(times, Labels.of("api", api, "method", method, "status", status.name())))));
    return calls.build();
  }

  private MetricSnapshot http() {
    CounterSnapshot.Builder calls =
        CounterSnapshot.builder()
            .name("weir_api_http_calls")
            .help("Other calls to an API that have ended, by the class of their status.");
    counts.forEach((api, ended) ->
        ended.forEachHttp((status, times) ->
            calls.dataPoint(point(times, Labels.of("api", api, "status", status)))));
    return calls.build();
  }

  private static CounterDataPointSnapshot point(long times, Labels labels) {
    return CounterDataPointSnapshot.builder().value((double) times).labels(labels).build();
  }

  private MetricSnapshot durations() {
    List<Double> bounds =
        Stream.concat(ApiCounts.SECONDS.stream(), Stream.of(Double.POSITIVE_INFINITY)).toList();
    HistogramSnapshot.Builder durations =
        HistogramSnapshot.builder()
            .name("weir_api_call_seconds")
            .help("How long calls to an API took that have ended.");
    counts.forEach((api, ended) ->
        durations.dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, ended.durations()))
                .sum(ended.seconds())
                .labels(Labels.of("api", api))
                .build()));
    return durations.build();
  }
}
