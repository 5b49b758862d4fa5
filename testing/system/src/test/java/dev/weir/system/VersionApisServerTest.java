package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.compiler.ApiStatus;
import dev.weir.compiler.Reload;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Versions of an API that are APIs of their own, which a field of the call names. */
class VersionApisServerTest {
  private static final String SAY = "/pkg.Service/Say";
  private static final Fields CALL = Fields.grpcRequest(SAY);

  private final HeadRecorder server = HeadRecorder.listen();
  private final HeadRecorder other = HeadRecorder.listen();

  @TempDir Path data;

  @AfterEach
  void stop() {
    server.close();
    other.close();
  }

  /** Called v1 itself. */
  private Api base(String... children) {
    return Api.of("base", server.target())
        .at("/pkg.Service/")
        .with("definition.enabled", true)
        .with("definition.location", "header")
        .with("definition.key", "X-Api-Version")
        .with("definition.name", "v1")
        .with("definition.default", "self")
        .with(
            "definition.versions",
            Stream.of(children)
                .map(child -> child.split("=", 2))
                .collect(Collectors.toMap(child -> child[0], child -> child[1])));
  }

  /** Has no place of its own. */
  private Api child() {
    return Api.of("child", other.target()).at("/second/").with("internal", true);
  }

  private static Fields version(String name) {
    return CALL.with("x-api-version", name);
  }

  private static Fields answer(WirePeer client, int stream, Fields call) {
    client.send(Frame.headers(stream, call).last());
    Fields head = client.expectHeaders(stream).fields();
    if (!head.has("grpc-status")) {
      client.expectData(stream);
      head = client.expectHeaders(stream).fields();
    }
    return head;
  }

  private static String status(WirePeer client, int stream, Fields call) {
    return answer(client, stream, call).get("grpc-status");
  }

  private static String reason(Fields answer) {
    String details = answer.get("grpc-status-details-bin");
    String text = new String(Base64.getDecoder().decode(details), US_ASCII);
    return text.replaceAll("(?s).*?([A-Z]+_[A-Z_]+[A-Z]).*", "$1");
  }

  // ---- who is called ---------------------------------------------------------------------------

