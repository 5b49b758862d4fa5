package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.WirePeer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Heads that are changed on their way to servers and to callers. */
class HeadChangesServerTest {
  private static final String PATH = "/pkg.Service/Say";
  private static final Fields CALL = Fields.grpcRequest(PATH);

  private final HeadRecorder server = HeadRecorder.listen();

  @TempDir Path data;

  @AfterEach
  void stop() {
    server.close();
  }

  private Api api(Map<String, Object> version) {
    return Api.of("edited", server.target())
        .with("version_data.not_versioned", true)
        .with("version_data.versions", Map.of("Default", version));
  }

  private Api list(String list, Map<?, ?>... entries) {
    return api(
        Map.of("use_extended_paths", true, "extended_paths", Map.of(list, List.of(entries))));
  }

  /** The head that the server gets of this one. */
  private Fields forwarded(TestGateway gateway, Fields request) {
    try (WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, request).last());
      assertThat(client.expectFate(1)).isEqualTo("grpc 0");
      return server.awaitHead();
    }
  }

  @Test
  void fieldsAreSetInThePlaceOfTheCallersAndRemoved() {
    Api api =
        api(
            Map.of(
                "global_headers",
                Map.of("X-Gateway", "weir", "x-real-ip", "10.0.0.1", "a-bin", "AAEC"),
                "global_headers_remove",
                List.of("X-Internal", "authorization")));
    try (var gateway = TestGateway.serving(api)) {
      Fields head =
          forwarded(
              gateway,
              CALL.with("x-gateway", "forged")
                  .with("x-real-ip", "6.6.6.6")
                  .with("x-internal", "a")
                  .with("x-internal", "b")
                  .with("authorization", "secret")
                  .with("x-other", "stays"));
      assertThat(head.all("x-gateway")).containsExactly("weir");
      assertThat(head.all("x-real-ip")).containsExactly("10.0.0.1");
      assertThat(head.all("a-bin")).containsExactly("AAEC");
      assertThat(head.has("x-internal")).isFalse();
      assertThat(head.has("authorization")).isFalse();
      assertThat(head.all("x-other")).containsExactly("stays");
      assertThat(head.all("te")).containsExactly("trailers");
      assertThat(head.all("x-forwarded-for")).containsExactly("127.0.0.1");
      assertThat(head.get(":path")).isEqualTo(PATH);
    }
  }

  /** Servers that hand fields on as variables cannot tell one from the other. */
  @Test
  void e12AnAliasOfAFieldGoesWithIt() {
    Api api =
        api(
            Map.of(
                "global_headers",
                Map.of("x-user-id", "7"),
                "global_headers_remove",
                List.of("x_admin")));
    try (var gateway = TestGateway.serving(api)) {
      Fields head =
          forwarded(
              gateway, CALL.with("x_user_id", "1").with("x-user_id", "1").with("x-admin", "yes"));
      assertThat(head.all("x-user-id")).containsExactly("7");
      assertThat(head.has("x_user_id")).isFalse();
      assertThat(head.has("x-user_id")).isFalse();
      assertThat(head.has("x-admin")).isFalse();
    }
  }

  @Test
  void theFirstEntryThatAPathIsOnIsMade() {
    Api api =
        list(
            "transform_headers",
            Map.of("path", "/pkg.Service/S", "method", "POST", "add_headers", Map.of("x-at", "s")),
            Map.of("path", "/pkg.Service/*", "add_headers", Map.of("x-at", "any")),
            Map.of("path", "/", "disabled", true, "add_headers", Map.of("x-at", "off")));
    try (var gateway = TestGateway.serving(api)) {
      assertThat(forwarded(gateway, CALL).all("x-at")).containsExactly("s");
      assertThat(forwarded(gateway, Fields.grpcRequest("/pkg.Service/Do")).all("x-at"))
          .containsExactly("any");
      assertThat(forwarded(gateway, Fields.grpcRequest("/other.Service/Do")).has("x-at")).isFalse();
    }
  }

  @Test
  void variablesSayWhatIsKnownOfTheCall() {
    Api api =
        api(
            Map.of(
                "global_headers",
                Map.of(
                    "x-from", "$tyk_context.remote_addr",
                    "x-path", "<$tyk_context.path>",
                    "x-tenant", "t-$tyk_context.headers_X_Tenant_Id",
                    "x-nothing", "$tyk_context.headers_X_Missing",
                    "x-plan", "$tyk_meta.plan",
                    "x-request-id", "$tyk_context.request_id")));
    try (var gateway = TestGateway.serving(api)) {
      Fields head = forwarded(gateway, CALL.with("x-tenant-id", "acme").with("x-plan", "gold"));
      assertThat(head.all("x-from")).containsExactly("127.0.0.1");
      assertThat(head.all("x-path")).containsExactly("<" + PATH + ">");
      assertThat(head.all("x-tenant")).containsExactly("t-acme");
      assertThat(head.all("x-nothing")).containsExactly("");
      assertThat(head.all("x-plan")).containsExactly("");
      assertThat(head.get("x-request-id")).matches("[0-9a-f]{32}");
      assertThat(forwarded(gateway, CALL).get("x-request-id"))
          .isNotEqualTo(head.get("x-request-id"));
    }
  }

  @Test
  void metaDataOfTheKeyIsToldAndCannotBreakOutOfItsField() {
    Api api =
        api(Map.of("global_headers", Map.of("x-plan", "$tyk_meta.plan")))
            .with("use_keyless", false);
    try (var gateway =
        TestGateway.configured(
            Map.of("secret", Operator.SECRET, "weir", Map.of("data_dir", data.toString())), api)) {
      Operator operator = new Operator(gateway.port());
      String key = "{'org_id':'default','access_rights':{'edited':{}},'meta_data':{'plan':'%s'}}";
      String gold = operator.ask("POST", "/keys", key.formatted("gold")).member("key");
      String evil = operator.ask("POST", "/keys", key.formatted("a\\r\\nx-b: é ")).member("key");
      assertThat(forwarded(gateway, CALL.with("authorization", gold)).all("x-plan"))
          .containsExactly("gold");
      assertThat(forwarded(gateway, CALL.with("authorization", evil)).all("x-plan"))
          .containsExactly("a??x-b: ?");
    }
  }

  @Test
  void answersAreChangedOnTheirHeadsOnly() {
    try (EchoBackend backend = EchoBackend.start("one")) {
      Api api =
          Api.of("edited", backend.target())
              .with("version_data.not_versioned", true)
              .with(
                  "version_data.versions",
                  Map.of(
                      "Default",
                      Map.of(
                          "global_response_headers",
                          Map.of("x-from", "$tyk_context.remote_addr", "x-by", "weir"))));
      try (var gateway = TestGateway.serving(api);
          WirePeer client = WirePeer.client(gateway.port())) {
        client.send(Frame.headers(1, Fields.grpcRequest("/weir.testkit.Echo/Unary")));
        client.send(Frame.data(1, new byte[5]).last());
        Fields head = client.expectHeaders(1).fields();
        assertThat(head.all("x-by")).containsExactly("weir");
        assertThat(head.all("x-from")).containsExactly("127.0.0.1");
        assertThat(head.get("content-type")).startsWith("application/grpc");
        Fields trailers = client.expectData(1) == null ? head : client.expectHeaders(1).fields();
        assertThat(trailers.get("grpc-status")).isEqualTo("0");
        assertThat(trailers.has("x-by")).isFalse();
        try (EchoClient echo = EchoClient.to(gateway.port())) {
          Outcome outcome = echo.call(EchoClient.UNARY, EchoClient.request("hi"));
          assertThat(outcome.code()).isZero();
        }
      }
    }
  }

  @Test
  void anAnswerOfOneHeadKeepsItsStatus() {
    Api api = api(Map.of("global_response_headers", Map.of("x-by", "weir")));
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, CALL).last());
      Fields answer = client.expectHeaders(1).fields();
      assertThat(answer.get(":status")).isEqualTo("200");
      assertThat(answer.all("x-by")).containsExactly("weir");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'global_headers': {':path': '/a'}",
        "'global_headers': {'grpc-timeout': '1S'}",
        "'global_headers': {'Content-Type': 'a'}",
        "'global_headers': {'te': 'a'}",
        "'global_headers': {'connection': 'close'}",
        "'global_headers': {'x-forwarded-for': '10.0.0.1'}",
        "'global_headers': {'a b': 'c'}",
        "'global_headers': {'a': 'b\\r\\nc: d'}",
        "'global_headers': {'a-bin': '!'}",
        "'global_headers': {'a-bin': '$tyk_meta.a'}",
        "'global_headers_remove': ['grpc-encoding']",
        "'global_response_headers': {'grpc-status': '0'}",
        "'global_response_headers_remove': ['grpc_message']",
        "'extended_paths': {'transform_headers': [{'path': '/a', 'delete_headers': ['content-type']}]}",
        "'extended_paths': {'transform_response_headers': [{'path': '/a(', 'delete_headers': ['a']}]}"
      })
  void whatACallIsReadByIsNotChangedAndIsAnErrorAtItsPlace(String fields) {
    try (var gateway = TestGateway.serving(api(Map.of("global_headers", Map.of("x-by", "weir"))))) {
      gateway.write(
          "edited.json",
          """
          {"api_id": "edited", "use_keyless": true,
           "proxy": {"listen_path": "/", "target_url": "%s"},
           "version_data": {"not_versioned": true, "versions": {"Default": {
             %s}}}}
          """
              .formatted(server.target(), fields.replace('\'', '"')));
      assertThat(gateway.reload().problems().toString())
          .contains("edited.json:4:")
          .contains(": error: version_data.versions.Default.");
      assertThat(forwarded(gateway, CALL).all("x-by")).containsExactly("weir");
    }
  }

  /** Some servers add trailers to the head. */
  @Test
  void e13TrailersGoNotAroundAChange() {
    Api api = api(Map.of("global_headers", Map.of("x-plan", "basic")));
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(
          Frame.headers(1, CALL),
          Frame.message(1, "hi"),
          Frame.headers(1, Fields.of("x-plan", "gold")).last());
      assertThat(client.expectFate(1)).isEqualTo("grpc 13");
    }
  }

  /** What a server might take for a path of an entry has to be changed as that one. */
  @ParameterizedTest
  @CsvSource({
    "/pkg%2EService/Say, http 403",
    "/pkg.Service//Say, http 403",
    "/pkg.Service/x/../Say, http 403",
    "/pkg.Service/Say, grpc 0",
    "/pkg.Other/Say, grpc 0"
  })
  void e10NoPathGoesAroundAChange(String path, String fate) {
    Api api =
        list(
            "transform_headers", Map.of("path", "/pkg.Service/", "delete_headers", List.of("x-a")));
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      Fields call = CALL.without(":path").without("content-type").without("te");
      client.send(Frame.headers(1, Fields.of(":path", path).and(call).with("x-a", "mine")).last());
      assertThat(client.expectFate(1)).isEqualTo(fate);
    }
  }

  @Test
  void aLaterChangeOfAnAliasCountsAlone() {
    Api api =
        api(
            Map.of(
                "use_extended_paths",
                true,
                "global_headers",
                Map.of("x_user", "all", "x_gone", "all"),
                "extended_paths",
                Map.of(
                    "transform_headers",
                    List.of(
                        Map.of(
                            "path",
                            PATH,
                            "add_headers",
                            Map.of("x-user", "one"),
                            "delete_headers",
                            List.of("x-gone"))))));
    try (var gateway = TestGateway.serving(api)) {
      Fields head = forwarded(gateway, CALL.with("x_user", "mine"));
      assertThat(head.all("x-user")).containsExactly("one");
      assertThat(head.has("x_user")).isFalse();
      assertThat(head.has("x_gone")).isFalse();
    }
  }

  @Test
  void aVariableThatIsNotKnownHereIsNotServed() {
    try (var gateway =
        TestGateway.serving(api(Map.of("global_headers", Map.of("x-a", "$tyk_context.token"))))) {
      try (WirePeer client = WirePeer.client(gateway.port())) {
        client.send(Frame.headers(1, CALL).last());
        assertThat(client.expectFate(1)).isEqualTo("grpc 14");
      }
      assertThat(gateway.apis().toString()).contains("$tyk_context.token");
    }
  }
}
