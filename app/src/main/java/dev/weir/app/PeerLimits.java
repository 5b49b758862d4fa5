package dev.weir.app;

import dev.weir.engine.Callers;
import dev.weir.engine.EngineSettings;
import dev.weir.engine.Forwarding;
import dev.weir.engine.Reports;
import dev.weir.filter.FailedCredentials;
import dev.weir.http2.ConductLimits;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.ProcessBudget;
import dev.weir.http2.ProcessLimits;
import dev.weir.http2.Rate;
import dev.weir.http2.Timeouts;
import dev.weir.listener.Connections;
import dev.weir.model.Limit;
import dev.weir.model.Limits;
import dev.weir.upstream.UpstreamSettings;
import java.security.SecureRandom;
import java.time.Duration;

/** The limits for peers on both sides and for the process, from the settings. */
record PeerLimits(Limits settings) {

  /** What all clients together are allowed to connect. */
  Connections ofConnections() {
    return new Connections(
        settings.get(Limit.MAX_CONNECTIONS), settings.get(Limit.MAX_CONNECTIONS_PER_ADDRESS));
  }

  /**
   * How often credentials may be no good.
   *
   * @param nowNanos by the clock of the event loops
   */
  FailedCredentials ofCredentials(long nowNanos) {
    return new FailedCredentials(
        settings.get(Limit.FAILED_CREDENTIALS_BURST),
        settings.get(Limit.FAILED_CREDENTIALS_PER_SECOND),
        new SecureRandom().nextLong(),
        nowNanos);
  }

  /**
   * All that concerns the engine.
   *
   * @param loops how many event loops it has
   * @param reports what is told of calls
   */
  EngineSettings ofEngine(int loops, Forwarding forwarding, Callers callers, Reports reports) {
    return new EngineSettings(
        ofClients(),
        ofUpstream(),
        ofProcess(loops),
        (long) settings.get(Limit.MAX_WINDOW_GROWTH_MIB) << 20,
        timeouts(),
        forwarding,
        callers,
        reports);
  }

  /** How long peers may take. */
  Timeouts timeouts() {
    return new Timeouts(
        seconds(Limit.PREFACE_SECONDS),
        seconds(Limit.SETTINGS_SECONDS),
        seconds(Limit.HEAD_SECONDS),
        seconds(Limit.HTTP1_IDLE_SECONDS));
  }

  private UpstreamSettings ofUpstream() {
    return UpstreamSettings.DEFAULTS
        .with(ofServers())
        .with(seconds(Limit.UPSTREAM_CONNECT_SECONDS), seconds(Limit.UPSTREAM_WAIT_SECONDS))
        .with(keepalive());
  }

  private UpstreamSettings.Keepalive keepalive() {
    return new UpstreamSettings.Keepalive(
        seconds(Limit.UPSTREAM_KEEPALIVE_SECONDS),
        seconds(Limit.UPSTREAM_KEEPALIVE_TIMEOUT_SECONDS));
  }

  private Duration seconds(Limit limit) {
    return Duration.ofSeconds(settings.get(limit));
  }

  /** What all calls together may use. */
  private ProcessLimits ofProcess(int loops) {
    return new ProcessLimits(
        new ProcessBudget(settings.get(Limit.MAX_STREAMS), loops),
        new ProcessBudget(bufferedBytes(), loops));
  }

  /** The JVM grants buffers outside of the heap as much again as the heap; a quarter stays free. */
  private long bufferedBytes() {
    long mebibytes = settings.get(Limit.MAX_BUFFERED_MIB);
    return mebibytes == 0 ? Runtime.getRuntime().maxMemory() / 4 * 3 : mebibytes << 20;
  }

  /** What clients are allowed. */
  Http2Limits ofClients() {
    return new Http2Limits(
        settings.get(Limit.MAX_CONCURRENT_STREAMS),
        settings.get(Limit.MAX_HEADER_LIST_BYTES),
        settings.get(Limit.MAX_HEADER_FIELDS),
        settings.get(Limit.MAX_CONTINUATIONS),
        settings.get(Limit.STREAM_WINDOW_BYTES),
        settings.get(Limit.CONNECTION_WINDOW_BYTES),
        settings.get(Limit.MAX_UNREAD_ANSWERS),
        conduct(
            rate(Limit.RESETS_BURST, Limit.RESETS_PER_SECOND),
            settings.get(Limit.SMALL_DATA_BYTES),
            settings.get(Limit.STALL_SECONDS)));
  }

  /** What servers are allowed: the same, but for what the many calls on a connection need. */
  Http2Limits ofServers() {
    return new Http2Limits(
        Http2Limits.UPSTREAM.maxConcurrentStreams(),
        settings.get(Limit.MAX_HEADER_LIST_BYTES),
        settings.get(Limit.MAX_HEADER_FIELDS),
        settings.get(Limit.MAX_UPSTREAM_CONTINUATIONS),
        settings.get(Limit.STREAM_WINDOW_BYTES),
        settings.get(Limit.UPSTREAM_CONNECTION_WINDOW_BYTES),
        settings.get(Limit.MAX_UNREAD_ANSWERS),
        conduct(
            ConductLimits.UPSTREAM.resets(),
            ConductLimits.UPSTREAM.smallDataBytes(),
            ConductLimits.UPSTREAM.stallSeconds()));
  }

  private ConductLimits conduct(Rate resets, int smallDataBytes, int stallSeconds) {
    return new ConductLimits(
        resets,
        rate(Limit.PINGS_BURST, Limit.PINGS_PER_SECOND),
        rate(Limit.SETTINGS_BURST, Limit.SETTINGS_PER_SECOND),
        rate(Limit.PRIORITIES_BURST, Limit.PRIORITIES_PER_SECOND),
        settings.get(Limit.MAX_SETTINGS_ENTRIES),
        settings.get(Limit.MAX_EMPTY_FRAMES),
        smallDataBytes,
        settings.get(Limit.WINDOW_UPDATES_PER_DATA),
        settings.get(Limit.WASTE_BYTES),
        settings.get(Limit.MAX_DRIBBLES),
        settings.get(Limit.DRIBBLE_BYTES),
        stallSeconds,
        settings.get(Limit.PROGRESS_BYTES),
        rate(Limit.UPSTREAM_RESETS_BURST, Limit.UPSTREAM_RESETS_PER_SECOND));
  }

  private Rate rate(Limit burst, Limit perSecond) {
    return new Rate(settings.get(burst), settings.get(perSecond));
  }
}
