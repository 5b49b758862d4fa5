package dev.weir.system;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.WirePeer;
import io.grpc.Metadata;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several versions of one API, of which a field of the call names one. */
class VersionsServerTest {
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

  private Api api(Map<String, Object> versions) {
    return Api.of("many", server.target())
        .with("definition.location", "header")
        .with("definition.key", "X-Api-Version")
        .with("version_data.not_versioned", false)
        .with("version_data.versions", versions);
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

  private static String reason(Fields answer) {
    String details = answer.get("grpc-status-details-bin");
    String text = new String(Base64.getDecoder().decode(details), US_ASCII);
    return text.replaceAll("(?s).*?([A-Z]+_[A-Z_]+[A-Z]).*", "$1");
  }

  @Test
  void whoMayNotCallFromThereIsNotToldWhichVersionsThereAre() {
    Api api =
        api(Map.of("v1", Map.of()))
            .with("enable_ip_whitelisting", true)
            .with("allowed_ips", List.of("10.0.0.1"));
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(reason(answer(client, 1, CALL))).isEqualTo("ADDRESS_NOT_ALLOWED");
      assertThat(reason(answer(client, 3, version("none")))).isEqualTo("ADDRESS_NOT_ALLOWED");
      assertThat(reason(answer(client, 5, version("v1")))).isEqualTo("ADDRESS_NOT_ALLOWED");
    }
  }

