package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Fields.Field;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.OpenCall;
import dev.weir.testkit.WirePeer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls that go to other paths, methods and hosts than they ask for. */
class RewritesServerTest {
  private static final String SAY = "/pkg.Service/Say";

  private final HeadRecorder server = HeadRecorder.listen();

  @TempDir Path data;

  @AfterEach
  void stop() {
    server.close();
  }

  private Api api(Map<?, ?>... rewrites) {
    return Api.of("rewritten", server.target())
        .with("version_data.not_versioned", true)
        .with(
            "version_data.versions",
            Map.of(
                "Default",
                Map.of(
                    "use_extended_paths",
                    true,
                    "extended_paths",
                    Map.of("url_rewrites", List.of(rewrites)))));
  }

  private static Map<String, Object> rewrite(String pattern, String to, Map<?, ?>... triggers) {
    var rewrite = new LinkedHashMap<String, Object>();
    rewrite.put("path", "/");
    rewrite.put("match_pattern", pattern);
    rewrite.put("rewrite_to", to);
    rewrite.put("triggers", List.of(triggers));
    return rewrite;
  }

  /** The same for other paths. */
  private static Map<String, Object> of(String path, Map<String, Object> rewrite) {
    var other = new LinkedHashMap<>(rewrite);
    other.put("path", path);
    other.put("method", "POST");
    return other;
  }

  private static Map<String, Object> trigger(String on, String kind, Map<?, ?> wanted, String to) {
    return Map.of("on", on, "options", Map.of(kind, wanted), "rewrite_to", to);
  }

  private static Map<String, Object> matches(String expression) {
    return Map.of("match_rx", expression);
  }

  private static Fields http(String method, String path) {
    return new Fields(
        Fields.grpcRequest(path).without("content-type").without("te").list().stream()
            .map(field -> field.name().equals(":method") ? new Field(":method", method) : field)
            .toList());
  }

