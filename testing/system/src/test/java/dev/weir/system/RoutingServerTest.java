package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.compiler.ApiStatus;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Ports;
import dev.weir.testkit.WirePeer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Port, host and listen path choose the API. */
class RoutingServerTest {

  private final EchoBackend one = EchoBackend.start("one");
  private final EchoBackend two = EchoBackend.start("two");

  @AfterEach
  void stop() {
    one.close();
    two.close();
  }

  @Test
  void twoApisWithTheSamePathOnTwoPortsBothWork() {
    int portOne = Ports.free();
    int portTwo = Ports.free();
    try (var _ =
            TestGateway.serving(
                Api.of("one", one.target()).on(portOne), Api.of("two", two.target()).on(portTwo));
        var clientOne = EchoClient.to(portOne);
        var clientTwo = EchoClient.to(portTwo)) {
      assertThat(clientOne.unary("hi").reply().getServer()).isEqualTo("one");
      assertThat(clientTwo.unary("hi").reply().getServer()).isEqualTo("two");
    }
  }

  @Test
  void aServiceOnTheMainPortIsToldByItsPath() {
    try (var gateway =
            TestGateway.serving(
                Api.of("echo", one.target()).at("/weir.testkit.Echo"),
                Api.of("rest", two.target()).at("/"));
        var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("one");
    }
  }

  @Test
  void aWholeMethodAsListenPathTakesOnlyThatMethod() {
    try (var gateway =
            TestGateway.serving(Api.of("method", one.target()).at("/weir.testkit.Echo/Unary"));
        var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("one");
      assertThat(client.call(EchoClient.CHAT).code()).isEqualTo(12);
    }
  }

  @Test
  void theLongestListenPathWins() {
    try (var gateway =
            TestGateway.serving(
                Api.of("service", one.target()).at("/weir.testkit.Echo"),
                Api.of("method", two.target()).at("/weir.testkit.Echo/Unary"));
        var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("two");
      assertThat(client.call(EchoClient.UPLOAD).reply().getServer()).isEqualTo("one");
    }
  }

  @Test
  void aListenPathEndsAtASegmentBorder() {
    try (var gateway = TestGateway.serving(Api.of("prefix", one.target()).at("/weir.testkit.Ec"));
        var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").code()).isEqualTo(12);
    }
  }

  @Test
  void hostsAreToldApartWithCustomDomains() {
    try (var gateway =
            TestGateway.configured(
                Map.of("enable_custom_domains", true),
                Api.of("one", one.target()).with("domain", "one.test"),
                Api.of("two", two.target()));
        var clientOne = EchoClient.to(gateway.port(), it -> it.overrideAuthority("one.test:99"));
        var clientTwo = EchoClient.to(gateway.port(), it -> it.overrideAuthority("else.test"))) {
      assertThat(clientOne.unary("hi").reply().getServer()).isEqualTo("one");
      assertThat(clientTwo.unary("hi").reply().getServer()).isEqualTo("two");
    }
  }

  @Test
  void aTemplateTakesAnyOneLabelAndAWrittenHostGoesBeforeIt() {
    try (var gateway =
        TestGateway.configured(
            Map.of("enable_custom_domains", true),
            Api.of("one", one.target()).with("domain", "{tenant}.shop.test"),
            Api.of("two", two.target()).with("domain", "big.shop.test"))) {
      assertThat(serverFor(gateway, "small.shop.test")).isEqualTo("one");
      assertThat(serverFor(gateway, "Other.Shop.Test:99")).isEqualTo("one");
      assertThat(serverFor(gateway, "big.shop.test")).isEqualTo("two");
      assertThat(serverFor(gateway, "shop.test")).isEqualTo("none");
      assertThat(serverFor(gateway, "a.small.shop.test")).isEqualTo("none");
    }
  }

  @Test
  void aTemplatesPatternIsForOneLabelAndGoesBeforeAnyLabel() {
    try (var gateway =
        TestGateway.configured(
            Map.of("enable_custom_domains", true),
            Api.of("one", one.target()).with("domain", "{tenant:[a-z]{2,5}}.shop.test"),
            Api.of("two", two.target()).with("domain", "{tenant}.shop.test"))) {
      assertThat(serverFor(gateway, "small.shop.test")).isEqualTo("one");
      assertThat(serverFor(gateway, "Other.Shop.Test:99")).isEqualTo("one");
      assertThat(serverFor(gateway, "larger.shop.test")).isEqualTo("two");
      assertThat(serverFor(gateway, "s1.shop.test")).isEqualTo("two");
      assertThat(serverFor(gateway, "shop.test")).isEqualTo("none");
      assertThat(serverFor(gateway, "a.small.shop.test")).isEqualTo("none");
    }
  }

  @Test
  void aTemplateTakesWhatItMatchesWhereverItStands() {
    try (var gateway =
        TestGateway.configured(
            Map.of("enable_custom_domains", true),
            Api.of("one", one.target()).with("domain", "api.{region}.shop.test"),
            Api.of("two", two.target()).with("domain", "{sub:.*}.shop.test"),
            Api.of("label", two.target()).at("/none").with("domain", "{tenant}.shop.test"))) {
      assertThat(serverFor(gateway, "api.eu.shop.test")).isEqualTo("one");
      assertThat(serverFor(gateway, "API.Eu.Shop.Test.:99")).isEqualTo("one");
      assertThat(serverFor(gateway, "api.e.u.shop.test")).isEqualTo("two");
      assertThat(serverFor(gateway, "small.shop.test")).isEqualTo("two");
      assertThat(serverFor(gateway, "shop.test")).isEqualTo("none");
      assertThat(serverFor(gateway, "api.eu.shop.test.org")).isEqualTo("none");
    }
  }

