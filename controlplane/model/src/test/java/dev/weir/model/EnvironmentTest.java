package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EnvironmentTest {

  @TempDir private Path folder;

  static Stream<Arguments> overrides() {
    return Stream.of(
        set("TYK_GW_LISTENPORT", "9090", config -> config.listener().port(), 9090),
        set("TYK_GW_LISTENPORT", "0x2382", config -> config.listener().port(), 9090),
        set(
            "TYK_GW_LISTENADDRESS",
            "127.0.0.1",
            config -> config.listener().address(),
            "127.0.0.1"),
        set("TYK_GW_HOSTNAME", "gw", config -> config.listener().hostname(), "gw"),
        set("TYK_GW_SECRET", "x,y: z", config -> config.controlApi().secret().text(), "x,y: z"),
        set("TYK_GW_HTTPSERVEROPTIONS_ENABLEHTTP2", "true", config -> config.http().http2(), true),
        set("TYK_GW_HTTPSERVEROPTIONS_ENABLEHTTP2", "1", config -> config.http().http2(), true),
        set("TYK_GW_HTTPSERVEROPTIONS_ENABLEHTTP2", "F", config -> config.http().http2(), false),
        set(
            "TYK_GW_HTTPSERVEROPTIONS_USESSL",
            "false",
            config -> config.http().tls().useSsl(),
            false),
        set(
            "TYK_GW_HTTPSERVEROPTIONS_FLUSHINTERVAL",
            "20",
            config -> config.http().flushInterval().toMillis(),
            20L),
        set(
            "TYK_GW_HTTPSERVEROPTIONS_CERTIFICATES",
            "[{\"domain_name\":\"a\",\"cert_file\":\"c\",\"key_file\":\"k\"}]",
            config ->
                config.http().tls().certificates().stream()
                    .map(pair ->
                        pair.alias()
                            + " "
                            + name(pair.certificateFile())
                            + " "
                            + name(pair.keyFile()))
                    .toList(),
            List.of("a c k")),
        set(
            "TYK_GW_HTTPSERVEROPTIONS_SSLCERTIFICATES",
            "a, b",
            config -> texts(config.http().tls().certificates()),
            List.of("a", "b")),
        set(
            "TYK_GW_HTTPSERVEROPTIONS_SSLCERTIFICATES",
            "",
            config -> texts(config.http().tls().certificates()),
            List.of()),
        set(
            "TYK_GW_HTTPSERVEROPTIONS_SSLCERTIFICATES",
            "[\"a,b\"]",
            config -> texts(config.http().tls().certificates()),
            List.of("a,b")),
        set(
            "TYK_GW_HTTPSERVEROPTIONS_CIPHERS",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            config -> config.http().tls().ciphers().stream().skip(3).toList(),
            List.of(
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")),
        set("TYK_GW_PROXYENABLEHTTP2", "true", config -> config.upstream().http2(), true),
        set(
            "TYK_GW_PROXYSSLMINVERSION",
            "772",
            config -> config.upstream().tls().versions().min(),
            772),
        set(
            "TYK_GW_SECURITY_CERTIFICATES_UPSTREAM",
            "*:/a.pem",
            config ->
                config.upstream().tls().certificates().find("a", 1).orElseThrow().certificateFile(),
            Path.of("/a.pem")),
        set("SSL_CERT_FILE", "/ca.pem", EnvironmentTest::roots, Path.of("/ca.pem")),
        set("WEIR_SSL_CERT_FILE", "/ca.pem", EnvironmentTest::roots, Path.of("/ca.pem")),
        set(
            "TYK_GW_PROXYDEFAULTTIMEOUT",
            "1.5",
            config -> config.upstream().defaultTimeout().toMillis(),
            1500L),
        set(
            "TYK_GW_DISABLEPORTWHITELIST",
            "true",
            config -> config.listener().ports().disabled(),
            true),
        set(
            "TYK_GW_PORTWHITELIST",
            "{\"h2c\":{\"ports\":[6666],\"ranges\":[{\"from\":1,\"to\":2}]}}",
            config -> config.listener().ports().rules().get("h2c"),
            List.of(new PortRange(6666, 6666), new PortRange(1, 2))),
        set(
            "TYK_GW_STORAGE_HOST",
            "redis",
            config -> config.settings().text("storage.host"),
            "redis"),
        set("TYK_GW_STORAGE_PORT", "7", config -> config.settings().integer("storage.port"), 7),
        set(
            "TYK_GW_STORAGE_PASSWORD",
            "p",
            config -> config.settings().text("storage.password"),
            "p"),
        set(
            "TYK_GW_POLICIES_POLICYSOURCE",
            "file",
            config -> config.settings().text("policies.policy_source"),
            "file"),
        set(
            "TYK_GW_SECURITY_CERTIFICATES_UPSTREAM",
            "host:id,other:8443:id2",
            config -> config.settings().textMap("security.certificates.upstream"),
            Map.of("host", "id", "other:8443", "id2")),
        set(
            "TYK_GW_DRLTHRESHOLD",
            "2.5",
            config -> config.settings().decimal("drl_threshold"),
            2.5),
        set(
            "TYK_GW_LIVENESSCHECK_CHECKDURATION",
            "1m30s",
            config -> config.settings().number("liveness_check.check_duration"),
            90_000_000_000L),
        set(
            "TYK_GW_OVERRIDEMESSAGES",
            "{\"auth.key_not_found\":{\"message\":\"m\",\"code\":403}}",
            config -> config.settings().isSet("override_messages"),
            true),
        set(
            "TYK_GW_KV_FILE_BASEPATH",
            "/run",
            config -> config.settings().text("kv.file.base_path"),
            "/run"),
        set("WEIR_EVENT_LOOPS", "3", config -> config.weir().eventLoops(), 3),
        set("WEIR_DATA_DIR", "/d", config -> config.weir().dataDir(), Path.of("/d")),
        set("WEIR_TRANSPORT", "nio", config -> config.weir().transport(), Transport.NIO),
        set(
            "WEIR_ADMIN_ADDRESS",
            "127.0.0.1:9090",
            config -> config.weir().admin(),
            new GatewayConfig.AdminAddress("127.0.0.1", 9090)),
        set(
            "WEIR_TRUSTED_PROXIES",
            "10.0.0.0/8, ::1",
            config -> config.weir().forwarding().trustedProxies().toString(),
            "[10.0.0.0/8, 0:0:0:0:0:0:0:1/128]"),
        set(
            "WEIR_APPEND_FORWARDED_FOR",
            "false",
            config -> config.weir().forwarding().appendsForwardedFor(),
            false),
        set(
            "WEIR_REFUSE_UNDERSCORES",
            "true",
            config -> config.weir().forwarding().refusesUnderscores(),
            true),
        set(
            "WEIR_STRIP_HEADERS",
            "X-Gateway-User,x_tenant",
            config -> config.weir().forwarding().strippedHeaders().toString(),
            "[x-gateway-user, x_tenant]"),
        set("WEIR_HTTP2_PINGS_BURST", "7", config -> limit(config, Limit.PINGS_BURST), 7),
        set("WEIR_LIMITS_MAX_CONNECTIONS", "9", config -> limit(config, Limit.MAX_CONNECTIONS), 9));
  }

  private static int limit(GatewayConfig config, Limit limit) {
    return config.weir().limits().get(limit);
  }

  private static List<String> texts(List<CertificateReference> references) {
    return references.stream().map(CertificateReference::text).toList();
  }

  private static Path name(Path file) {
    return requireNonNull(file.getFileName());
  }

  private static Arguments set(
      String name,
      String text,
      Function<GatewayConfig, ? extends @Nullable Object> read,
      Object value) {
    return arguments(name, text, read, value);
  }

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("overrides")
  void variableOverridesItsKey(
      String name,
      String text,
      Function<GatewayConfig, ? extends @Nullable Object> read,
      Object value)
      throws IOException {
    Reading<GatewayConfig> reading = ConfigReader.read(file("{}"), Map.of(name, text));

    assertThat(reading.problems()).isEmpty();
    assertThat(read.apply(requireNonNull(reading.value()))).isEqualTo(value);
  }

  private static Path roots(GatewayConfig config) {
    return config.upstream().tls().roots().orElseThrow().certificateFile();
  }

  @Test
  void variableThatSwitchesVerificationOffIsWarnedOf() throws IOException {
    Reading<GatewayConfig> reading =
        ConfigReader.read(file("{}"), Map.of("TYK_GW_PROXYSSLINSECURESKIPVERIFY", "true"));

    assertThat(requireNonNull(reading.value()).upstream().tls().insecureSkipVerify()).isTrue();
    assertThat(reading.problems())
        .singleElement()
        .returns(Severity.WARNING, Problem::severity)
        .returns("proxy_ssl_insecure_skip_verify", Problem::path);
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        arguments(
            "TYK_GW_LISTENPORT",
            "http",
            "TYK_GW_LISTENPORT: error: listen_port: \"http\" is not a whole number"),
        arguments(
            "TYK_GW_LISTENPORT",
            "",
            "TYK_GW_LISTENPORT: error: listen_port: \"\" is not a whole number"),
        arguments(
            "TYK_GW_LISTENPORT",
            "70000",
            "TYK_GW_LISTENPORT: error: listen_port: 70000 is not a port, 0 to 65535 is needed"),
        arguments(
            "TYK_GW_HASHKEYS",
            "yes",
            "TYK_GW_HASHKEYS: error: hash_keys: \"yes\" is not true or false"),
        arguments(
            "TYK_GW_PROXYDEFAULTTIMEOUT",
            "1s",
            "TYK_GW_PROXYDEFAULTTIMEOUT: error: proxy_default_timeout: \"1s\" is not a number"),
        arguments(
            "TYK_GW_LIVENESSCHECK_CHECKDURATION",
            "10",
            "TYK_GW_LIVENESSCHECK_CHECKDURATION: error: liveness_check.check_duration: \"10\" is not a duration, write it as 10s or 1m30s"),
        arguments(
            "TYK_GW_SECURITY_CERTIFICATES_UPSTREAM",
            "host",
            "TYK_GW_SECURITY_CERTIFICATES_UPSTREAM: error: security.certificates.upstream: an entry without a colon, write it as name:value,name:value"),
        arguments(
            "TYK_GW_PORTWHITELIST",
            "6666",
            "TYK_GW_PORTWHITELIST:1:1: error: ports_whitelist: is a number, an object is needed"),
        arguments(
            "TYK_GW_PORTWHITELIST",
            "{\"h2c\":",
            "TYK_GW_PORTWHITELIST:1:8: error: ports_whitelist: a value is needed, the document ends here"),
        arguments(
            "TYK_GW_HTTPSERVEROPTIONS_USESSL",
            "true",
            "TYK_GW_HTTPSERVEROPTIONS_USESSL: warning: http_server_options.use_ssl: takes HTTP/1.1 only, no gRPC, set http_server_options.enable_http2"),
        arguments(
            "WEIR_EVENT_LOOPS",
            "two",
            "WEIR_EVENT_LOOPS: error: weir.event_loops: \"two\" is not a whole number"),
        arguments(
            "WEIR_EVENT_LOOPS",
            "-1",
            "WEIR_EVENT_LOOPS: error: weir.event_loops: -1 is not from 0 to 1024"),
        arguments(
            "WEIR_HTTP2_MAX_HEADER_LIST_BYTES",
            "131073",
            "WEIR_HTTP2_MAX_HEADER_LIST_BYTES: error: weir.http2.max_header_list_bytes: 131073 is not from 1024 to 131072"),
        arguments(
            "WEIR_TRANSPORT",
            "uring",
            "WEIR_TRANSPORT: error: weir.transport: \"uring\" is unknown, known are auto, epoll, nio"),
        arguments(
            "WEIR_TRUSTED_PROXIES",
            "10.0.0.0/8,proxy",
            "WEIR_TRUSTED_PROXIES: error: weir.trusted_proxies: \"proxy\" is neither an address nor a range of addresses, write it as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32"),
        arguments(
            "TYK_GW_LISTENPROT",
            "1",
            "TYK_GW_LISTENPROT: warning: unknown variable, it has no effect, did you mean TYK_GW_LISTENPORT?"),
        arguments(
            "TYK_GW_LISTEN_PORT",
            "1",
            "TYK_GW_LISTEN_PORT: warning: unknown variable, it has no effect, did you mean TYK_GW_LISTENPORT?"),
        arguments(
            "TYK_GW_DISABLEPORTSWHITELIST",
            "true",
            "TYK_GW_DISABLEPORTSWHITELIST: warning: unknown variable, it has no effect, did you mean TYK_GW_DISABLEPORTWHITELIST?"),
        arguments(
            "WEIR_EVENT_LOOP",
            "1",
            "WEIR_EVENT_LOOP: warning: unknown variable, it has no effect, did you mean WEIR_EVENT_LOOPS?"));
  }

  @ParameterizedTest(name = "{0}={1}")
  @MethodSource("wrong")
  void wrongVariableIsNamed(String name, String text, String problem) throws IOException {
    Reading<GatewayConfig> reading = ConfigReader.read(file("{}"), Map.of(name, text));

    assertThat(reading.problems()).extracting(Problem::toString).containsExactly(problem);
  }

  @Test
  void strangersAreLeftAlone() throws IOException {
    Map<String, String> environment =
        Map.of(
            "PATH",
            "/bin",
            "WEIR_JAVA_OPTS",
            "-Xmx1g",
            "TYK_LOGLEVEL",
            "debug",
            "TYK_GW_OPENTELEMETRY_ENABLED",
            "true",
            "TYK_GW_PRIVATE_OAUTHTOKENSPURGEINTERVAL",
            "1");

    assertThat(ConfigReader.read(file("{}"), environment).problems()).isEmpty();
  }

  @Test
  void variableWinsOverTheFile() throws IOException {
    Reading<GatewayConfig> reading =
        ConfigReader.read(
            file("{\"listen_port\": 1, \"storage\": {\"host\": \"a\", \"port\": 2}}"),
            Map.of("TYK_GW_LISTENPORT", "3", "TYK_GW_STORAGE_PORT", "4"));

    GatewayConfig config = requireNonNull(reading.value());
    assertThat(config.listener().port()).isEqualTo(3);
    assertThat(config.settings().text("storage.host")).isEqualTo("a");
    assertThat(config.settings().integer("storage.port")).isEqualTo(4);
  }

  @Test
  void variableThatIsNotActedOnIsListedByItsKey() throws IOException {
    assertThat(ConfigReader.read(file("{}"), Map.of("TYK_GW_HASHKEYS", "true")).value())
        .extracting(config -> requireNonNull(config).notActedOn())
        .isEqualTo(List.of("hash_keys"));
  }

  @Test
  void relativePathInAVariableCountsFromTheWorkingDirectory() throws IOException {
    var environment = Map.of("TYK_GW_APPPATH", "defs", "WEIR_DATA_DIR", "data");

    GatewayConfig config = requireNonNull(ConfigReader.read(file("{}"), environment).value());

    assertThat(config.apis().appPath()).isEqualTo(Path.of("defs").toAbsolutePath());
    assertThat(config.weir().dataDir()).isEqualTo(Path.of("data").toAbsolutePath());
    assertThat(config.apis().templatePath()).isEqualTo(folder.resolve("templates"));
  }

  @Test
  void fileIsSkippedWhereTheEnvironmentSaysSo() throws IOException {
    var environment = Map.of("TYK_GW_OMITCONFIGFILE", "True", "TYK_GW_HOSTNAME", "h");

    Reading<GatewayConfig> reading = ConfigReader.read(file("{ broken"), environment);

    assertThat(reading.problems()).isEmpty();
    assertThat(reading.value())
        .isNotNull()
        .returns(null, GatewayConfig::file)
        .returns("h", config -> config.listener().hostname())
        .returns(8080, config -> config.listener().port());
  }

  @Test
  void everyScalarKeyOfTykHasAVariableOfItsOwn() {
    var names = new EnvironmentNames(ConfigKeys.ROOT).all();

    assertThat(names).hasSizeGreaterThan(300).doesNotHaveDuplicates();
    assertThat(names)
        .contains(
            "TYK_GW_PIDFILELOCATION",
            "TYK_GW_HTTPPROFILE",
            "TYK_GW_ENABLESEPERATEANALYTICSSTORE",
            "TYK_GW_STORAGE_MAXIDLE",
            "TYK_GW_SLAVEOPTIONS_BINDTOSLUGSINSTEADOFLISTENPATHS",
            "TYK_GW_SECURITY_CERTIFICATES_API");
    assertThat(names).allMatch(name -> name.matches("(TYK_GW|WEIR)_[A-Z0-9_]+|SSL_CERT_FILE"));
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("tyk.conf"), text);
  }
}
