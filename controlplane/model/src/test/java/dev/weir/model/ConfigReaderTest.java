package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigReaderTest {

  @TempDir private Path folder;

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments("[]", "1:1: error: is a list, an object is needed"),
        arguments(
            "{\"listen_port\": \"8080\"}",
            "1:17: error: listen_port: is text, a whole number is needed, write 8080 without quotes"),
        arguments(
            "{\"listen_port\": 80.5}",
            "1:17: error: listen_port: is a number, a whole number is needed"),
        arguments(
            "{\"listen_port\": 70000}",
            "1:17: error: listen_port: 70000 is not a port, 0 to 65535 is needed"),
        arguments(
            "{\"listen_port\": -1}",
            "1:17: error: listen_port: -1 is not a port, 0 to 65535 is needed"),
        arguments(
            "{\"listen_port\": 99999999999999999999}",
            "1:17: error: listen_port: is a number, a whole number is needed"),
        arguments(
            "{\"control_api_port\": 65536}",
            "1:22: error: control_api_port: 65536 is not a port, 0 to 65535 is needed"),
        arguments(
            "{\"control_api_port\": 8080}",
            "1:22: warning: control_api_port: 8080 is the main port too"),
        arguments(
            "{\"listen_address\": \"a b\"}",
            "1:20: error: listen_address: has a space in it, a host name or an address is needed"),
        arguments(
            "{\"hostname\": \"{a}.b\"}",
            "1:14: error: hostname: has a { in it, templates are for domains of APIs"),
        arguments(
            "{\"hash_keys\": \"true\"}",
            "1:15: error: hash_keys: is text, true or false is needed, write true without quotes"),
        arguments(
            "{\"secret\": 352}",
            "1:12: error: secret: is a number, text is needed, put it into double quotes"),
        arguments("{\"storage\": \"redis\"}", "1:13: error: storage: is text, an object is needed"),
        arguments(
            "{\"storage\": {\"port\": \"x\"}}",
            "1:22: error: storage.port: is text, a whole number is needed"),
        arguments(
            "{\"storage\": {\"addrs\": \"a:1\"}}",
            "1:23: error: storage.addrs: is text, a list is needed, put it into [ ]"),
        arguments(
            "{\"storage\": {\"addrs\": [1]}}",
            "1:24: error: storage.addrs[0]: is a number, text is needed, put it into double quotes"),
        arguments(
            "{\"secrets\": {\"a\": {}}}", "1:19: error: secrets.a: is an object, text is needed"),
        arguments(
            "{\"http_server_options\": {\"use_ssl\": true}}",
            "1:37: warning: http_server_options.use_ssl: takes HTTP/1.1 only, no gRPC, set http_server_options.enable_http2"),
        arguments(
            "{\"http_server_options\": {\"min_version\": 99999}}",
            "1:41: error: http_server_options.min_version: is a number, a whole number from 0 to 65535 is needed"),
        arguments(
            "{\"http_server_options\": {\"min_version\": 12}}",
            "1:41: error: http_server_options.min_version: 12 is not a TLS version, 771 is TLS 1.2, 772 is TLS 1.3"),
        arguments(
            "{\"http_server_options\": {\"min_version\": 769}}",
            "1:41: warning: http_server_options.min_version: TLS 1.0 and 1.1 are not spoken, 1.2 is the lowest"),
        arguments(
            "{\"http_server_options\": {\"max_version\": 770}}",
            "1:41: error: http_server_options.max_version: leaves no version, TLS 1.2 is the lowest, 771 is TLS 1.2, 772 is TLS 1.3"),
        arguments(
            "{\"http_server_options\": {\"ssl_ciphers\": [\"TLS_AES_128_GCM_SHA256\", \"TLS_FAST\"]}}",
            "1:68: error: http_server_options.ssl_ciphers[1]: TLS_FAST is no cipher suite, use names such as TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"),
        arguments(
            "{\"http_server_options\": {\"ssl_ciphers\": [\"TLS_AES_128_GCM_SHA256\", \"TLS_RSA_WITH_3DES_EDE_CBC_SHA\"]}}",
            "1:68: warning: http_server_options.ssl_ciphers[1]: TLS_RSA_WITH_3DES_EDE_CBC_SHA is too weak for HTTP/2 and left out"),
        arguments(
            "{\"http_server_options\": {\"ssl_certificates\": [\"\"]}}",
            "1:47: error: http_server_options.ssl_certificates[0]: is empty, a file is needed"),
        arguments(
            "{\"http_server_options\": {\"ssl_certificates\": [\"-----BEGIN PRIVATE KEY-----\"]}}",
            "1:47: error: http_server_options.ssl_certificates[0]: is a certificate, a file is needed, save it as a .pem file"),
        arguments(
            "{\"http_server_options\": {\"certificates\": [{\"cert_file\": \"a\\u0000\", \"key_file\": \"b\"}]}}",
            "1:43: error: http_server_options.certificates[0].cert_file: cannot be the name of a file"),
        arguments(
            "{\"http_server_options\": {\"certificates\": [{\"cert_file\": \"a\"}]}}",
            "1:43: error: http_server_options.certificates[0].key_file: is empty, a file is needed"),
        arguments(
            "{\"proxy_ssl_min_version\": 772, \"proxy_ssl_max_version\": 771}",
            "1:27: error: proxy_ssl_min_version: 772 is above proxy_ssl_max_version, 771"),
        arguments(
            "{\"http_server_options\": {\"read_timeout\": -1}}",
            "1:42: error: http_server_options.read_timeout: is negative, 0 or more is needed"),
        arguments(
            "{\"proxy_default_timeout\": -0.5}",
            "1:27: error: proxy_default_timeout: is negative, 0 or more is needed"),
        arguments(
            "{\"graceful_shutdown_timeout_duration\": -5}",
            "1:40: error: graceful_shutdown_timeout_duration: is negative, 0 or more is needed"),
        arguments(
            "{\"health_check_endpoint_name\": \"a b\"}",
            "1:32: error: health_check_endpoint_name: \"a b\" cannot stand in a path, write it as hello"),
        arguments(
            "{\"health_check_endpoint_name\": \"ready\"}",
            "1:1: error: readiness_check_endpoint_name: ready is the health check's name too"),
        arguments(
            "{\"ports_whitelist\": {\"h2c\": {\"ports\": [0]}}}",
            "1:40: error: ports_whitelist.h2c.ports: 0 is not a port, 1 to 65535 is needed"),
        arguments(
            "{\"ports_whitelist\": {\"h2c\": {\"ranges\": [{\"from\": 9, \"to\": 8}]}}}",
            "1:41: error: ports_whitelist.h2c.ranges: 9 to 8 is not a range of ports"),
        arguments(
            "{\"ports_whitelist\": {\"h2c\": {\"ranges\": [{\"from\": 9}]}}}",
            "1:41: error: ports_whitelist.h2c.ranges: 9 to 0 is not a range of ports"),
        arguments(
            "{\"ports_whitelist\": {\"grpc\": {}}}",
            "1:30: warning: ports_whitelist.grpc: unknown protocol, no API can have it, known are http, https, h2c, tcp, tls"),
        arguments(
            "{\"ports_whitelist\": {\"h2c\": {\"port\": 1}}}",
            "1:30: warning: ports_whitelist.h2c.port: unknown key, it has no effect, did you mean ports?"),
        arguments(
            "{\"listen_prot\": 1}",
            "1:2: warning: listen_prot: unknown key, it has no effect, did you mean listen_port?"),
        arguments(
            "{\"http_server_options\": {\"enable_htp2\": true}}",
            "1:26: warning: http_server_options.enable_htp2: unknown key, it has no effect, did you mean enable_http2?"),
        arguments(
            "{\"http_server_options\": {\"xff_depth\": 2}}",
            "1:39: warning: http_server_options.xff_depth: counts for nothing, since no proxy is trusted, set weir.trusted_proxies"),
        arguments(
            "{\"use_db_app_configs\": true}",
            "1:24: warning: use_db_app_configs: API definitions do not come from a Dashboard here, those in app_path are served, set it to false"),
        arguments(
            "{\"app_path\": \"a\\u0000b\"}",
            "1:14: error: app_path: cannot be the name of a file or folder"),
        arguments(
            "{\"weir\": {\"event_loops\": -1}}",
            "1:26: error: weir.event_loops: -1 is not from 0 to 1024"),
        arguments(
            "{\"rate_limit_response_headers\": \"all\"}",
            "1:33: error: rate_limit_response_headers: \"all\" is unknown, known are quotas, rate_limits"),
        arguments(
            "{\"hash_key_function\": \"md5\"}",
            "1:23: error: hash_key_function: \"md5\" is unknown, known are murmur32, murmur64, murmur128, sha256"),
        arguments(
            "{\"min_token_length\": -1}",
            "1:22: error: min_token_length: is negative, 0 or more is needed"),
        arguments(
            "{\"weir\": {\"transport\": \"uring\"}}",
            "1:24: error: weir.transport: \"uring\" is unknown, known are auto, epoll, nio"),
        arguments(
            "{\"weir\": {\"http2\": {\"pings_per_second\": 0}}}",
            "1:41: error: weir.http2.pings_per_second: 0 is not from 1 to 1000000000"),
        arguments(
            "{\"weir\": {\"evnt_loops\": 1}}",
            "1:11: warning: weir.evnt_loops: unknown key, it has no effect, did you mean event_loops?"),
        arguments(
            "{\"secret\": \"vault://a.b\"}",
            "1:12: error: secret: vault:// references are not supported by this build, use env:// or file://"),
        arguments(
            "{\"secret\": \"env://NOT_THERE\"}",
            "1:12: error: secret: nothing is found for env://NOT_THERE"),
        arguments(
            "{\"LISTEN_PORT\": 1, \"listen_port\": 2}",
            "1:20: warning: listen_port: written twice in one object, the last one counts"),
        arguments("{\"listen_port\": 1,}", "1:18: error: comma before }, remove it"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongFileGivesOneProblemAtItsPlace(String text, String problem) throws IOException {
    Path file = write(text);

    Reading<GatewayConfig> reading = ConfigReader.read(file, Map.of());

    assertThat(reading.problems())
        .extracting(Problem::toString)
        .containsExactly(file + ":" + problem);
    assertThat(reading.value() == null).isEqualTo(problem.contains(": error: "));
  }

  @Test
  void allProblemsAreReportedInTheOrderOfTheFile() throws IOException {
    Path file =
        write(
            """
            {
              "listen_port": "x",
              "hostnmae": "h",
              "hash_keys": 1,
              "weir": {"event_loops": -3}
            }
            """);

    assertThat(ConfigReader.read(file, Map.of()).problems())
        .extracting(problem -> problem.line() + " " + problem.path())
        .containsExactly("2 listen_port", "3 hostnmae", "4 hash_keys", "5 weir.event_loops");
  }

  @Test
  void defaultsAreTyks() throws IOException {
    GatewayConfig config = read("{}");

    assertThat(config.listener().port()).isEqualTo(8080);
    assertThat(config.listener().address()).isEmpty();
    assertThat(config.apis().appPath()).isEqualTo(folder.resolve("apps"));
    assertThat(config.apis().templatePath()).isEqualTo(folder.resolve("templates"));
    assertThat(config.operation().gracefulShutdown()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.operation().healthName()).isEqualTo("hello");
    assertThat(config.operation().readinessName()).isEqualTo("ready");
    assertThat(config.upstream().dnsCache().ttl()).isEqualTo(Duration.ofHours(1));
    assertThat(config.settings().text("storage.host")).isEqualTo("localhost");
    assertThat(config.settings().integer("storage.port")).isEqualTo(6379);
    assertThat(config.settings().integer("storage.optimisation_max_idle")).isEqualTo(100);
    assertThat(config.settings().text("cache_storage.host")).isEmpty();
    assertThat(config.weir().eventLoops()).isZero();
    assertThat(config.weir().dataDir()).isEqualTo(folder.resolve("weir-data"));
    assertThat(config.weir().transport()).isEqualTo(Transport.AUTO);
    assertThat(config.weir().gatherInput()).isTrue();
    assertThat(config.weir().keepCores()).isTrue();
    assertThat(config.controlApi().secret().isSet()).isFalse();
    assertThat(config.notActedOn()).isEmpty();
  }

  @Test
  void valuesOfTheFileAreBound() throws IOException {
    GatewayConfig config =
        read(
            """
            {
              "listen_address": "127.0.0.1", "listen_port": 9000, "hostname": "GW.example.com.:8080",
              "enable_custom_domains": true, "control_api_port": 9001, "secret": "s3cret",
              "ports_whitelist": {"h2c": {"ports": [6666], "ranges": [{"from": 7000, "to": 7010}]}},
              "graceful_shutdown_timeout_duration": 5, "hide_generator_header": true,
              "health_check_endpoint_name": "/healthz",
              "proxy_default_timeout": 1.5, "max_idle_connections_per_host": 500,
              "http_server_options": {
                "read_timeout": 7, "flush_interval": 1, "enable_http2": true,
                "certificates": [{"domain_name": "*.a", "cert_file": "c.pem", "key_file": "k.pem"}],
                "ssl_ciphers": ["TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"], "min_version": 772
              },
              "weir": {"event_loops": 2, "data_dir": "/var/lib/weir", "transport": "nio", "gather_input": false,
                "keep_cores": false}
            }
            """);

    assertThat(config.listener())
        .returns("127.0.0.1", GatewayConfig.MainListener::address)
        .returns(9000, GatewayConfig.MainListener::port)
        .returns("gw.example.com", GatewayConfig.MainListener::hostname)
        .returns(true, GatewayConfig.MainListener::customDomains);
    assertThat(config.listener().ports().allows("h2c", 7010)).isTrue();
    assertThat(config.listener().ports().allows("h2c", 9000)).isFalse();
    assertThat(config.listener().ports().allows("http", 9000)).as("main port").isTrue();
    assertThat(config.listener().ports().allows("http", 9001)).as("control port").isTrue();
    assertThat(config.operation().gracefulShutdown()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.operation().hideGeneratorHeader()).isTrue();
    assertThat(config.operation().healthName()).isEqualTo("healthz");
    assertThat(config.upstream().defaultTimeout()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.upstream().maxIdleConnectionsPerHost()).isEqualTo(500);
    assertThat(config.http().readTimeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(config.http().flushInterval()).isEqualTo(Duration.ofMillis(1));
    assertThat(config.http().tls().certificates())
        .singleElement()
        .returns("*.a", CertificateReference::alias)
        .returns("c.pem", CertificateReference::text)
        .satisfies(pair -> assertThat(pair.keyFile()).hasFileName("k.pem"));
    assertThat(config.http().tls().versions()).isEqualTo(new GatewayConfig.TlsVersions(772, 772));
    assertThat(config.http().tls().ciphers())
        .containsExactly(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
    assertThat(config.weir())
        .isEqualTo(
            new GatewayConfig.WeirOptions(
                2,
                Path.of("/var/lib/weir"),
                Transport.NIO,
                false,
                false,
                null,
                false,
                new GatewayConfig.Revocation(List.of(), false),
                GatewayConfig.Forwarding.DEFAULT,
                Limits.DEFAULTS,
                new GatewayConfig.CallReports(
                    200,
                    false,
                    Stream.of(AccessLogField.values())
                        .filter(field -> field != AccessLogField.LATENCY_TOTAL)
                        .toList(),
                    null)));
    assertThat(config.controlApi().secret()).hasToString("***");
    assertThat(config.toString()).doesNotContain("s3cret");
  }

  @Test
  void portZeroIsKeptForAnyFreePort() throws IOException {
    assertThat(read("{\"listen_port\": 0}").listener().port()).isZero();
  }

  @Test
  void namesAreFoundWithoutRegardToCaseAsInGo() throws IOException {
    assertThat(read("{\"Listen_Port\": 1, \"WEIR\": {\"Event_Loops\": 3}}"))
        .returns(1, config -> config.listener().port())
        .returns(3, config -> config.weir().eventLoops());
  }

  @Test
  void nullCountsAsNotSet() throws IOException {
    assertThat(read("{\"listen_port\": null, \"storage\": null}").listener().port())
        .isEqualTo(8080);
  }

  @Test
  void relativePathsCountFromTheFilesFolder() throws IOException {
    GatewayConfig config = read("{\"app_path\": \"../defs\", \"weir\": {\"data_dir\": \"/d\"}}");

    assertThat(config.apis().appPath()).isEqualTo(folder.resolveSibling("defs"));
    assertThat(config.weir().dataDir()).isEqualTo(Path.of("/d"));
  }

  @Test
  void keysThatAreNotActedOnAreListedInTheirOrder() throws IOException {
    GatewayConfig config =
        read(
            """
            {
              "storage": {"type": "redis", "port": 1}, "listen_port": 1, "hash_keys": true,
              "http_server_options": {"enable_http2": true, "read_timeout": 3}, "unknwon": 1
            }
            """,
            1);

    assertThat(config.notActedOn())
        .containsExactly("storage", "hash_keys", "http_server_options.read_timeout");
  }

  @Test
  void keysThatAreActedOnAreNotListed() throws IOException {
    GatewayConfig config =
        read(
            """
            {
              "listen_address": "", "listen_port": 1, "hostname": "h", "enable_custom_domains": true,
              "app_path": "a", "ports_whitelist": {}, "disable_ports_whitelist": true,
              "graceful_shutdown_timeout_duration": 1, "health_check_endpoint_name": "h",
              "readiness_check_endpoint_name": "r", "hide_generator_header": true,
              "http_server_options": {
                "flush_interval": 1, "enable_http2": true, "enable_strict_routes": true, "use_ssl": false
              },
              "proxy_enable_http2": true,
              "weir": {"event_loops": 1, "data_dir": "d", "transport": "auto", "gather_input": true}
            }
            """);

    assertThat(config.notActedOn()).isEmpty();
  }

  @Test
  void everyKeyOfTykIsKnownWithItsType() throws Exception {
    Path file = Path.of(requireNonNull(getClass().getResource("every-key.conf")).toURI());

    Reading<GatewayConfig> reading = ConfigReader.read(file, Map.of());

    assertThat(reading.problems()).isEmpty();
    assertThat(unset("", ConfigKeys.ROOT, requireNonNull(reading.value()).settings())).isEmpty();
  }

  /** Keys that the sample leaves out, so that it cannot fall behind the table. */
  private static List<String> unset(String path, Shape.Fields shape, Settings settings) {
    return shape.byLowerCase().values().stream()
        .flatMap(key -> {
          String at = ShapeReader.join(path, key.name());
          return key.shape() instanceof Shape.Fields inner
              ? unset(at, inner, settings).stream()
              : Stream.of(at).filter(name -> !settings.isSet(name));
        })
        .toList();
  }

  @Test
  void fileThatIsNotThereIsAProblem() {
    Path file = folder.resolve("none.conf");

    assertThat(ConfigReader.read(file, Map.of()))
        .returns(null, Reading::value)
        .returns(true, Reading::hasErrors)
        .extracting(Reading::problems)
        .hasToString("[" + file + ": error: does not exist]");
  }

  @Test
  void folderInPlaceOfAFileIsAProblem() {
    assertThat(ConfigReader.read(folder, Map.of()).problems())
        .extracting(Problem::toString)
        .containsExactly(folder + ": error: is a folder, a file is needed");
  }

  @Test
  void fileBesideTheUserComesFirst() throws IOException {
    Path file = write("{}");

    assertThat(ConfigReader.find(folder)).isEqualTo(file);
  }

  private GatewayConfig read(String text) throws IOException {
    return read(text, 0);
  }

  private GatewayConfig read(String text, int warnings) throws IOException {
    Reading<GatewayConfig> reading = ConfigReader.read(write(text), Map.of());
    assertThat(reading.problems()).hasSize(warnings);
    return requireNonNull(reading.value());
  }

  private Path write(String text) throws IOException {
    return Files.writeString(folder.resolve("tyk.conf"), text);
  }
}
