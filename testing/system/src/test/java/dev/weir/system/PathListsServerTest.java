package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Fields.Field;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Paths that may be called by nobody, alone, or by anybody. */
class PathListsServerTest {
  private static final String OK = "grpc 0";
  private static final String REFUSED = "grpc 7";
  private static final String UNKNOWN_CALLER = "grpc 16";
  private static final String OPEN = "/pkg.Service/Open";
  private static final String SECRET = "/pkg.Service/Secret";

  private final HeadRecorder server = HeadRecorder.listen();

  @TempDir Path data;

  @AfterEach
  void stop() {
    server.close();
  }

  private Api api(Map<String, Object> version) {
    return Api.of("listed", server.target())
        .with("version_data.not_versioned", true)
        .with("version_data.versions", Map.of("Default", version));
  }

  private Api listing(String list, Map<?, ?>... entries) {
    return api(
        Map.of("use_extended_paths", true, "extended_paths", Map.of(list, List.of(entries))));
  }

  private static Map<String, Object> path(String path) {
    return Map.of("path", path, "method", "POST");
  }

  private static String fate(TestGateway gateway, Fields request) {
    try (WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, request).last());
      return client.expectFate(1);
    }
  }

  private static String fate(TestGateway gateway, String path) {
    return fate(gateway, Fields.grpcRequest(path));
  }

  private static Fields http(String method, String path) {
    return new Fields(
        Fields.grpcRequest(path).without("content-type").without("te").list().stream()
            .map(field -> field.name().equals(":method") ? new Field(":method", method) : field)
            .toList());
  }

  @Test
  void whatIsOnTheWhiteListIsAllThatMayBeCalled() {
    try (var gateway =
        TestGateway.serving(listing("white_list", path(OPEN), path("/other.Service/*")))) {
      assertThat(fate(gateway, OPEN)).isEqualTo(OK);
      assertThat(fate(gateway, "/other.Service/Any")).isEqualTo(OK);
      assertThat(fate(gateway, SECRET)).isEqualTo(REFUSED);
      assertThat(fate(gateway, OPEN + "Again")).isEqualTo(REFUSED);
      assertThat(fate(gateway, "/other.Services/Any")).isEqualTo(REFUSED);
    }
    assertThat(server.takeHeads()).hasSize(2);
  }

  /** A list that was written for Tyk blocks no less than there. */
  @Test
  void whatMatchesTheBlackListAnywhereMayNotBeCalled() {
    try (var gateway = TestGateway.serving(listing("black_list", path(SECRET)))) {
      assertThat(fate(gateway, OPEN)).isEqualTo(OK);
      assertThat(fate(gateway, SECRET)).isEqualTo(REFUSED);
      assertThat(fate(gateway, SECRET + "Again")).isEqualTo(REFUSED);
      assertThat(fate(gateway, "/pkg_Service/Secret")).isEqualTo(REFUSED);
      assertThat(fate(gateway, "/" + "a".repeat(1100) + "/Secret")).isEqualTo(REFUSED);
    }
    assertThat(server.takeHeads()).hasSize(1);
  }

  @Test
  void theOldFormOfTheListsCountsToo() {
    try (var gateway =
        TestGateway.serving(
            api(Map.of("paths", Map.of("white_list", List.of(OPEN), "black_list", List.of()))))) {
      assertThat(fate(gateway, OPEN)).isEqualTo(OK);
      assertThat(fate(gateway, SECRET)).isEqualTo(REFUSED);
    }
  }

  @Test
  void patternsAreThoseOfTyk() {
    try (var gateway =
        TestGateway.serving(listing("white_list", path("^/pkg.Service/(Op|Cl)[a-z]+$")))) {
      assertThat(fate(gateway, OPEN)).isEqualTo(OK);
      assertThat(fate(gateway, "/pkg.Service/Close")).isEqualTo(OK);
      assertThat(fate(gateway, SECRET)).isEqualTo(REFUSED);
    }
  }

  @Test
  void methodsSwitchesAndCaseAreThoseOfTheEntry() {
    Api api =
        listing(
            "black_list",
            Map.of("path", "/pkg.Service/ByGet", "method", "GET"),
            Map.of(
                "path",
                "/pkg.Service/Acted",
                "method_actions",
                Map.of("POST", Map.of("action", "no_action"))),
            Map.of("path", "/pkg.Service/Off", "disabled", true),
            Map.of("path", "/pkg.Service/case", "ignore_case", true));
    try (var gateway = TestGateway.serving(api)) {
      assertThat(fate(gateway, "/pkg.Service/ByGet")).isEqualTo(OK);
      assertThat(fate(gateway, http("GET", "/pkg.Service/ByGet"))).isEqualTo("http 403");
      assertThat(fate(gateway, "/pkg.Service/Acted")).isEqualTo(REFUSED);
      assertThat(fate(gateway, "/pkg.Service/Off")).isEqualTo(OK);
      assertThat(fate(gateway, "/pkg.Service/CASE")).isEqualTo(REFUSED);
    }
  }

  @Test
  void anEntryMayLeaveOutTheListenPath() {
    Api below =
        listing("white_list", path(OPEN)).at("/below/").with("proxy.strip_listen_path", true);
    try (var gateway = TestGateway.serving(below)) {
      assertThat(fate(gateway, "/below" + OPEN)).isEqualTo(OK);
      assertThat(fate(gateway, "/below" + SECRET)).isEqualTo(REFUSED);
    }
  }

  @Test
  void aRepeatedPathIsDecidedOnAnewAfterAReload() {
    try (var gateway = TestGateway.serving(listing("black_list", path(SECRET)));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, Fields.grpcRequest(OPEN)).last());
      assertThat(client.expectFate(1)).isEqualTo(OK);
      client.send(Frame.headers(3, Fields.grpcRequest(SECRET)).last());
      assertThat(client.expectFate(3)).isEqualTo(REFUSED);

      gateway.write(listing("black_list", path(OPEN)));
      assertThat(gateway.reload().isWhole()).isTrue();
      client.send(Frame.headers(5, Fields.grpcRequest(OPEN)).last());
      assertThat(client.expectFate(5)).isEqualTo(REFUSED);
      client.send(Frame.headers(7, Fields.grpcRequest(SECRET)).last());
      assertThat(client.expectFate(7)).isEqualTo(OK);
    }
  }

  private TestGateway guarded(Api api) {
    return TestGateway.configured(
        Map.of("secret", Operator.SECRET, "weir", Map.of("data_dir", data.toString())),
        api.with("use_keyless", false).with("strip_auth_data", true));
  }

  @Test
  void whatIsIgnoredNeedsNoCredential() {
    try (var gateway = guarded(listing("ignored", path(OPEN)))) {
      assertThat(fate(gateway, OPEN)).isEqualTo(OK);
      assertThat(fate(gateway, OPEN + "Again")).isEqualTo(UNKNOWN_CALLER);
      assertThat(fate(gateway, SECRET)).isEqualTo(UNKNOWN_CALLER);
      assertThat(server.takeHeads()).hasSize(1);

      Fields shown = Fields.grpcRequest(OPEN).with("authorization", "mine");
      assertThat(fate(gateway, shown)).isEqualTo(OK);
      assertThat(server.awaitHead().has("authorization")).isFalse();
    }
  }

  /** E10: a path that a server might take for one that is ignored is none. */
  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/Secret/../Open",
    "/pkg.Service//Open",
    "/pkg.Service/%4fpen",
    "/pkg.Service/Open/",
    "/pkg.Service/Open/..",
    "/pkg.Service/Open/../Secret",
    "/pkg.Service/Open;a/../Secret",
    "/pkg.Service/Open%2f..%2fSecret",
    "//pkg.Service/Open",
  })
  void e10NoOtherShapeOfAPathIsIgnored(String path) {
    try (var gateway = guarded(listing("ignored", path("/pkg.Service/Open"), path("Open")))) {
      assertThat(fate(gateway, http("POST", path))).isEqualTo("http 401");
      assertThat(fate(gateway, path)).isNotEqualTo(OK);
    }
    assertThat(server.takeHeads()).isEmpty();
  }

  /** E10: nor does one get by what is blocked. */
  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/%53ecret",
    "/pkg.Service/./Secret",
    "//pkg.Service/Secret",
    "/pkg.Service%2fSecret",
    "/pkg.Service/x/../Secret",
    "/pkg.Service\\Secret",
    "/pkg.Service/Secret?a=b",
  })
  void e10NoShapeOfAPathGetsByWhatIsBlocked(String path) {
    try (var gateway = TestGateway.serving(listing("black_list", path("^/pkg.Service/Secret$")))) {
      assertThat(fate(gateway, http("POST", path))).isEqualTo("http 403");
      assertThat(fate(gateway, path)).isNotEqualTo(OK);
    }
    assertThat(server.takeHeads()).isEmpty();
  }

  @Test
  void aBadPatternIsAnErrorAtItsPlace() {
    try (var gateway = TestGateway.serving(listing("black_list", path(SECRET)))) {
      gateway.write(
          "listed.json",
          """
          {"api_id": "listed", "use_keyless": true,
           "proxy": {"listen_path": "/", "target_url": "%s"},
           "version_data": {"not_versioned": true, "versions": {"Default": {
             "extended_paths": {"black_list": [{"path": "/fine"},
               {"path": "/bro(ken"}]}}}}}
          """
              .formatted(server.target()));
      assertThat(gateway.reload().problems().toString())
          .contains(
              "listed.json:5:15: error: "
                  + "version_data.versions.Default.extended_paths.black_list[1].path: "
                  + "\"/bro(ken\" is no regular expression");
      assertThat(fate(gateway, SECRET)).isEqualTo(REFUSED);
    }
  }
}
