package dev.weir.engine;

import dev.weir.http2.Http2Limits;
import dev.weir.http2.ProcessLimits;
import dev.weir.http2.Timeouts;
import dev.weir.upstream.UpstreamSettings;

/**
 * What the engine allows whom.
 *
 * @param clients what a client is allowed on a connection
 * @param upstream how connections to endpoints are made, and what servers are allowed on them
 * @param process what all of them together are allowed
 * @param windowGrowthBytes how far the windows of fast streams may grow beyond the usual, all
 *     together
 * @param timeouts how long peers may take
 * @param forwarding what is believed and told about who calls
 * @param callers how those who call are told from each other
 * @param reports what is told of calls
 */
public record EngineSettings(
    Http2Limits clients,
    UpstreamSettings upstream,
    ProcessLimits process,
    long windowGrowthBytes,
    Timeouts timeouts,
    Forwarding forwarding,
    Callers callers,
    Reports reports) {

  /** The usual ones, without limits for the process. */
  public static EngineSettings defaults() {
    return new EngineSettings(
        Http2Limits.DOWNSTREAM,
        UpstreamSettings.DEFAULTS,
        ProcessLimits.none(),
        32 << 20,
        Timeouts.DEFAULTS,
        Forwarding.DEFAULT,
        Callers.NOBODY,
        Reports.COUNTS);
  }

  /** The same with other connections to endpoints. */
  public EngineSettings with(UpstreamSettings other) {
    return new EngineSettings(
        clients, other, process, windowGrowthBytes, timeouts, forwarding, callers, reports);
  }
}
