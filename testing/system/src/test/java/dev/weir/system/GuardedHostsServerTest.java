package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.ServerCertificate;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Outcome;
import dev.weir.testkit.Ports;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who is asked for a certificate, however a host is written and whatever its port serves besides.
 */
class GuardedHostsServerTest {
  private static final int OK = 0;
  private static final int PERMISSION_DENIED = 7;
  private static final int UNAVAILABLE = 14;
  private static final int UNAUTHENTICATED = 16;
  private static final String UNARY = "/weir.testkit.Echo/Unary";
  private static final String UPLOAD = "/weir.testkit.Echo/Upload";
  private static final String AUTHORIZED = "x-tyk-authorization: " + Operator.SECRET;

  @TempDir static Path folder;

  private static EchoBackend backend;
  private static Authority authority;
  private static ServerCertificate joe;
  private static ServerCertificate sibling;

  @BeforeAll
  static void begin() {
    backend = EchoBackend.start("one");
    authority = Authority.in(folder);
    joe = authority.issue("joe");
    sibling = authority.issue("sibling");
    authority.identityFile("server.pem", "localhost", "*.test", "*.eu.test", "10.0.0.5", "::1");
  }

  @AfterAll
  static void end() {
    backend.close();
  }

  @ParameterizedTest
  @CsvSource({"a.test, a.test.", "a.test., a.test", "A.test., a.TEST"})
  void aFinalDotMakesNoOtherHost(String ofGuarded, String ofOpen) throws IOException {
    try (TestGateway gateway =
        gateway(Map.of(), guarded(ofGuarded).at(UNARY), open(ofOpen).at(UPLOAD))) {
      assertThat(call(gateway, "a.test", null).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(gateway, "a.test", sibling).code()).isEqualTo(PERMISSION_DENIED);
      assertThat(call(gateway, "a.test", joe).code()).isEqualTo(OK);
      assertThat(call(EchoClient.UPLOAD, gateway, "a.test", null).code()).isEqualTo(OK);
    }
  }

  @Test
  void aHostWithAFinalDotIsAskedForWhatThoseBehindItWant() throws IOException {
    try (TestGateway gateway =
        gateway(Map.of(), open("a.test.").at("/open"), guarded("{tenant}.test"))) {
      assertThat(call(gateway, "a.test", joe).code()).isEqualTo(OK);
      assertThat(call(gateway, "a.test", null).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(gateway, "b.test", null).code()).isEqualTo(UNAVAILABLE);
    }
  }

  /** As routes have it, which look at neither. */
  @ParameterizedTest
  @ValueSource(strings = {"GW.test.", "gw.test:8443"})
  void theGatewaysOwnHostHasNeitherFinalDotNorPort(String hostname) throws IOException {
    try (TestGateway gateway = gateway(Map.of("hostname", hostname), guarded(""))) {
      assertThat(call(gateway, "gw.test", joe).code()).isEqualTo(OK);
      assertThat(call(gateway, "gw.test", null).code()).isEqualTo(UNAVAILABLE);
    }
  }

  /** Clients send no such server name (RFC 6066, 3), those in Java none without a dot either. */
  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.5", "[::1]", "localhost"})
  void aGuardedApiIsReachedByAHostThatIsNoServerName(String host) throws IOException {
    try (TestGateway gateway = gateway(Map.of(), guarded(host), open("open.test"))) {
      assertThat(call(gateway, host, joe).code()).isEqualTo(OK);
      assertThat(call(gateway, host, sibling).code()).isEqualTo(PERMISSION_DENIED);
      Outcome without = call(gateway, host, null);
      assertThat(without.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(without.message()).isEqualTo("API guarded: takes a client certificate");

      assertThat(call(gateway, "open.test", null).code()).isEqualTo(OK);
      assertThat(
              new TlsRequests(authority.certificate(), null)
                  .get(gateway.port(), "unknown.test", "open.test", "/hello"))
          .as("of no API's host")
          .startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void anOpenApiUnderAnAddressIsReachedBesideGuardedOnes() throws IOException {
    try (TestGateway gateway = gateway(Map.of(), guarded(""), open("10.0.0.5"))) {
      assertThat(call(gateway, "10.0.0.5", null).code()).isEqualTo(OK);
      assertThat(call(gateway, "localhost", null).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(gateway, "any.test", joe).code()).isEqualTo(OK);
    }
  }

  @Test
  void whereGuardedApisHaveAllHostsAndAddressesNobodyComesInWithout() throws IOException {
    try (TestGateway gateway =
        gateway(Map.of(), guarded(""), guarded("other", "10.0.0.5", sibling))) {
      assertThat(call(gateway, "10.0.0.5", null).code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "10.0.0.5", sibling).code()).isEqualTo(OK);
      assertThat(call(gateway, "10.0.0.5", joe).code()).isEqualTo(PERMISSION_DENIED);
      assertThat(call(gateway, "localhost", sibling).code()).isEqualTo(PERMISSION_DENIED);
      assertThat(call(gateway, "localhost", joe).code()).isEqualTo(OK);
    }
  }

  /** The certificate of both hosts is the same, and handshakes find them by one name. */
  @Test
  void aTemplateDemandsNothingOfHostsThatItDoesNotMatch() throws IOException {
    try (TestGateway gateway = gateway(Map.of(), guarded("{t:t-[0-9]+}.test"), open(""))) {
      assertThat(call(gateway, "www.test", null).code()).isEqualTo(OK);
      assertThat(call(gateway, "t-1.test", null).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(gateway, "t-1.test", sibling).code()).isEqualTo(PERMISSION_DENIED);
      assertThat(call(gateway, "t-1.test", joe).code()).isEqualTo(OK);
    }
  }

  @Test
  void whereOtherHostsOfItsNameAreGuardedTooNobodyComesInWithout() throws IOException {
    try (TestGateway gateway =
        gateway(Map.of(), guarded("{t:t-[0-9]+}.test"), guarded("other", "", sibling))) {
      assertThat(call(gateway, "www.test", null).code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "www.test", sibling).code()).isEqualTo(OK);
      assertThat(call(gateway, "t-1.test", null).code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "t-1.test", sibling).code()).isEqualTo(PERMISSION_DENIED);
      assertThat(call(gateway, "t-1.test", joe).code()).isEqualTo(OK);
    }
  }

