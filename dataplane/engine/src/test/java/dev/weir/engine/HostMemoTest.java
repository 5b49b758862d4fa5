package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.ProxyError;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.route.RouteTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HostMemoTest {
  private static final RouteAction ACTION =
      new RouteAction.Refuse(new ProxyError(ProxyError.Kind.NO_ROUTE, "here"));

  private final List<String> asked = new ArrayList<>();
  private final Snapshot first = snapshot(1, "{:.*}.test");
  private final HeaderField field = authority("a.b.test:8443");

  private Snapshot snapshot(long generation, String host) {
    RouteTable.Builder<RouteAction> routes =
        RouteTable.builder(
            RouteTable.<RouteAction>builder().build(),
            _ ->
                part -> {
                  asked.add(new String(part, US_ASCII));
                  return true;
                });
    for (int port = 1; port <= 2; port++) {
      routes.add(port, host, "/a", "api", ACTION);
      routes.add(port, host, "/b", "api", ACTION);
    }
    return new Snapshot(generation, routes.build(), false);
  }

  private static HeaderField authority(String host) {
    return HeaderField.of(HeaderName.AUTHORITY, host);
  }

  private static @Nullable RouteAction match(
      Snapshot snapshot, int port, @Nullable HeaderField authority, String path) {
    return HostMemo.match(snapshot, port, authority, path.getBytes(US_ASCII));
  }

  @Test
  void asksWhatAHostMatchesOnceForAllPathsOfAnAuthorityField() {
    assertThat(match(first, 1, field, "/a")).isSameAs(ACTION);
    assertThat(match(first, 1, field, "/b")).isSameAs(ACTION);
    assertThat(match(first, 1, field, "/c")).isNull();

    assertThat(asked).containsExactly("a.b.test");
  }

  @Test
  void asksAgainForAnotherConfigurationPortOrField() {
    match(first, 1, field, "/a");
    match(snapshot(2, "{:.*}.test"), 1, field, "/a");
    assertThat(asked).hasSize(2);
    match(first, 1, field, "/a");
    match(first, 2, field, "/a");
    match(first, 1, authority("b.test"), "/a");
    assertThat(asked).hasSize(5).endsWith("b.test");
  }

  @Test
  void leavesNothingOnAFieldWhereNoPatternIsForAllOfAHost() {
    assertThat(match(snapshot(1, "{[a-z]+}.b.test"), 1, field, "/a")).isSameAs(ACTION);

    assertThat(field.memo()).isNull();
    assertThat(asked).containsExactly("a");
  }

  @Test
  void aCallWithoutAnAuthorityMayMatchAsWell() {
    assertThat(match(first, 1, null, "/a")).isSameAs(ACTION);
    assertThat(asked).containsExactly("");
  }
}