  @Test
  void ofTemplatesForOneHostTheOneThatSaysMostGoesFirst() {
    try (var gateway =
        TestGateway.configured(
            Map.of("enable_custom_domains", true),
            Api.of("any", one.target()).with("domain", "{all:.+}"),
            Api.of("pair", two.target()).with("domain", "{a}.{b}.test"))) {
      assertThat(serverFor(gateway, "x.y.test")).isEqualTo("two");
      assertThat(serverFor(gateway, "x.y.z.test")).isEqualTo("one");
      assertThat(serverFor(gateway, "[::1]:99")).isEqualTo("one");
    }
  }

  @Test
  void templatesThatMeanTheSameAreADuplicate() {
    try (var gateway =
        TestGateway.configured(
            Map.of("enable_custom_domains", true),
            Api.of("first", one.target()).with("domain", "a.{region}.Test"),
            Api.of("second", two.target()).with("domain", "A.{r:[^.]+}.test."))) {
      assertThat(serverFor(gateway, "a.b.test")).isEqualTo("one");
      assertThat(refusals(gateway))
          .singleElement()
          .asString()
          .contains("first", "second", "host a.{:[^.]+}.test");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "{tenant:[a-}.shop.test, missing closing ]",
    "a.{tenant:[a-}.shop.test, missing closing ]",
    "a.{tenant:x)|(.*}.shop.test, ''"
  })
  void aPatternThatIsNoneIsAProblemOfItsApi(String domain, String reason) {
    try (var gateway =
        TestGateway.configured(
            Map.of("enable_custom_domains", true),
            Api.of("one", one.target()).with("domain", domain))) {
      assertThat(gateway.apis())
          .singleElement()
          .isInstanceOfSatisfying(
              ApiStatus.Refused.class,
              refused ->
                  assertThat(refused.problem().toString())
                      .contains("error: domain: is no regular expression: " + reason));
    }
  }

  private static String serverFor(TestGateway gateway, String authority) {
    try (var client = EchoClient.to(gateway.port(), it -> it.overrideAuthority(authority))) {
      Outcome outcome = client.unary("hi");
      return outcome.status().isOk() ? outcome.reply().getServer() : "none";
    }
  }

  @Test
  void anApiForHttpAndOneForH2cShareAPort() {
    int port = Ports.free();
    try (var _ =
            TestGateway.serving(
                Api.of("http", one.target())
                    .on(port)
                    .at("/weir.testkit.Echo/Unary")
                    .with("protocol", "http"),
                Api.of("h2c", two.target()).on(port));
        var client = EchoClient.to(port)) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("one");
      assertThat(client.call(EchoClient.UPLOAD).reply().getServer()).isEqualTo("two");
    }
  }

  @Test
  void theListenPathIsStrippedWhenAsked() {
    try (var scene = Scene.of(api -> api.at("/gateway").with("proxy.strip_listen_path", true))) {
      scene.client().sendRequest(1, "/gateway/pkg.Service/Method");

      WirePeer upstream = scene.server().accept();
      assertThat(upstream.expectRequest().fields().get(":path")).isEqualTo("/pkg.Service/Method");
    }
  }

  @Test
  void aRefusedPortRefusesItsApiAloud() {
    int refused = Ports.free();
    int open = Ports.free();
    try (var gateway =
            TestGateway.configured(
                Map.of(
                    "disable_ports_whitelist",
                    false,
                    "ports_whitelist",
                    Map.of("h2c", Map.of("ports", List.of(open)))),
                Api.of("refused", one.target()).on(refused),
                Api.of("open", two.target()).on(open));
        var client = EchoClient.to(open)) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("two");
      assertThat(gateway.ports()).doesNotContain(refused).contains(open);
      assertThat(refusals(gateway)).singleElement().asString().contains("" + refused);
    }
  }

  @Test
  void aTrueDuplicateIsRefusedWithBothNames() {
    try (var gateway =
            TestGateway.serving(Api.of("first", one.target()), Api.of("second", two.target()));
        var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("one");
      assertThat(refusals(gateway)).singleElement().asString().contains("first").contains("second");
    }
  }

  @Test
  void aBrokenDefinitionLeavesItsNeighboursAlone() {
    Api broken = Api.of("broken", one.target()).at("/broken").with("listen_port", "many");
    try (var gateway = TestGateway.serving(broken, Api.of("fine", two.target()));
        var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("two");
    }
  }

  @Test
  void aTakenCustomPortTakesOnlyItsApiWithIt() {
    int taken = one.port();
    try (var gateway =
            TestGateway.serving(
                Api.of("late", two.target()).on(taken), Api.of("main", two.target()));
        var client = EchoClient.to(gateway.port())) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("two");
      assertThat(refusals(gateway)).singleElement().asString().contains("" + taken);
    }
  }

  @Test
  void inactiveApisAreNotServed() {
    try (var gateway = TestGateway.serving(Api.of("off", one.target()).with("active", false));
        var client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      assertThat(outcome.status().isOk()).isFalse();
      assertThat(one.calls()).isEmpty();
    }
  }

  @Test
  void ipv6TargetsWork() {
    try (var gateway = TestGateway.serving(Api.of("six", "h2c://[::1]:" + one.port()));
        var client = EchoClient.to(gateway.port())) {
      Outcome outcome = client.unary("hi");

      // The backend listens on the IPv4 loopback address only: refused, by the right address.
      assertThat(outcome.code()).isEqualTo(14);
      assertThat(outcome.message()).contains("[::1]:" + one.port());
    }
  }

  private static List<ApiStatus> refusals(TestGateway gateway) {
    return gateway.apis().stream().filter(ApiStatus.Refused.class::isInstance).toList();
  }
}