  private static String fate(TestGateway gateway, Fields request) {
    try (WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, request).last());
      return client.expectFate(1);
    }
  }

  /** The path that the server gets of a call. */
  private String forwarded(TestGateway gateway, Fields request) {
    assertThat(fate(gateway, request)).isIn("grpc 0", "http 200");
    return server.awaitHead().get(":path");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "^/pkg[.]Service/(.*)$      | /pkg.v2.Service/$1       | /pkg.Service/Say | /pkg.v2.Service/Say",
        "/([^/]+)/([^/]+)           | /$2/$1                   | /pkg.Service/Say | /Say/pkg.Service",
        "/pkg.Service/Say           | pkg.Service/Do           | /pkg.Service/Say | /pkg.Service/Do",
        "Say                        | /x$0                     | /pkg.Service/Say | /xSay",
        "/other/(.*)                | /new/$1                  | /pkg.Service/Say | /pkg.Service/Say",
        "/(a)?pkg                   | /new/x$1                 | /pkg.Service/Say | /new/x",
        ".*                         | $0Again                  | /pkg.Service/Say | /pkg.Service/SayAgain"
      })
  void aPathIsMadeOfWhatThePatternFinds(String pattern, String to, String asked, String got) {
    try (var gateway = TestGateway.serving(api(rewrite(pattern, to)))) {
      assertThat(forwarded(gateway, Fields.grpcRequest(asked))).isEqualTo(got);
      assertThat(forwarded(gateway, Fields.grpcRequest(asked))).isEqualTo(got);
    }
  }

  @Test
  void theFirstEntryThatAPathIsOnCounts() {
    Api api = api(of(SAY, rewrite("/no", "/first/one")), rewrite("/([^/]*)/", "/second/$1"));
    try (var gateway = TestGateway.serving(api)) {
      assertThat(forwarded(gateway, Fields.grpcRequest(SAY))).isEqualTo(SAY);
      assertThat(forwarded(gateway, Fields.grpcRequest("/a.B/C"))).isEqualTo("/second/a.B");
    }
  }

  @Test
  void theListenPathGoesAndTheTargetsOwnStays() {
    Api api =
        Api.of("rewritten", server.target() + "/base")
            .at("/svc/")
            .with("proxy.strip_listen_path", true)
            .with("version_data.not_versioned", true)
            .with(
                "version_data.versions",
                Map.of(
                    "Default",
                    Map.of(
                        "extended_paths",
                        Map.of(
                            "url_rewrites",
                            List.of(
                                of("/svc/a/", rewrite("/svc/a/(.*)", "/svc/b/$1")),
                                of("/c/", rewrite("/svc/c/(.*)", "/d/$1")),
                                rewrite("no", "/e/f"))))));
    try (var gateway = TestGateway.serving(api)) {
      assertThat(forwarded(gateway, Fields.grpcRequest("/svc/a/Say"))).isEqualTo("/base/b/Say");
      assertThat(forwarded(gateway, Fields.grpcRequest("/svc/c/Say"))).isEqualTo("/base/d/Say");
      assertThat(forwarded(gateway, Fields.grpcRequest("/svc/e/Say"))).isEqualTo("/base/e/Say");
    }
  }

  private Api stripped(String listenPath, Map<String, Object> version) {
    return Api.of("rewritten", server.target())
        .at(listenPath)
        .with("proxy.strip_listen_path", true)
        .with("version_data.not_versioned", true)
        .with("version_data.versions", Map.of("Default", Map.of("extended_paths", version)));
  }

  /** What a caller has sent does not decide on what is cut off. */
  @Test
  void e10NoPathIsCutThatTheDefinitionDoesNotBeginSo() {
    Api api =
        stripped(
            "/api/",
            Map.of(
                "black_list", List.of(Map.of("path", "^/pkg[.]Admin/")),
                "url_rewrites", List.of(rewrite("^/api/(.*)$", "/$1"))));
    try (var gateway = TestGateway.serving(api)) {
      assertThat(forwarded(gateway, Fields.grpcRequest("/api/api/pkg.Admin/Do")))
          .isEqualTo("/api/pkg.Admin/Do");
      assertThat(forwarded(gateway, Fields.grpcRequest("/api/pkg.Other/Do")))
          .isEqualTo("/pkg.Other/Do");
    }
    Api segment =
        stripped(
            "/pkg.Greeter", Map.of("url_rewrites", List.of(rewrite(".*", "pkg.Greeter2/Say"))));
    try (var gateway = TestGateway.serving(segment)) {
      assertThat(forwarded(gateway, Fields.grpcRequest("/pkg.Greeter/Say")))
          .isEqualTo("/pkg.Greeter2/Say");
    }
  }

  @Test
  void thePathOfTheCallFitsIntoNoOther() {
    try (var gateway = TestGateway.serving(api())) {
      gateway.write(api(rewrite(".*", "/new$tyk_context.path")));
      assertThat(gateway.reload().problems().toString())
          .contains("url_rewrites[0].rewrite_to: has $tyk_context.path");
      gateway.write(api(rewrite(".*", "/new?from=$tyk_context.path")));
      assertThat(gateway.reload().problems().toString()).doesNotContain("rewrite_to");
    }
  }

  @Test
  void aQueryIsForCallersOfHttpOnly() {
    Api api = api(rewrite("^/a/([^/?]*)(.*)$", "/b/get?id=$1&by=$tyk_context.headers_x_a"));
    try (var gateway = TestGateway.serving(api)) {
      assertThat(forwarded(gateway, http("GET", "/a/7&x=1?q=2").with("x-a", "c d&e")))
          .isEqualTo("/b/get?id=7%26x%3D1&by=c%20d%26e");
      assertThat(fate(gateway, Fields.grpcRequest("/a/7"))).isEqualTo("grpc 3");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "acme,        /t/acme/Say",
    "a.b-c_d~,    /t/a.b-c_d~/Say",
    "..,          ",
    ".,           ",
    "'',          ",
    "a/b,         ",
    "a?b,         ",
    "a%2fb,       ",
    "a#b,         ",
    "a b,         ",
    "a\\b,        ",
    "a\té,        "
  })
  void e13WhatACallerSendsCannotLeaveItsSegment(String value, String got) {
    Api api = api(rewrite(".*", "/t/$tyk_context.headers_x_tenant/Say"));
    try (var gateway = TestGateway.serving(api)) {
      for (Fields call : List.of(Fields.grpcRequest(SAY), http("POST", SAY))) {
        Fields sent = call.with("x-tenant", value);
        if (got == null) {
          assertThat(fate(gateway, sent)).isIn("grpc 3", "http 400");
          assertThat(server.takeHeads()).isEmpty();
        } else {
          assertThat(forwarded(gateway, sent)).isEqualTo(got);
        }
      }
    }
  }

  /** What a caller has behind a ? must not take the place of what the definition has. */
  @Test
  void e10AQueryCutsNothingOff() {
    Api api = api(rewrite("^/a/(.*)$", "/b/$1/read"));
    try (var gateway = TestGateway.serving(api)) {
      assertThat(forwarded(gateway, http("GET", "/a/x"))).isEqualTo("/b/x/read");
      assertThat(fate(gateway, http("GET", "/a/x/delete?"))).isEqualTo("http 400");
      assertThat(fate(gateway, http("GET", "/a/x?" + "a".repeat(3000)))).isEqualTo("http 403");
    }
  }

  // ---- triggers --------------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "any, a,  ,  /fired/Say",
    "any, ,   b, /fired/Say",
    "any, ,   c, /else/Say",
    "all, a,  b, /fired/Say",
    "all, a,  ,  /else/Say",
    "all, ,   b, /else/Say",
    "'',  a,  ,  /else/Say",
    "'',  a,  b, /fired/Say",
    "any, xax, , /else/Say",
    "any, ,   xbx, /fired/Say"
  })
  void aTriggerLooksAtFields(String on, String one, String two, String got) {
    Map<String, Object> wanted = Map.of("X-One", matches("^a$"), "x-two", matches("[b]"));
    Api api = api(rewrite("/Say", "/else/Say", trigger(on, "header_matches", wanted, "/fired$0")));
    try (var gateway = TestGateway.serving(api)) {
      Fields call = Fields.grpcRequest(SAY);
      call = one == null ? call : call.with("x_one", one);
      assertThat(forwarded(gateway, two == null ? call : call.with("x-two", two))).isEqualTo(got);
    }
  }

  private static Map<String, Object> proxies(String trusted) {
    return Map.of(
        "weir", Map.of("strip_headers", List.of("x-user"), "trusted_proxies", List.of(trusted)));
  }

  @ParameterizedTest
  @CsvSource({
    "203.0.113.0/24, x-real-ip, /else/-",
    "127.0.0.0/8,    x-real-ip, /fired/a",
    "127.0.0.0/8,    x_real_ip, /else/-",
    "203.0.113.0/24, x-user,    /else/-",
    "203.0.113.0/24, x_user,    /else/-",
    "127.0.0.0/8,    x-user,    /fired/a",
    "203.0.113.0/24, x-other,   /fired/a"
  })
  void e13FieldsOfProxiesAreBelievedFromThoseOnly(String trusted, String field, String got) {
    String name = field.replace('_', '-');
    Map<String, Object> wanted = Map.of(name, matches("a"));
    String variable = "$tyk_context.headers_" + name.replace('-', '_');
    Api api =
        api(
            rewrite(
                ".*", "/else/-", trigger("all", "header_matches", wanted, "/fired/" + variable)));
    try (var gateway = TestGateway.configured(proxies(trusted), api)) {
      assertThat(forwarded(gateway, Fields.grpcRequest(SAY).with(field, "a"))).isEqualTo(got);
    }
  }

  @Test
  void g11WhatRepeatsTooMuchIsAnErrorAtItsPlace() {
    try (var gateway = TestGateway.serving(api())) {
      gateway.write(api(rewrite("(.{1000}){60}", "/a/B")));
      assertThat(gateway.reload().problems().toString())
          .contains("url_rewrites[0].match_pattern")
          .contains("with its repetitions written out");
    }
  }

  @Test
  void theFirstTriggerThatFiresCounts() {
    Api api =
        api(
            rewrite(
                ".*",
                "/none/Say",
                trigger("all", "header_matches", Map.of("x", matches("a")), "/first/Say"),
                trigger("all", "header_matches", Map.of("x", matches("")), "/second/Say")));
    try (var gateway = TestGateway.serving(api)) {
      Fields call = Fields.grpcRequest(SAY);
      assertThat(forwarded(gateway, call.with("x", "a"))).isEqualTo("/first/Say");
      assertThat(forwarded(gateway, call.with("x", "b"))).isEqualTo("/second/Say");
      assertThat(forwarded(gateway, call)).isEqualTo("/none/Say");
    }
  }

  @Test
  void reverseIsAValueThatDoesNotMatchAndNoFieldIsNone() {
    Map<String, Object> other = Map.of("match_rx", "^gold$", "reverse", true);
    Api api = api(rewrite(".*", "/a/B", trigger("all", "header_matches", Map.of("p", other), SAY)));
    try (var gateway = TestGateway.serving(api)) {
      Fields call = Fields.grpcRequest("/x.Y/Z");
      assertThat(forwarded(gateway, call.with("p", "basic"))).isEqualTo(SAY);
      assertThat(forwarded(gateway, call.with("p", "gold"))).isEqualTo("/a/B");
      assertThat(forwarded(gateway, call)).isEqualTo("/a/B");
      assertThat(forwarded(gateway, call.with("p", "x".repeat(2000)))).isEqualTo("/a/B");
    }
  }

  @Test
  void aTriggerLooksAtThePathItsQueryAndTheCall() {
    Api api =
        api(
            rewrite(
                ".*",
                "/none/Say",
                trigger("all", "path_part_matches", Map.of("n", matches("^One$")), "/part/Say"),
                trigger("any", "query_val_matches", Map.of("q", matches("^a b$")), "/query/Say"),
                trigger(
                    "all",
                    "request_context_matches",
                    Map.of("remote_addr", matches("^127[.]"), "headers_x", matches("c")),
                    "/context/Say")));
    try (var gateway = TestGateway.serving(api)) {
      assertThat(forwarded(gateway, Fields.grpcRequest("/One/Say"))).isEqualTo("/part/Say");
      assertThat(forwarded(gateway, http("GET", "/Two?p=1&q=a%20b"))).isEqualTo("/query/Say");
      assertThat(forwarded(gateway, http("GET", "/Two?q=%zz"))).isEqualTo("/none/Say");
      assertThat(forwarded(gateway, Fields.grpcRequest("/Two/One2").with("x", "c")))
          .isEqualTo("/context/Say");
      assertThat(forwarded(gateway, Fields.grpcRequest("/Two/Say"))).isEqualTo("/none/Say");
    }
  }

  // ---- methods ------------------------------------------------------------------------------

  private Api method(String to) {
    return Api.of("rewritten", server.target())
        .with("version_data.not_versioned", true)
        .with(
            "version_data.versions.Default.extended_paths.method_transforms",
            List.of(Map.of("path", SAY, "method", "GET", "to_method", to)));
  }

  @Test
  void aCallerOfHttpCallsByPost() {
    try (var gateway = TestGateway.serving(method("POST"))) {
      assertThat(fate(gateway, http("GET", SAY))).isEqualTo("grpc 0");
      assertThat(server.awaitHead().all(":method")).containsExactly("POST");
      assertThat(fate(gateway, http("PUT", SAY))).isEqualTo("grpc 0");
      assertThat(server.awaitHead().all(":method")).containsExactly("PUT");
      assertThat(forwarded(gateway, Fields.grpcRequest(SAY))).isEqualTo(SAY);
      gateway.write(method("PUT"));
      assertThat(gateway.reload().problems().toString())
          .contains("method_transforms[0].to_method: is not POST");
    }
  }

  // ---- keys ------------------------------------------------------------------------------------

  private TestGateway withKeys(Api api) {
    return TestGateway.configured(
        Map.of("secret", Operator.SECRET, "weir", Map.of("data_dir", data.toString())),
        api.with("use_keyless", false));
  }

  @Test
  void metaDataOfTheKeyDecides() {
    Api api =
        api(
            rewrite(
                ".*",
                "/plan/$tyk_meta.plan",
                trigger(
                    "all",
                    "session_meta_matches",
                    Map.of("plan", matches("^gold$")),
                    "/gold/Say")));
    try (var gateway = withKeys(api)) {
      Operator operator = new Operator(gateway.port());
      String key =
          "{'org_id':'default','access_rights':{'rewritten':{}},'meta_data':{'plan':'%s'}}";
      String gold = operator.ask("POST", "/keys", key.formatted("gold")).member("key");
      String basic = operator.ask("POST", "/keys", key.formatted("basic")).member("key");
      String evil = operator.ask("POST", "/keys", key.formatted("../é")).member("key");
      Fields call = Fields.grpcRequest(SAY);
      assertThat(forwarded(gateway, call.with("authorization", gold))).isEqualTo("/gold/Say");
      assertThat(forwarded(gateway, call.with("authorization", basic))).isEqualTo("/plan/basic");
      assertThat(fate(gateway, call.with("authorization", evil))).isEqualTo("grpc 3");
    }
  }

  /** What is asked for has to be granted, and what it becomes need not be; nor is it enough. */
  @Test
  void e10RightsAreAboutWhatTheCallerAskedFor() {
    Api api = api(rewrite("^/pkg.Service/(.*)$", "/secret.Service/$1"));
    try (var gateway = withKeys(api)) {
      String key =
          "{'org_id':'default','access_rights':{'rewritten':{'allowed_urls':"
              + "[{'url':'%s','methods':['POST']}]}}}";
      Operator operator = new Operator(gateway.port());
      String asks = operator.ask("POST", "/keys", key.formatted(SAY)).member("key");
      String other =
          operator.ask("POST", "/keys", key.formatted("/secret.Service/Say")).member("key");
      Fields call = Fields.grpcRequest(SAY);
      assertThat(forwarded(gateway, call.with("authorization", asks)))
          .isEqualTo("/secret.Service/Say");
      assertThat(fate(gateway, call.with("authorization", other))).isEqualTo("grpc 7");
      assertThat(fate(gateway, Fields.grpcRequest("/pkg.Service/Do").with("authorization", asks)))
          .isEqualTo("grpc 7");
      assertThat(
              fate(gateway, Fields.grpcRequest("/secret.Service/Say").with("authorization", asks)))
          .isEqualTo("grpc 7");
      assertThat(server.takeHeads()).isEmpty();
    }
  }

  // ---- other hosts -----------------------------------------------------------------------------

  private static void assertAllKindsOfCall(EchoClient client, EchoBackend backend) {
    assertThat(client.unary("hi").code()).isZero();
    assertThat(
            client.call(EchoClient.UPLOAD, EchoClient.request("a"), EchoClient.request("b")).code())
        .isZero();
    assertThat(client.call(EchoClient.DOWNLOAD, EchoClient.request("hi")).code()).isZero();
    OpenCall chat = client.open(EchoClient.CHAT);
    chat.send("one");
    chat.awaitReply();
    chat.halfClose();
    assertThat(chat.awaitEnd().code()).isZero();
    assertThat(backend.calls()).hasSize(4);
  }

  @Test
  void callsGoToAnotherHost() {
    try (EchoBackend other = EchoBackend.start("other");
        var gateway = TestGateway.serving(api(rewrite(".*", other.target() + "$0")));
        EchoClient client = EchoClient.to(gateway.port())) {
      assertAllKindsOfCall(client, other);
      assertThat(server.takeHeads()).isEmpty();
    }
  }

  @Test
  void callsGoFromClearTextToTlsAndBack() {
    Authority authority = Authority.in(data);
    SecureTarget secure = new SecureTarget(authority);
    try (EchoBackend tls = secure.backend(Authority.server(authority.issue(SecureTarget.ADDRESS)));
        EchoBackend clear = EchoBackend.start("clear")) {
      String toTls = "https://" + SecureTarget.ADDRESS + ":" + tls.port() + "$0";
      try (TestGateway gateway = secure.gateway(api(rewrite(".*", toTls)), Map.of());
          EchoClient client = EchoClient.to(gateway.port())) {
        assertAllKindsOfCall(client, tls);
      }
      Api ofTls =
          new Api(
              "rewritten",
              0,
              "/",
              List.of("https://" + SecureTarget.ADDRESS + ":" + tls.port()),
              api(rewrite(".*", clear.target() + "$0")).more());
      try (TestGateway gateway = secure.gateway(ofTls, Map.of());
          EchoClient client = EchoClient.to(gateway.port())) {
        assertAllKindsOfCall(client, clear);
        assertThat(tls.calls()).hasSize(4);
      }
    }
  }

  /** A host that is called no more loses no stream, and one that is left alone is not closed. */
  @Test
  void aReloadOfARewriteEndsNoStream() {
    try (EchoBackend one = EchoBackend.start("one");
        EchoBackend two = EchoBackend.start("two");
        var gateway = TestGateway.serving(api(rewrite(".*", one.target() + "$0")));
        EchoClient client = EchoClient.to(gateway.port())) {
      OpenCall chat = client.open(EchoClient.CHAT);
      chat.send("before");
      chat.awaitReply();
      gateway.write(api(rewrite(".*", two.target() + "$0")));
      assertThat(gateway.reload().problems()).isEmpty();
      assertThat(client.unary("hi").code()).isZero();
      assertThat(two.calls()).hasSize(1);
      chat.send("after");
      chat.awaitReply();
      gateway.write(api());
      assertThat(gateway.reload().problems()).isEmpty();
      chat.send("still");
      chat.awaitReply();
      chat.halfClose();
      assertThat(chat.awaitEnd().code()).isZero();
    }
  }

  @Test
  void aHostThatCannotBeReachedIsSaid() {
    try (var gateway = TestGateway.serving(api(rewrite(".*", "h2c://no.such.host.invalid:1$0")))) {
      assertThat(fate(gateway, Fields.grpcRequest(SAY))).isEqualTo("grpc 14");
      assertThat(server.takeHeads()).isEmpty();
    }
  }

  // ---- what is refused -------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'match_pattern': '', 'rewrite_to': '/a/b'",
        "'match_pattern': '(', 'rewrite_to': '/a/b'",
        "'match_pattern': '.*', 'rewrite_to': ''",
        "'match_pattern': '.*', 'rewrite_to': '/a/$1'",
        "'match_pattern': '.*', 'rewrite_to': '/a//b'",
        "'match_pattern': '.*', 'rewrite_to': '/a/../b'",
        "'match_pattern': '.*', 'rewrite_to': '/a b'",
        "'match_pattern': '.*', 'rewrite_to': '/a%2fb'",
        "'match_pattern': '.*', 'rewrite_to': '/a\\r\\nx: y'",
        "'match_pattern': '.*', 'rewrite_to': 'h2c://b:1'",
        "'match_pattern': '.*', 'rewrite_to': 'h2c://me@b:1/a'",
        "'match_pattern': '.*', 'rewrite_to': 'gopher://b:1/a'",
        "'match_pattern': '.*', 'rewrite_to': '/a/b', 'triggers': [{'on': 'all', 'rewrite_to': '/c/d'}]",
        "'match_pattern': '.*', 'rewrite_to': '/a/b', 'triggers': [{'on': 'one', 'options': {'header_matches': {'a': {}}}, 'rewrite_to': '/c/d'}]",
        "'match_pattern': '.*', 'rewrite_to': '/a/b', 'triggers': [{'options': {'header_matches': {'a': {'match_rx': '('}}}, 'rewrite_to': '/c/d'}]"
      })
  void whatIsNoRewriteIsAnErrorAtItsPlace(String fields) {
    try (var gateway = TestGateway.serving(api(rewrite(".*", "/good/One")))) {
      gateway.write(
          "rewritten.json",
          """
          {"api_id": "rewritten", "use_keyless": true,
           "proxy": {"listen_path": "/", "target_url": "%s"},
           "version_data": {"not_versioned": true, "versions": {"Default": {
             "extended_paths": {"url_rewrites": [{"path": "/", %s}]}}}}}
          """
              .formatted(server.target(), fields.replace('\'', '"')));
      assertThat(gateway.reload().problems().toString())
          .contains("rewritten.json:4:")
          .contains(": error: version_data.versions.Default.extended_paths.url_rewrites[0].");
      assertThat(forwarded(gateway, Fields.grpcRequest(SAY))).isEqualTo("/good/One");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tyk://self/a/b                    | tyk:// targets are not available",
        "http://b:1/a/b                    | http:// targets are not available",
        "h2c://$1/a/b                      | a host that is known at call time only",
        "h2c://a.$1/a/b                    | a host that is known at call time only",
        "h2c://a$0                         | a host that is known at call time only",
        "h2c://a:1$tyk_meta.host           | a host that is known at call time only",
        "h2c://a:1a$1                      | a host that is known at call time only",
        "h2c://$tyk_meta.host/a/b          | a host that is known at call time only",
        "$tyk_context.headers_x_url        | known at call time only",
        "/a/$tyk_context.token    | $tyk_context.token"
      })
  void e13ADestinationThatIsNotKnownBeforeIsNotServed(String to, String reason) {
    try (var gateway = TestGateway.serving(api(rewrite("(.*)", to)))) {
      assertThat(fate(gateway, Fields.grpcRequest(SAY))).isEqualTo("grpc 14");
      assertThat(gateway.apis().toString()).contains(reason);
    }
  }

  @Test
  void aPayloadIsNotLookedAt() {
    Map<String, Object> payload =
        Map.of(
            "on", "any", "options", Map.of("payload_matches", matches("a")), "rewrite_to", "/a/b");
    try (var gateway = TestGateway.serving(api(rewrite(".*", "/c/d", payload)))) {
      assertThat(fate(gateway, Fields.grpcRequest(SAY))).isEqualTo("grpc 14");
      assertThat(gateway.apis().toString()).contains("URL rewrites by payload");
    }
  }
}