  /** Two lists are for calls to one host. */
  @Test
  void whoIsListedForAnApiBehindThoseOfAHostComesIn() throws IOException {
    try (TestGateway gateway =
        gateway(
            Map.of(),
            guarded("a.test").at(UNARY),
            guarded("other", "", sibling),
            guarded("whole", "b.test", joe))) {
      assertThat(call(EchoClient.UPLOAD, gateway, "a.test", sibling).code()).isEqualTo(OK);
      assertThat(call(gateway, "a.test", sibling).code()).isEqualTo(PERMISSION_DENIED);
      assertThat(call(gateway, "a.test", joe).code()).isEqualTo(OK);
      assertThat(call(gateway, "a.test", null).code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "b.test", sibling).code())
          .as("where nothing is behind")
          .isEqualTo(UNAVAILABLE);
    }
  }

  @Test
  void anOpenApiBehindTheGuardedOnesOfAHostIsReached() throws IOException {
    try (TestGateway gateway = gateway(Map.of(), guarded("a.test").at(UNARY), open(""))) {
      assertThat(call(EchoClient.UPLOAD, gateway, "a.test", null).code()).isEqualTo(OK);
      assertThat(call(gateway, "a.test", null).code()).isEqualTo(UNAUTHENTICATED);
    }
  }

  @Test
  void aTemplateForMoreThanTheFirstLabelGuardsAllOfItsHosts() throws IOException {
    try (TestGateway gateway = gateway(Map.of(), guarded("api.{region}.test"), open("open.test"))) {
      assertThat(call(gateway, "api.eu.test", joe).code()).isEqualTo(OK);
      assertThat(call(gateway, "api.eu.test", sibling).code()).isEqualTo(PERMISSION_DENIED);
      Outcome without = call(gateway, "api.eu.test", null);
      assertThat(without.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(without.message()).isEqualTo("API guarded: takes a client certificate");
      assertThat(call(gateway, "open.test", null).code()).isEqualTo(OK);
      assertThat(get(gateway.port(), "api.eu.test", "/hello")).startsWith("HTTP/1.1 200 ");
    }
  }

  @Test
  void whereTheTemplateIsAllThereIsNobodyComesInWithout() throws IOException {
    try (TestGateway gateway = gateway(Map.of(), guarded("{any:.+}"))) {
      for (String host : List.of("api.eu.test", "a.test", "localhost", "10.0.0.5")) {
        assertThat(call(gateway, host, null).code()).isEqualTo(UNAVAILABLE);
        assertThat(call(gateway, host, sibling).code()).isEqualTo(UNAVAILABLE);
        assertThat(call(gateway, host, joe).code()).isEqualTo(OK);
      }
    }
  }

  @Test
  void aHostIsAskedForWhatATemplateBehindItWants() throws IOException {
    try (TestGateway gateway =
        gateway(
            Map.of(),
            open("a.test").at("/open"),
            Api.of("all", backend.target()).with("domain", "b.test"),
            guarded("{t:.*}.test"))) {
      assertThat(call(gateway, "a.test", joe).code()).isEqualTo(OK);
      assertThat(call(gateway, "a.test", null).code()).isEqualTo(UNAUTHENTICATED);
      assertThat(call(gateway, "b.test", null).code()).isEqualTo(OK);
    }
  }

  /** Each without a certificate, for a host that the template matches. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "api.eu.test",
        "API.eu.TEST",
        "api.eu.test.",
        "open.test",
        "x.open.test",
        "eu.test",
        "unknown.org",
        "127.0.0.1",
        ""
      })
  void noNameLeadsPastATemplate(String serverName) {
    int before = backend.calls().size();
    try (TestGateway gateway =
        gateway(Map.of(), guarded("api.{region}.test"), open("open.test"), open("any", ""))) {
      for (String host : List.of("api.eu.test", "API.eu.Test.", "api.x.test:443")) {
        assertThat(statusFor(gateway, serverName, host)).isIn("refused", "403", "421", "400");
      }
    }
    assertThat(backend.calls()).hasSize(before);
  }

  private static String statusFor(TestGateway gateway, String serverName, String host) {
    try {
      String answer =
          new TlsRequests(authority.certificate(), null).get(gateway.port(), serverName, host);
      return answer.isEmpty() ? "refused" : answer.substring(9, 12);
    } catch (IOException refused) {
      return "refused";
    }
  }

  /** Otherwise whoever may add an API could lock out all who manage the gateway. */
  @ParameterizedTest
  @CsvSource({"'', localhost", "a.test, a.test", "{tenant}.test, a.test", "{any:.+}, a.test"})
  void guardedApisLockNobodyOutOfTheControlApi(String domain, String host) throws IOException {
    try (TestGateway gateway = gateway(Operator.configuration(Map.of()), guarded(domain))) {
      assertThat(get(gateway.port(), host, "/tyk/apis", AUTHORIZED)).startsWith("HTTP/1.1 200 ");
      assertThat(get(gateway.port(), host, "/tyk/apis")).startsWith("HTTP/1.1 403 ");
      assertThat(get(gateway.port(), host, "/hello")).startsWith("HTTP/1.1 200 ");
      assertThat(get(gateway.port(), host, "/ready")).startsWith("HTTP/1.1 200 ");

      int before = backend.calls().size();
      Outcome without = call(gateway, host, null);
      assertThat(without.code()).isEqualTo(UNAUTHENTICATED);
      assertThat(without.message()).isEqualTo("API guarded: takes a client certificate");
      assertThat(call(gateway, host, sibling).code()).isEqualTo(PERMISSION_DENIED);
      assertThat(get(gateway.port(), host, "/")).startsWith("HTTP/1.1 403 ");
      assertThat(backend.calls()).hasSize(before);
      assertThat(call(gateway, host, joe).code()).isEqualTo(OK);
    }
  }

  @Test
  void aControlApiOnItsOwnPortLeavesTheHandshakesOfOthersStrict() throws IOException {
    int control = Ports.free();
    try (TestGateway gateway =
        gateway(Operator.configuration(Map.of("control_api_port", control)), guarded(""))) {
      assertThat(call(gateway, "localhost", null).code()).isEqualTo(UNAVAILABLE);
      assertThat(call(gateway, "localhost", joe).code()).isEqualTo(OK);
      assertThat(get(control, "localhost", "/tyk/apis", AUTHORIZED)).startsWith("HTTP/1.1 200 ");
    }
  }

  private static Api guarded(String domain) {
    return guarded("guarded", domain, joe);
  }

  private static Api guarded(String id, String domain, ServerCertificate listed) {
    String name = listed.leaf().getSerialNumber() + ".pem";
    return Api.of(id, backend.target())
        .with("domain", domain)
        .with("use_mutual_tls_auth", true)
        .with("client_certificates", List.of(authority.file(name, listed.leaf())));
  }

  private static Api open(String domain) {
    return open("open", domain);
  }

  private static Api open(String id, String domain) {
    return Api.of(id, backend.target()).with("domain", domain);
  }

  private static TestGateway gateway(Map<String, Object> further, Api... apis) {
    Map<String, Object> configuration = new HashMap<>(further);
    configuration.put("enable_custom_domains", true);
    configuration.put(
        "http_server_options",
        Map.of(
            "use_ssl",
            true,
            "enable_http2",
            true,
            "ssl_certificates",
            List.of(folder.resolve("server.pem").toString())));
    return TestGateway.configured(configuration, apis);
  }

  private static Outcome call(TestGateway gateway, String host, @Nullable ServerCertificate shown)
      throws IOException {
    return call(EchoClient.UNARY, gateway, host, shown);
  }

  private static Outcome call(
      MethodDescriptor<EchoRequest, EchoReply> method,
      TestGateway gateway,
      String host,
      @Nullable ServerCertificate shown)
      throws IOException {
    int port = gateway.port();
    try (EchoClient client =
        shown == null
            ? EchoClient.secure(port, host, authority.certificate())
            : EchoClient.mutual(port, host, authority.certificate(), shown.chain(), shown.key())) {
      return client.call(method, EchoRequest.getDefaultInstance());
    }
  }

  /** Without a certificate. */
  private static String get(int port, String host, String path, String... fields)
      throws IOException {
    return new TlsRequests(authority.certificate(), null).get(port, host, host, path, fields);
  }
}