  @Test
  void aNamedVersionIsServedByTheApiWithItsId() {
    Api child =
        child()
            .with("version_data.not_versioned", true)
            .with(
                "version_data.versions",
                Map.of("Default", Map.of("global_headers", Map.of("x-is", "two"))));
    try (var gateway = TestGateway.serving(base("v2=child"), child);
        WirePeer client = WirePeer.client(gateway.port())) {
      int stream = 1;
      for (int round = 0; round < 3; round++) {
        assertThat(status(client, stream, version("v2"))).isEqualTo("0");
        Fields two = other.awaitHead();
        assertThat(two.get(":path")).isEqualTo(SAY);
        assertThat(two.all("x-is")).containsExactly("two");
        assertThat(two.all("x-api-version")).containsExactly("v2");
        assertThat(status(client, stream + 2, version("v1"))).isEqualTo("0");
        assertThat(server.awaitHead().has("x-is")).isFalse();
        assertThat(status(client, stream + 4, CALL)).isEqualTo("0");
        assertThat(server.awaitHead().has("x-is")).isFalse();
        stream += 6;
      }
      assertThat(status(client, stream, Fields.grpcRequest("/second/Say"))).isEqualTo("12");
      assertThat(server.takeHeads()).isEmpty();
      assertThat(other.takeHeads()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "self,  false, v1,   one",
    "self,  false, self, one",
    "self,  false, '',   one",
    "self,  false, v9,   VERSION_UNKNOWN",
    "self,  false, V2,   VERSION_UNKNOWN",
    "self,  true,  v9,   one",
    "v1,    true,  v9,   one",
    "v2,    false, ,     two",
    "v2,    false, v1,   one",
    "v2,    false, v9,   VERSION_UNKNOWN",
    "v2,    true,  v9,   two",
    "'',    false, ,     VERSION_MISSING",
    "'',    true,  v9,   VERSION_UNKNOWN",
  })
  void theDefaultIsForWhoNamesNoneAndMayBeForUnknownNames(
      String byDefault, boolean fallsBack, String name, String expected) {
    Api base =
        base("v2=child")
            .with("definition.default", byDefault)
            .with("definition.fallback_to_default", fallsBack);
    try (var gateway = TestGateway.serving(base, child());
        WirePeer client = WirePeer.client(gateway.port())) {
      Fields answer = answer(client, 1, name == null ? CALL : version(name));
      if (expected.contains("_")) {
        assertThat(reason(answer)).isEqualTo(expected);
      }
      assertThat(server.takeHeads()).hasSize(expected.equals("one") ? 1 : 0);
      assertThat(other.takeHeads()).hasSize(expected.equals("two") ? 1 : 0);
    }
  }

  @Test
  void serversNeedNotSeeTheField() {
    Api base = base("v2=child").with("definition.strip_versioning_data", true);
    try (var gateway = TestGateway.serving(base, child());
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(status(client, 1, version("v1"))).isEqualTo("0");
      assertThat(server.awaitHead().has("x-api-version")).isFalse();
      assertThat(status(client, 3, version("v2"))).isEqualTo("0");
      assertThat(other.awaitHead().has("x-api-version")).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"x-api-version, http 400", "x_api_version, http 400", "x-other, grpc 0"})
  void e13TrailersNameNoVersion(String field, String fate) {
    try (var gateway = TestGateway.serving(base("v2=child"), child());
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(
          Frame.headers(1, version("v2").without("content-type").without("te")),
          Frame.headers(1, Fields.of(field, "v1")).last());
      assertThat(client.expectFate(1)).isEqualTo(fate);
    }
  }

  /** As Tyk does: what the API that is called leaves of the path, without the version's own. */
  @ParameterizedTest
  @CsvSource({
    "/,      false, /second/,      false, /pkg.Service/Say,         /pkg.Service/Say",
    "/,      false, /second/,      true,  /second/pkg.Service/Say,  /pkg.Service/Say",
    "/first, false, /second/,      true,  /first/pkg.Service/Say,   /first/pkg.Service/Say",
    "/first, true,  /second/,      false, /first/pkg.Service/Say,   /pkg.Service/Say",
    "/first, true,  /second/,      true,  /first/second/p.S/Say,    /p.S/Say",
    "/first, true,  /second/,      false, /first/second/p.S/Say,    /second/p.S/Say",
    "/first, true,  /second/,      true,  /first/secondary/p.S/Say, /secondary/p.S/Say",
  })
  void theServerGetsWhatIsLeftOfThePath(
      String listens, boolean strips, String own, boolean stripsOwn, String path, String expected) {
    Api base = base("v2=child").at(listens).with("proxy.strip_listen_path", strips);
    Api child = child().at(own).with("proxy.strip_listen_path", stripsOwn);
    try (var gateway = TestGateway.serving(base, child);
        WirePeer client = WirePeer.client(gateway.port())) {
      Fields call = Fields.grpcRequest(path).with("x-api-version", "v2");
      assertThat(status(client, 1, call)).isEqualTo("0");
      assertThat(other.awaitHead().get(":path")).isEqualTo(expected);
    }
  }

  // ---- whose rules count -----------------------------------------------------------------------

  private static Api rules(Api api, String list, String path) {
    return api.with("version_data.not_versioned", true)
        .with(
            "version_data.versions",
            Map.of(
                "Default",
                Map.of(
                    "use_extended_paths",
                    true,
                    "extended_paths",
                    Map.of(list, List.of(Map.of("path", path))))));
  }

  @Test
  void theListsOfTheVersionCountAndThoseOfTheOtherDoNot() {
    Api base = rules(base("v2=child"), "black_list", "/pkg.Service/Say");
    Api child = rules(child(), "white_list", "/pkg.Service/Say");
    try (var gateway = TestGateway.serving(base, child);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(status(client, 1, version("v1"))).isEqualTo("7");
      assertThat(status(client, 3, version("v2"))).isEqualTo("0");
      Fields more = Fields.grpcRequest("/pkg.Service/Do").with("x-api-version", "v2");
      assertThat(status(client, 5, more)).isEqualTo("7");
      assertThat(server.takeHeads()).isEmpty();
      assertThat(other.takeHeads()).hasSize(1);
    }
  }

  /** A path that is blocked by what follows the version's own listen path stays so. */
  @ParameterizedTest
  @CsvSource({
    "/,       false, /second/, /second/pkg.Service/Say, ^/pkg.Service",
    "/first/, true,  /second/, /first/pkg.Service/Say,  ^/pkg.Service",
    "/first/, true,  /second/, /first/second/p.S/Say,   ^/p.S",
    "/first/, false, /second/, /first/pkg.Service/Say,  /pkg.Service/Say",
    "/,       true,  /second/, /pkg.Service/Say,        /second/pkg.Service/Say",
    "/,       false, /second/, /pkg.Service/Say,        ^/second/pkg.Service",
    "/first/, true,  /second/, /first/pkg.Service/Say,  /second/pkg.Service/Say",
    "/first/, false, /second/, /first/pkg.Service/Say,  ^/second/pkg.Service/Say$",
    "/first/, false, /second/, /first/pkg.Service/Say,  ^/first/pkg.Service/Say$",
  })
  void whatIsBlockedStaysBlockedByTheOtherListenPath(
      String listens, boolean strips, String own, String path, String blocked) {
    Api base = base("v2=child").at(listens).with("proxy.strip_listen_path", strips);
    Api child = rules(child().at(own), "black_list", blocked);
    try (var gateway = TestGateway.serving(base, child);
        WirePeer client = WirePeer.client(gateway.port())) {
      Fields call = Fields.grpcRequest(path).with("x-api-version", "v2");
      assertThat(status(client, 1, call)).isEqualTo("7");
      assertThat(other.takeHeads()).isEmpty();
    }
  }

  @Test
  void theAddressesOfTheVersionCountAlone() {
    Api nobody =
        child().with("enable_ip_whitelisting", true).with("allowed_ips", List.of("10.0.0.1"));
    Api guarded =
        base("v2=child", "v3=third")
            .with("enable_ip_whitelisting", true)
            .with("allowed_ips", List.of("10.0.0.1"));
    Api third = new Api("third", 0, "/third/", List.of(other.target()), child().more());
    try (var gateway = TestGateway.serving(guarded, nobody, third);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(reason(answer(client, 1, version("v2")))).isEqualTo("ADDRESS_NOT_ALLOWED");
      assertThat(reason(answer(client, 3, version("v1")))).isEqualTo("ADDRESS_NOT_ALLOWED");
      assertThat(reason(answer(client, 5, version("v9")))).isEqualTo("ADDRESS_NOT_ALLOWED");
      assertThat(status(client, 7, version("v3"))).isEqualTo("0");
    }
  }

  @Test
  void aRateIsThatOfTheVersionWhereverItIsCalled() {
    Api child =
        Api.of("child", other.target())
            .at("/second/")
            .with("global_rate_limit.rate", 1)
            .with("global_rate_limit.per", 3600);
    try (var gateway = TestGateway.serving(base("v2=child"), child);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(status(client, 1, version("v2"))).isEqualTo("0");
      assertThat(status(client, 3, version("v2"))).isEqualTo("8");
      assertThat(status(client, 5, Fields.grpcRequest("/second/Say"))).isEqualTo("8");
      assertThat(status(client, 7, version("v1"))).isEqualTo("0");
    }
  }

  @Test
  void aVersionExpiresByItself() {
    Api child = child().with("expiration", "2001-01-01 00:00");
    try (var gateway = TestGateway.serving(base("v2=child"), child);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(reason(answer(client, 1, version("v2")))).isEqualTo("VERSION_EXPIRED");
      assertThat(status(client, 3, version("v1"))).isEqualTo("0");
    }
  }

  // ---- keys ------------------------------------------------------------------------------------

  private TestGateway withKeys(Api... apis) {
    return TestGateway.configured(
        Map.of("secret", Operator.SECRET, "weir", Map.of("data_dir", data.toString())), apis);
  }

  private static String key(TestGateway gateway, String api) {
    return new Operator(gateway.port())
        .ask(
            "POST",
            "/keys",
            "{'org_id':'default','access_rights':{'" + api + "':{'versions':['Default']}}}")
        .member("key");
  }

  private static Api guarded(Api api) {
    return api.with("use_keyless", false);
  }

  @Test
  void e10AKeyIsGoodForTheApisThatItNamesWhicheverWayTheyAreCalled() {
    try (var gateway = withKeys(guarded(base("v2=child")), guarded(child()));
        WirePeer client = WirePeer.client(gateway.port())) {
      String ofBase = key(gateway, "base");
      String ofChild = key(gateway, "child");
      int stream = 1;
      for (int round = 0; round < 2; round++) {
        Fields one = version("v1");
        Fields two = version("v2");
        assertThat(status(client, stream, one.with("authorization", ofBase))).isEqualTo("0");
        assertThat(status(client, stream + 2, two.with("authorization", ofChild))).isEqualTo("0");
        assertThat(reason(answer(client, stream + 4, two.with("authorization", ofBase))))
            .isEqualTo("API_NOT_GRANTED");
        assertThat(reason(answer(client, stream + 6, one.with("authorization", ofChild))))
            .isEqualTo("API_NOT_GRANTED");
        assertThat(status(client, stream + 8, two)).isEqualTo("16");
        assertThat(status(client, stream + 10, one)).isEqualTo("16");
        stream += 12;
      }
      assertThat(server.takeHeads()).hasSize(2);
      assertThat(other.takeHeads()).hasSize(2);
    }
  }

  @Test
  void aGuardedVersionOfAnOpenApiStaysGuarded() {
    try (var gateway = withKeys(base("v2=child"), guarded(child()));
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(status(client, 1, CALL)).isEqualTo("0");
      assertThat(status(client, 3, version("v2"))).isEqualTo("16");
      Fields known = version("v2").with("authorization", key(gateway, "child"));
      assertThat(status(client, 5, known)).isEqualTo("0");
      assertThat(other.takeHeads()).hasSize(1);
    }
  }

  /** As in Tyk; and the operator is told. */
  @Test
  void anOpenVersionOfAGuardedApiIsOpenAndWarnedOf() {
    try (var gateway = withKeys(guarded(base("v2=child")), child());
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(status(client, 1, version("v2"))).isEqualTo("0");
      assertThat(status(client, 3, version("v1"))).isEqualTo("16");
      assertThat(status(client, 5, CALL)).isEqualTo("16");
      assertThat(gateway.apis().getFirst())
          .isInstanceOfSatisfying(
              ApiStatus.Serving.class,
              serving ->
                  assertThat(serving.problems().toString())
                      .contains("warning: definition.versions.v2: asks callers for nothing"));
    }
  }

  @Test
  void whatAVersionTakesFromAQueryIsNotForItsServer() {
    Api child =
        guarded(child())
            .with("auth_configs.authToken.use_param", true)
            .with("auth_configs.authToken.param_name", "token")
            .with("strip_auth_data", true);
    try (var gateway = withKeys(base("v2=child"), child);
        WirePeer client = WirePeer.client(gateway.port())) {
      Fields post =
          Fields.grpcRequest(SAY + "?a=b&token=" + key(gateway, "child"))
              .without("content-type")
              .without("te")
              .with("x-api-version", "v2");
      client.send(Frame.headers(1, post).last());
      assertThat(other.awaitHead().get(":path")).isEqualTo(SAY + "?a=b");
    }
  }

  // ---- what cannot be served -------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v2=none  | definition.versions.v2: \"none\" is the id of no API that is served",
        "v2=third | definition.versions.v2: has versions itself",
        "v2=old   | definition.versions.v2: has versions itself",
        "v2=tls   | definition.versions.v2: is called over TLS alone",
      })
  void aVersionThatCannotBeServedIsClosedAndTheOthersAreServed(String bad, String problem) {
    Api third = new Api("third", 0, "/third/", List.of(other.target()), base("v9=child").more());
    Api old =
        Api.of("old", other.target())
            .at("/old/")
            .with("definition.location", "header")
            .with("definition.key", "v")
            .with("version_data.versions", Map.of("a", Map.of()));
    Api tls =
        Api.of("tls", other.target()).at("/tls/").with("internal", true).with("protocol", "https");
    try (var gateway = TestGateway.serving(base(bad, "v3=child"), child(), third, old, tls);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(reason(answer(client, 1, version("v2")))).isEqualTo("API_NOT_SERVED");
      assertThat(status(client, 3, version("v3"))).isEqualTo("0");
      assertThat(status(client, 5, version("v1"))).isEqualTo("0");
      assertThat(other.takeHeads()).hasSize(1);
      assertThat(gateway.apis().getFirst().errors().toString())
          .contains("base.json:")
          .contains(problem);
    }
  }

  @Test
  void aVersionThatAsksForWhatIsNotDoneIsClosed() {
    Api child = child().with("use_oauth2", true);
    try (var gateway = TestGateway.serving(base("v2=child"), child);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(reason(answer(client, 1, version("v2")))).isEqualTo("API_NOT_SERVED");
      assertThat(status(client, 3, version("v1"))).isEqualTo("0");
    }
  }

  /** Nobody can call it. */
  @Test
  void aVersionOfNoneThatAsksForWhatIsNotDoneIsWarnedOf() {
    Api child = child().with("use_keyless", false).with("use_oauth2", true);
    try (var gateway = TestGateway.configured(Map.of("secret", Operator.SECRET), child)) {
      Reload reload = gateway.reload();
      assertThat(reload.isWhole()).isTrue();
      assertThat(reload.problems().toString()).contains("child.json:", "warning: use_oauth2");

      Operator operator = new Operator(gateway.port());
      assertThat(operator.ask("PUT", "/apis/child", Json.of(child.definition())).status())
          .isEqualTo(200);
      Operator.Answer naming =
          operator.ask("POST", "/apis", Json.of(base("v2=child").definition()));
      assertThat(naming.status()).isEqualTo(400);
      assertThat(naming.body()).contains("use_oauth2");

      Reload closed = gateway.write(base("v2=child")).reload();
      assertThat(closed.isWhole()).isFalse();
      assertThat(closed.problems().toString()).contains("error: use_oauth2");
    }
  }

  // ---- reloads ---------------------------------------------------------------------------------

  @Test
  void aChangeOfTheVersionCountsAndTheRestGoesOn() {
    Api child = child().with("global_rate_limit.rate", 1).with("global_rate_limit.per", 3600);
    try (var gateway = TestGateway.serving(base("v2=child"), child);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(status(client, 1, version("v1"))).isEqualTo("0");
      assertThat(status(client, 3, version("v2"))).isEqualTo("0");
      int connections = gateway.endpointConnections();

      assertThat(gateway.reload().problems()).isEmpty();
      assertThat(status(client, 5, version("v2"))).isEqualTo("8");

      gateway.write(child.with("global_rate_limit.rate", 2).with("expiration", "2001-01-01 00:00"));
      assertThat(gateway.reload().changed()).containsExactly("child");
      assertThat(reason(answer(client, 7, version("v2")))).isEqualTo("VERSION_EXPIRED");

      gateway.write(child.with("global_rate_limit.rate", 2));
      assertThat(gateway.reload().problems()).isEmpty();
      assertThat(status(client, 9, version("v2"))).isEqualTo("0");
      assertThat(status(client, 11, version("v1"))).isEqualTo("0");
      assertThat(gateway.endpointConnections()).isEqualTo(connections);
    }
  }

  @Test
  void aVersionThatIsGoneIsClosedUntilItIsBack() {
    try (var gateway = TestGateway.serving(base("v2=child"), child());
        WirePeer client = WirePeer.client(gateway.port())) {
      Reload gone = gateway.delete("child").reload();
      assertThat(gone.problems().toString()).contains("\"child\" is the id of no API");
      assertThat(gone.kept()).isEmpty();
      assertThat(reason(answer(client, 1, version("v2")))).isEqualTo("API_NOT_SERVED");
      assertThat(status(client, 3, version("v1"))).isEqualTo("0");
      assertThat(gateway.write(child()).reload().problems()).isEmpty();
      assertThat(status(client, 5, version("v2"))).isEqualTo("0");
    }
  }

  @Test
  void theLastGoodVersionStaysWhenTheNewOneIsBroken() {
    try (var gateway = TestGateway.serving(base("v2=child"), child());
        WirePeer client = WirePeer.client(gateway.port())) {
      gateway.write("child.json", "{\"api_id\": \"child\", \"proxy\": 7}");
      assertThat(gateway.reload().kept()).containsExactly("child");
      assertThat(status(client, 1, version("v2"))).isEqualTo("0");

      gateway.write(child()).write(base("v2=child", "v3=none"));
      Reload bad = gateway.reload();
      assertThat(bad.kept()).containsExactly("base");
      assertThat(bad.problems().toString()).contains("definition.versions.v3");
      assertThat(status(client, 3, version("v2"))).isEqualTo("0");
      assertThat(reason(answer(client, 5, version("v3")))).isEqualTo("VERSION_UNKNOWN");
    }
  }

  /** The last good definition has the same version closed: there is no reason to go on by that. */
  @Test
  void aChangeCountsBesideAVersionThatWasClosedBefore() {
    try (var gateway = TestGateway.serving(base("v2=child"), child());
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(status(client, 1, version("v1"))).isEqualTo("0");
      Api tight =
          base("v2=child")
              .with("enable_ip_whitelisting", true)
              .with("allowed_ips", List.of("10.0.0.1"));
      Reload reload = gateway.delete("child").write(tight).reload();
      assertThat(reload.kept()).isEmpty();
      assertThat(reload.problems().toString()).contains("\"child\" is the id of no API");
      assertThat(reason(answer(client, 3, version("v1")))).isEqualTo("ADDRESS_NOT_ALLOWED");

      gateway.write(base("v2=child", "v3=none", "v4=gone"));
      reload = gateway.reload();
      assertThat(reload.kept()).containsExactly("base");
      assertThat(reload.problems().toString()).contains("versions.v3", "versions.v4");
      assertThat(reason(answer(client, 5, version("v1")))).isEqualTo("ADDRESS_NOT_ALLOWED");
    }
  }

  /** It is good beside what its version falls back to. */
  @Test
  void aChangeIsNotHeldBackForAVersionThatFallsBack() {
    try (var gateway = TestGateway.serving(base(), child());
        WirePeer client = WirePeer.client(gateway.port())) {
      gateway.write(base("v2=child"));
      gateway.write(child().with("internal", false).at("/pkg.Service/"));
      Reload reload = gateway.reload();
      assertThat(reload.kept()).containsExactly("child");
      assertThat(status(client, 1, version("v2"))).isEqualTo("0");
      assertThat(other.takeHeads()).hasSize(1);
    }
  }

  @Test
  void aReloadTellsOfVersionsThatAreOpen() {
    try (var gateway = withKeys(guarded(base()), child())) {
      Reload reload = gateway.write(guarded(base("v2=child"))).reload();
      assertThat(reload.isWhole()).isTrue();
      assertThat(reload.problems().toString())
          .contains("warning: definition.versions.v2: asks callers for nothing");
    }
  }

  @Test
  void whatIsNoVersionAnyMoreIsUnknown() {
    try (var gateway = TestGateway.serving(base("v2=child"), child());
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(status(client, 1, version("v2"))).isEqualTo("0");
      assertThat(gateway.write(base()).reload().problems()).isEmpty();
      assertThat(reason(answer(client, 3, version("v2")))).isEqualTo("VERSION_UNKNOWN");
      assertThat(other.takeHeads()).hasSize(1);
    }
  }
}