  /** One connection for all, so that what is remembered of one version is not that of another. */
  @Test
  void eachVersionHasItsOwnRules() {
    Api api =
        api(
            Map.of(
                "v1",
                Map.of("global_headers", Map.of("x-is", "one")),
                "v2",
                Map.of(
                    "override_target", other.target(),
                    "use_extended_paths", true,
                    "extended_paths", Map.of("white_list", List.of(Map.of("path", SAY)))),
                "v3",
                Map.of(
                    "use_extended_paths",
                    true,
                    "extended_paths",
                    Map.of(
                        "black_list",
                        List.of(Map.of("path", "Say")),
                        "url_rewrites",
                        List.of(
                            Map.of(
                                "path", "/",
                                "match_pattern", ".*",
                                "rewrite_to", "/new.Service/Do"))))));
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      int stream = 1;
      for (int round = 0; round < 3; round++) {
        assertThat(answer(client, stream, version("v1")).get("grpc-status")).isEqualTo("0");
        Fields one = server.awaitHead();
        assertThat(one.all("x-is")).containsExactly("one");
        assertThat(one.all("x-api-version")).containsExactly("v1");
        assertThat(answer(client, stream + 2, version("v2")).get("grpc-status")).isEqualTo("0");
        assertThat(other.awaitHead().has("x-is")).isFalse();
        assertThat(answer(client, stream + 4, version("v3")).get("grpc-status")).isEqualTo("7");
        Fields more = Fields.grpcRequest("/pkg.Service/Do").with("x-api-version", "v3");
        assertThat(answer(client, stream + 6, more).get("grpc-status")).isEqualTo("0");
        assertThat(server.awaitHead().get(":path")).isEqualTo("/new.Service/Do");
        Fields unlisted = Fields.grpcRequest("/pkg.Service/Do").with("x-api-version", "v2");
        assertThat(answer(client, stream + 8, unlisted).get("grpc-status")).isEqualTo("7");
        stream += 10;
      }
      assertThat(server.takeHeads()).isEmpty();
      assertThat(other.takeHeads()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.0/8, 0", "203.0.113.0/24, 3"})
  void e13AFieldOfProxiesNamesAVersionFromThoseOnly(String trusted, String status) {
    Map<String, Object> proxies =
        Map.of(
            "weir",
            Map.of("strip_headers", List.of("x-api-version"), "trusted_proxies", List.of(trusted)));
    Api api = api(Map.of("v1", Map.of(), "v2", Map.of()));
    try (var gateway = TestGateway.configured(proxies, api);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(answer(client, 1, version("v1")).get("grpc-status")).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @CsvSource({"x-api-version, http 400", "x_api_version, http 400", "x-other, grpc 0"})
  void e13TrailersNameNoVersion(String field, String fate) {
    try (var gateway = TestGateway.serving(api(Map.of("v1", Map.of(), "v2", Map.of())));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(
          Frame.headers(1, version("v1").without("content-type").without("te")),
          Frame.headers(1, Fields.of(field, "v2")).last());
      assertThat(client.expectFate(1)).isEqualTo(fate);
    }
  }

  @Test
  void aRateOfAMethodIsThatOfOneVersion() {
    Map<String, Object> one =
        Map.of(
            "extended_paths",
            Map.of(
                "rate_limit",
                List.of(Map.of("path", SAY, "method", "POST", "rate", 1, "per", 3600))));
    try (var gateway = TestGateway.serving(api(Map.of("v1", one, "v2", one)));
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(answer(client, 1, version("v1")).get("grpc-status")).isEqualTo("0");
      assertThat(answer(client, 3, version("v2")).get("grpc-status")).isEqualTo("0");
      assertThat(answer(client, 5, version("v1")).get("grpc-status")).isEqualTo("8");
      assertThat(answer(client, 7, version("v2")).get("grpc-status")).isEqualTo("8");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v1,     , 0,  ",
    "V1,     , 12, VERSION_UNKNOWN",
    "v9,     , 12, VERSION_UNKNOWN",
    "old,    , 12, VERSION_EXPIRED",
    "'',     , 3,  VERSION_MISSING",
    ",       , 3,  VERSION_MISSING",
    "v1,   v1, 3,  VERSION_MISSING",
    "v1,   v2, 3,  VERSION_MISSING",
  })
  void whoNamesNoVersionIsToldWhy(String name, String alias, String status, String reason) {
    Api api =
        api(
            Map.of(
                "v1", Map.of("name", "v1", "expires", "2999-01-01 00:00"),
                "v2", Map.of(),
                "old", Map.of("expires", "2001-01-01 00:00")));
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      Fields call = name == null ? CALL : version(name);
      Fields answer = answer(client, 1, alias == null ? call : call.with("x_api_version", alias));
      assertThat(answer.get("grpc-status")).isEqualTo(status);
      if (reason != null) {
        assertThat(reason(answer)).isEqualTo(reason);
        assertThat(server.takeHeads()).isEmpty();
      }
    }
  }

  @Test
  void whoNamesNoneGetsTheDefault() {
    Api api =
        api(Map.of("v1", Map.of(), "v2", Map.of("override_target", other.target())))
            .with("version_data.default_version", "v2");
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(answer(client, 1, CALL).get("grpc-status")).isEqualTo("0");
      assertThat(other.awaitHead().has("x-api-version")).isFalse();
      assertThat(answer(client, 3, version("v3")).get("grpc-status")).isEqualTo("12");
      assertThat(server.takeHeads()).isEmpty();
    }
  }

  @Test
  void serversNeedNotSeeTheField() {
    Api api =
        api(Map.of("v1", Map.of("global_headers", Map.of("x-is", "one")), "v2", Map.of()))
            .with("definition.strip_versioning_data", true);
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      int stream = 1;
      for (String name : List.of("v1", "v2")) {
        assertThat(answer(client, stream, version(name)).get("grpc-status")).isEqualTo("0");
        Fields head = server.awaitHead();
        assertThat(head.has("x-api-version")).isFalse();
        assertThat(head.has("x-is")).isEqualTo(name.equals("v1"));
        stream += 2;
      }
    }
  }

  @Test
  void othersThanGrpcGetTheStatusOfTyk() {
    Fields post = CALL.without("content-type").without("te");
    try (var gateway = TestGateway.serving(api(Map.of("v1", Map.of())));
        WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, post.with("x-api-version", "v2")).last());
      assertThat(client.expectFate(1)).isEqualTo("http 403");
    }
  }

  @Test
  void anApiThatHasExpiredIsNotServed() {
    Api api = Api.of("many", server.target()).with("expiration", "2001-01-01 00:00");
    try (var gateway = TestGateway.serving(api);
        WirePeer client = WirePeer.client(gateway.port())) {
      assertThat(reason(answer(client, 1, CALL))).isEqualTo("VERSION_EXPIRED");
      gateway.write(api.with("expiration", "2999-01-01 00:00"));
      assertThat(gateway.reload().problems()).isEmpty();
      assertThat(answer(client, 3, CALL).get("grpc-status")).isEqualTo("0");
    }
  }

  // ---- keys ------------------------------------------------------------------------------------

  private TestGateway withKeys(Api api) {
    return TestGateway.configured(
        Map.of("secret", Operator.SECRET, "weir", Map.of("data_dir", data.toString())),
        api.with("use_keyless", false));
  }

  private static String key(TestGateway gateway, String versions) {
    return new Operator(gateway.port())
        .ask(
            "POST",
            "/keys",
            "{'org_id':'default','access_rights':{'many':{'versions':[" + versions + "]}}}")
        .member("key");
  }

  @Test
  void e10AKeyIsGoodForItsVersionsOnly() {
    try (var gateway = withKeys(api(Map.of("v1", Map.of(), "v2", Map.of(), "v3", Map.of())));
        WirePeer client = WirePeer.client(gateway.port())) {
      String two = key(gateway, "'v1','v2'");
      String none = key(gateway, "");
      int stream = 1;
      for (String name : List.of("v1", "v2", "v1")) {
        Fields answer = answer(client, stream, version(name).with("authorization", two));
        assertThat(answer.get("grpc-status")).isEqualTo("0");
        stream += 2;
      }
      Fields refused = answer(client, stream, version("v3").with("authorization", two));
      assertThat(reason(refused)).isEqualTo("VERSION_NOT_GRANTED");
      assertThat(refused.get("grpc-status")).isEqualTo("7");
      refused = answer(client, stream + 2, version("v1").with("authorization", none));
      assertThat(reason(refused)).isEqualTo("VERSION_NOT_GRANTED");
      assertThat(server.takeHeads()).hasSize(3);
    }
  }

  @Test
  void aStreamEndsWhenItsVersionIsTakenFromTheKeyAndNotByAReload() {
    try (EchoBackend backend = EchoBackend.start("one")) {
      Api api =
          new Api(
              "many",
              0,
              "/",
              List.of(backend.target()),
              api(Map.of("v1", Map.of(), "v2", Map.of())).more());
      try (var gateway = withKeys(api);
          EchoClient client = EchoClient.to(gateway.port())) {
        Metadata metadata = new Metadata();
        String token = key(gateway, "'v1'");
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), token);
        metadata.put(Metadata.Key.of("x-api-version", Metadata.ASCII_STRING_MARSHALLER), "v1");
        OpenCall chat = client.open(EchoClient.CHAT, metadata);
        chat.send("one").awaitReply();
        gateway.write(
            new Api(
                    "many",
                    0,
                    "/",
                    List.of(backend.target()),
                    api(Map.of("v1", Map.of("global_headers", Map.of("a", "b")))).more())
                .with("use_keyless", false));
        assertThat(gateway.reload().problems()).isEmpty();
        chat.send("two").awaitReply();
        new Operator(gateway.port())
            .ask(
                "PUT",
                "/keys/" + token,
                "{'org_id':'default','access_rights':{'many':{'versions':['v2']}}}")
            .member("key");
        assertThat(chat.awaitEnd().code()).isEqualTo(7);
      }
    }
  }
}
