package dev.weir.admin;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/**
 * Metrics in the text format of Prometheus, or in that of OpenMetrics for who asks for it: those of
 * the gateway, and the usual ones of the JVM and the process.
 */
final class MetricsPage implements Handler {
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final ExpositionFormats formats = ExpositionFormats.init();

  MetricsPage(MultiCollector gateway) {
    registry.register(gateway);
    JvmMemoryMetrics.builder().register(registry);
    JvmBufferPoolMetrics.builder().register(registry);
    JvmGarbageCollectorMetrics.builder().register(registry);
    JvmThreadsMetrics.builder().register(registry);
    JvmRuntimeInfoMetric.builder().register(registry);
    ProcessMetrics.builder().register(registry);
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) throws IOException {
    String accepted = request.headers().first(HeaderNames.ACCEPT).orElse("");
    ExpositionFormatWriter format = format(accepted);
    var page = new ByteArrayOutputStream();
    format.write(page, registry.scrape());
    response.header(HeaderNames.CONTENT_TYPE, format.getContentType());
    response.send(page.toByteArray());
  }

  /** Never the binary format, for which a library would be needed. */
  private ExpositionFormatWriter format(String accepted) {
    ExpositionFormatWriter openMetrics = formats.getOpenMetricsTextFormatWriter();
    return openMetrics.accepts(accepted) ? openMetrics : formats.getPrometheusTextFormatWriter();
  }
}
