package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.engine.Callers;
import dev.weir.engine.EngineSettings;
import dev.weir.engine.Forwarding;
import dev.weir.engine.Reports;
import dev.weir.http2.ConductLimits;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Rate;
import dev.weir.http2.Timeouts;
import dev.weir.model.Limit;
import dev.weir.model.Limits;
import dev.weir.upstream.UpstreamSettings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerLimitsTest {

  private static final UpstreamSettings.Keepalive KEEPALIVE =
      new UpstreamSettings.Keepalive(Duration.ZERO, Duration.ofSeconds(10));

  @Test
  void theDefaultsOfTheSettingsAreThoseOfTheEngine() {
    PeerLimits limits = new PeerLimits(Limits.DEFAULTS);

    assertThat(limits.ofClients()).isEqualTo(Http2Limits.DOWNSTREAM);
    assertThat(limits.ofServers()).isEqualTo(Http2Limits.UPSTREAM);
    assertThat(limits.timeouts()).isEqualTo(Timeouts.DEFAULTS);
    assertThat(limits.ofEngine(1, Forwarding.DEFAULT, Callers.NOBODY, Reports.COUNTS).upstream())
        .isEqualTo(UpstreamSettings.DEFAULTS.with(limits.ofServers()).with(KEEPALIVE));
  }

  @Test
  void everyLimitArrivesWhereItBelongs() {
    Map<Limit, Integer> values = new EnumMap<>(Limit.class);
    int next = 100_001;
    for (Limit limit : Limit.values()) {
      values.put(limit, next++);
    }
    Http2Limits clients = new PeerLimits(new Limits(values)).ofClients();

    assertThat(clients)
        .isEqualTo(
            new Http2Limits(
                100_001,
                100_002,
                100_003,
                100_004,
                100_005,
                100_006,
                100_007,
                new ConductLimits(
                    new Rate(100_008, 100_009),
                    new Rate(100_010, 100_011),
                    new Rate(100_012, 100_013),
                    new Rate(100_014, 100_015),
                    100_016,
                    100_017,
                    100_018,
                    100_019,
                    100_020,
                    100_021,
                    100_022,
                    100_023,
                    100_024,
                    new Rate(100_033, 100_034))));
  }

  @Test
  void theOthersArriveToo() {
    Limits set =
        new Limits(
            Map.of(
                Limit.MAX_UPSTREAM_CONTINUATIONS, 4,
                Limit.UPSTREAM_CONNECTION_WINDOW_BYTES, 1_000_000,
                Limit.UPSTREAM_CONNECT_SECONDS, 9,
                Limit.UPSTREAM_WAIT_SECONDS, 10,
                Limit.UPSTREAM_KEEPALIVE_SECONDS, 7,
                Limit.UPSTREAM_KEEPALIVE_TIMEOUT_SECONDS, 8,
                Limit.MAX_STREAMS, 5,
                Limit.MAX_BUFFERED_MIB, 6,
                Limit.MAX_WINDOW_GROWTH_MIB, 4096));

    EngineSettings engine =
        new PeerLimits(set).ofEngine(2, Forwarding.DEFAULT, Callers.NOBODY, Reports.COUNTS);

    assertThat(engine.upstream().connectTimeout()).isEqualTo(Duration.ofSeconds(9));
    assertThat(engine.upstream().maxWait()).isEqualTo(Duration.ofSeconds(10));
    assertThat(engine.upstream().limits().maxContinuations()).isEqualTo(4);
    assertThat(engine.upstream().limits().connectionWindowBytes()).isEqualTo(1_000_000);
    assertThat(engine.upstream().keepalive())
        .isEqualTo(new UpstreamSettings.Keepalive(Duration.ofSeconds(7), Duration.ofSeconds(8)));
    assertThat(engine.process().streams().whole()).isEqualTo(5);
    assertThat(engine.process().bufferedBytes().whole()).isEqualTo(6L << 20);
    assertThat(engine.windowGrowthBytes()).isEqualTo(4L << 30);
  }

  @Test
  void timesArriveInTheirPlaces() {
    Limits set =
        new Limits(
            Map.of(
                Limit.PREFACE_SECONDS, 1,
                Limit.SETTINGS_SECONDS, 2,
                Limit.HEAD_SECONDS, 3,
                Limit.HTTP1_IDLE_SECONDS, 4));

    assertThat(new PeerLimits(set).timeouts())
        .isEqualTo(
            new Timeouts(
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4)));
  }

  @Test
  void serversMayResetPadAndHoldUsBack() {
    Limits strict = new Limits(Map.of(Limit.RESETS_BURST, 1, Limit.SMALL_DATA_BYTES, 0));

    assertThat(new PeerLimits(strict).ofServers()).isEqualTo(Http2Limits.UPSTREAM);
  }
}
