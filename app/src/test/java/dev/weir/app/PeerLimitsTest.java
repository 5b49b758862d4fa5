package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.ConductLimits;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Rate;
import dev.weir.model.Limit;
import dev.weir.model.Limits;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PeerLimitsTest {

  @Test
  void theDefaultsOfTheSettingsAreThoseOfTheEngine() {
    PeerLimits limits = new PeerLimits(Limits.DEFAULTS);

    assertThat(limits.ofClients()).isEqualTo(Http2Limits.DOWNSTREAM);
    assertThat(limits.ofServers()).isEqualTo(Http2Limits.UPSTREAM);
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
                    100_022)));
  }

  @Test
  void serversMayResetPadAndHoldUsBack() {
    Limits strict = new Limits(Map.of(Limit.RESETS_BURST, 1, Limit.SMALL_DATA_BYTES, 0));

    assertThat(new PeerLimits(strict).ofServers()).isEqualTo(Http2Limits.UPSTREAM);
  }
}
