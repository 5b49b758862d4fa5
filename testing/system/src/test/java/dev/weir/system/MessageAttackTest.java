package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Messages that are not what they seem: smuggling, paths, metadata (attack group E). */
class MessageAttackTest {

  private static final String MALFORMED = "reset 1";
  private static final String OK = "grpc 0";
  private static final String UNIMPLEMENTED = "grpc 12";
  private static final String INTERNAL = "grpc 13";

  private static final String PATH = "/recorded.Service/Method";
  private static final Fields CALL = Fields.grpcRequest(PATH);

  private static HeadRecorder upstream;
  private static Siege siege;

  @BeforeAll
  static void begin() {
    upstream = HeadRecorder.listen();
    siege =
        Siege.of(
            Api.of("recorded", upstream.target()),
            Api.of("hosted", upstream.target())
                .at("/hosted.Service")
                .with("domain", "weir.test")
                .with("proxy.preserve_host_header", true),
            Api.of("kept", upstream.target())
                .at("/kept.Service")
                .with("proxy.preserve_host_header", true));
  }

  @AfterAll
  static void end() {
    siege.close();
    upstream.close();
  }

  @BeforeEach
  void forget() {
    upstream.takeHeads();
  }

  @Test
  void e1UppercaseNamesAreMalformed() {
    refused(
        List.of(
            CALL.with("Foo", "x"),
            CALL.with("fOo", "x"),
            CALL.without("te").with("TE", "trailers")));
  }

  @Test
  void e2FaultsOfPseudoFieldsAreMalformed() {
    refused(
        List.of(
            Fields.of(":unknown", "x").and(CALL),
            Fields.of(":method", "POST").and(CALL),
            Fields.of(":path", PATH).and(CALL),
            Fields.of(":scheme", "http").and(CALL),
            Fields.of(":authority", "weir.test").and(CALL),
            CALL.without(":method"),
            CALL.without(":path"),
            CALL.without(":scheme"),
            CALL.without(":path").with(":path", PATH),
            Fields.of(":status", "200").and(CALL),
            Fields.of(":path", "").and(CALL.without(":path")),
            Fields.of(":method", "").and(CALL.without(":method"))));
  }

  @Test
  void e3OddShapesOfAPathReachNoServer() {
    List<String> shapes =
        List.of(
            "recorded.Service/Method",
            "*",
            "",
            "http://weir.test" + PATH,
            "//recorded.Service/Method",
            "/recorded.Service//Method",
            "/recorded.Service/Method/",
            "/",
            "//",
            "/recorded.Service/Method#x",
            "/recorded.Service/Method?x",
            "/recorded.Service/Me thod",
            " /recorded.Service/Method",
            "/recorded.Service/Method ",
            "/recorded.Service/Me\0thod",
            "/recorded.Service/Me\177thod",
            "/recorded.Service/M\u00c3\u00a9thod",
            "/recorded.Service/\u00ff",
            "/recorded.Service/Me\tthod",
            "\\recorded.Service\\Method");
    siege.attack(
        "stream_error",
        client -> {
          for (String fate : fates(client, shapes.stream().map(MessageAttackTest::call).toList())) {
            assertThat(fate).isIn(MALFORMED, UNIMPLEMENTED);
          }
          assertThat(upstream.takeHeads()).isEmpty();
        });
  }

  @Test
  void e4LengthsThatLieAreMalformed() {
    Fields named = CALL.with("content-length", "8");
    siege.alone(
        "stream_error",
        client -> {
          int answered = upstream.answered();
          client.send(Frame.headers(1, named), Frame.message(1, "four").last());
          client.send(Frame.headers(3, named), Frame.message(3, "2").last());
          assertThat(client.expectReset(1)).isEqualTo(1);
          assertThat(client.expectReset(3)).isEqualTo(1);
          assertThat(upstream.answered()).isEqualTo(answered);
        });
    upstream.takeHeads();
    refused(
        List.of(
            named,
            named.with("content-length", "9"),
            CALL.with("content-length", "+0"),
            CALL.with("content-length", "-0"),
            CALL.with("content-length", "0, 0"),
            CALL.with("content-length", ""),
            CALL.with("content-length", "0x0"),
            CALL.with("content-length", "18446744073709551616")));
  }

  @Test
  void e5FieldsOfAConnectionAreMalformed() {
    refused(
        List.of(
            CALL.with("transfer-encoding", "chunked"),
            CALL.with("connection", "close"),
            CALL.with("connection", "te"),
            CALL.with("keep-alive", "timeout=5"),
            CALL.with("proxy-connection", "keep-alive"),
            CALL.with("upgrade", "h2c"),
            CALL.without("te").with("te", "gzip"),
            CALL.without("te").with("te", "trailers, deflate")));
  }

  @Test
  void e6BytesThatEndALineOrAFieldAreMalformed() {
    var requests = new ArrayList<Fields>();
    for (String bad : List.of("a\rb", "a\nb", "a\0b", " a", "a ")) {
      requests.add(CALL.with(bad, "x"));
      requests.add(CALL.with("x", bad));
      requests.add(CALL.with("cookie", bad));
      requests.add(call(bad.startsWith(" ") ? " " + PATH : PATH + bad));
      requests.add(Fields.of(":method", bad).and(CALL.without(":method")));
      requests.add(Fields.of(":authority", bad).and(CALL.without(":authority")));
    }
    requests.add(CALL.with("a:b", "x"));
    requests.add(CALL.with(":a", "x"));
    requests.add(Fields.of(":method", "a:b").and(CALL.without(":method")));
    refused(requests);
  }

  @Test
  void e6TrailersWithSuchBytesEndNoRequest() {
    siege.alone(
        "stream_error",
        client -> {
          int answered = upstream.answered();
          int stream = 1;
          for (String name : List.of("a:b", ":a")) {
            client.send(Frame.headers(stream, CALL));
            client.send(Frame.headers(stream, Fields.of(name, "x")).last());
            assertThat(client.expectFate(stream)).as("%s", name).isEqualTo(MALFORMED);
            stream += 2;
          }
          for (String bad : List.of("a\rb", "a\nb", "a\0b", " a", "a ")) {
            for (Fields trailers :
                List.of(Fields.of("x", bad), Fields.of("cookie", bad), Fields.of(bad, "x"))) {
              client.send(Frame.headers(stream, CALL), Frame.headers(stream, trailers).last());
              assertThat(client.expectFate(stream)).as("%s", trailers).isEqualTo(MALFORMED);
              stream += 2;
            }
          }
          assertThat(upstream.answered()).isEqualTo(answered);
        });
  }

  @Test
  void e6ColonsInValuesPassAsTheyAre() {
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          upstream.takeHeads();
          Fields call =
              Fields.of(":authority", "weir.test:80")
                  .and(call("/kept.Service/a:b").without(":authority"))
                  .with("x", "a:b")
                  .with("cookie", "a:b");
          client.send(Frame.headers(1, call), Frame.headers(1, Fields.of("x", "a:b")).last());
          assertThat(client.expectFate(1)).isEqualTo(OK);
          Fields head = upstream.takeHeads().getFirst();
          assertThat(head.get(":authority")).isEqualTo("weir.test:80");
          assertThat(head.get(":path")).isEqualTo("/kept.Service/a:b");
          assertThat(head.get("x")).isEqualTo("a:b");
          assertThat(head.get("cookie")).isEqualTo("a:b");
        });
  }

  /** No server sees them: some reset the stream, others count that against the connection. */
  @Test
  void e6ControlCharactersEndTheirCallWithAStatus() {
    List<Fields> calls =
        IntStream.concat(IntStream.range(1, 0x20), IntStream.of(0x7f))
            .filter(c -> c != '\t' && c != '\n' && c != '\r')
            .mapToObj(c -> CALL.with("x", "a" + (char) c + "b"))
            .toList();
    Fields plain = Fields.of(":method", "GET", ":scheme", "http", ":path", "/recorded.Service/x");
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          assertThat(fates(client, calls)).hasSize(29).containsOnly(INTERNAL);
          assertThat(fates(siege.client(), List.of(plain.with("cookie", "a\1b"))))
              .containsExactly("http 400");

          client.send(Frame.headers(901, CALL), Frame.headers(901, Fields.of("x", "\177")).last());
          assertThat(client.expectFate(901)).isEqualTo(INTERNAL);
          assertThat(upstream.takeHeads()).isEmpty();
        });
  }

  @Test
  void e6TabsAndBytesBeyondAsciiPassAsTheyAre() {
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          String value = "a\tb\u0080\u00ff";
          assertThat(fates(client, List.of(CALL.with("x", value)))).containsExactly(OK);
          assertThat(upstream.awaitHead().get("x")).isEqualTo(value);
        });
  }

  /** An empty authority is none: the server is named by its own, whatever the API says. */
  @Test
  void e7NoAuthorityIsNotKept() {
    Fields bare = Fields.grpcRequest("/kept.Service/Method").without(":authority");
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          assertThat(
                  fates(
                      client,
                      List.of(
                          Fields.of(":authority", "weir.test").and(bare),
                          Fields.of(":authority", "").and(bare),
                          bare,
                          bare.with("host", ""))))
              .containsOnly(OK);
          assertThat(upstream.awaitHead().get(":authority")).isEqualTo("weir.test");
          for (int i = 0; i < 3; i++) {
            assertThat("h2c://" + upstream.awaitHead().get(":authority"))
                .isEqualTo(upstream.target());
          }
        });
  }

  @Test
  void e7WhatIsRoutedByIsWhatIsForwarded() {
    Fields bare = Fields.grpcRequest("/hosted.Service/Method").without(":authority");
    var requests = new ArrayList<Fields>();
    for (String authority :
        List.of(
            "weir.test",
            "weir.test:80",
            "WEIR.test",
            "user@weir.test",
            "weir.test@evil.test",
            "weir.test:80:90",
            "weir.test:0x50",
            "weir.test:99999",
            "weir.test:",
            "weir.test/",
            "weir.test?",
            "weir.test#",
            "weir.test,evil.test",
            "evil.test",
            "")) {
      requests.add(Fields.of(":authority", authority).and(bare));
    }
    requests.add(Fields.of(":authority", "weir.test").and(bare).with("host", "evil.test"));
    requests.add(Fields.of(":authority", "evil.test").and(bare).with("host", "weir.test"));
    requests.add(bare.with("host", "weir.test").with("host", "evil.test"));
    requests.add(bare.with("host", "evil.test").with("host", "weir.test"));
    requests.add(bare);
    siege.alone(
        "stream_error",
        client -> {
          for (Fields request : requests) {
            String fate = fates(siege.client(), List.of(request)).getFirst();
            List<Fields> seen = upstream.takeHeads();
            if (fate.equals(OK)) {
              assertThat(seen).as("%s", request).hasSize(1);
              assertThat(seen.getFirst().has("host")).isFalse();
              assertThat(seen.getFirst().all(":authority"))
                  .as("%s", request)
                  .singleElement()
                  .asString()
                  .matches("(?i)weir\\.test(:\\d{0,5})?|127\\.0\\.0\\.1:\\d+");
            } else {
              assertThat(seen).as("%s", request).isEmpty();
            }
          }
        });
  }

  @Test
  void e8MethodsAndSchemesOfGrpcCallsAreChecked() {
    Fields noMethod = CALL.without(":method");
    var requests = new ArrayList<Fields>();
    for (String method :
        List.of("POST /x HTTP/1.1", "post", "P".repeat(1024), "GET", "PUT", "OPTIONS", "P\"ST")) {
      requests.add(Fields.of(":method", method).and(noMethod));
    }
    requests.add(Fields.of(":scheme", "http://h/?").and(CALL.without(":scheme")));
    siege.attack(
        "stream_error",
        client -> {
          assertThat(fates(client, requests))
              .allSatisfy(fate -> assertThat(fate).isIn(MALFORMED, UNIMPLEMENTED));
          assertThat(upstream.takeHeads()).isEmpty();
        });
  }

  @Test
  void e9NoTunnelOpens() {
    Fields connect = Fields.of(":method", "CONNECT", ":authority", "weir.test:443");
    siege.alone(
        "stream_error",
        client -> {
          assertThat(
                  fates(
                      client,
                      List.of(
                          connect,
                          connect.and(Fields.of(":scheme", "http", ":path", "/")),
                          connect.and(
                              Fields.of(
                                  ":protocol", "websocket", ":scheme", "http", ":path", "/")))))
              .allSatisfy(fate -> assertThat(fate).isIn(MALFORMED, "http 405", "http 501"));
          assertThat(http1("CONNECT weir.test:443", "Host: weir.test:443", "Connection: close"))
              .startsWith("HTTP/1.1 4");
          assertThat(
                  http1(
                      "GET /",
                      "Host: a",
                      "Connection: Upgrade, HTTP2-Settings, close",
                      "Upgrade: h2c",
                      "HTTP2-Settings: AAMAAABkAAQAAP__"))
              .startsWith("HTTP/1.1 ")
              .doesNotStartWith("HTTP/1.1 101");
          for (Fields head : upstream.takeHeads()) {
            assertThat(head.get(":method")).isEqualTo("GET");
            assertThat(head.names()).doesNotContain("upgrade", "http2-settings", "connection");
          }
        });
  }

  private static String http1(String request, String... fields) {
    return siege
        .counted(WirePeer.connect(siege.port()))
        .send(request + " HTTP/1.1\r\n" + String.join("\r\n", fields) + "\r\n\r\n")
        .expectTextUntilClose();
  }

  @Test
  void e10PathsOfGrpcCallsAreForwardedAsRoutedOrRefused() {
    List<String> corpus = paths();
    assertThat(corpus).hasSizeGreaterThanOrEqualTo(200);
    siege.alone(
        Siege.NO_FAULT,
        first -> {
          for (int from = 0; from < corpus.size(); from += 50) {
            List<String> some = corpus.subList(from, Math.min(corpus.size(), from + 50));
            List<String> fates =
                fates(siege.client(), some.stream().map(MessageAttackTest::call).toList());
            for (int i = 0; i < some.size(); i++) {
              assertThat(fates.get(i))
                  .as(some.get(i))
                  .isIn(isPlain(some.get(i)) ? List.of(OK) : List.of(MALFORMED, UNIMPLEMENTED));
            }
            assertThat(upstream.takeHeads().stream().map(head -> head.get(":path")))
                .containsExactlyElementsOf(
                    some.stream().filter(MessageAttackTest::isPlain).toList());
          }
        });
  }

  /** Servers of gRPC look at it so: by another case a call would pass by the rules for calls. */
  @Test
  void e10TheTypeOfACallCountsInAnyCase() {
    List<String> types =
        List.of(
            "Application/GRPC",
            "APPLICATION/GRPC+proto",
            "application/Grpc;charset=utf-8",
            "aPPLICATION/gRPC");
    siege.attack(
        Siege.NO_FAULT,
        client -> {
          assertThat(
                  fates(
                      client,
                      types.stream()
                          .map(type ->
                              call("/recorded.Service/%4dethod")
                                  .without("content-type")
                                  .with("content-type", type))
                          .toList()))
              .containsOnly(UNIMPLEMENTED);
          assertThat(upstream.takeHeads()).isEmpty();
        });
  }

  /** Written apart from the gateway's own rule: the two have to agree. */
  private static boolean isPlain(String path) {
    return path.startsWith("/")
        && Stream.of(path.substring(1).split("/", -1))
            .allMatch(segment -> segment.matches("(?!\\.{1,2}$)[\\w.~!$&'()*+,=:@-]+"));
  }

  /** Every way to write a path that is not its plain form, at three places of it. */
  private static List<String> paths() {
    List<String> tricks =
        List.of(
            "/",
            "//",
            "%2F",
            "%2f",
            "%252f",
            "/./",
            "/../",
            "/%2e%2e/",
            "/%2E./",
            "\\",
            "%5c",
            ";x",
            ";",
            "%3b",
            "%00",
            "%0a",
            "%20",
            "+",
            "%",
            "%%",
            "%2",
            "%zz",
            "..",
            ".",
            "...",
            "%c0%af",
            "%e0%80%af",
            "\u00c0\u00af",
            "\u00ef\u00bc\u008f",
            "#",
            "%23",
            "?",
            "?a=b",
            "%3f",
            "&",
            "=",
            ":",
            "@",
            "~",
            "!",
            "*",
            "'",
            "(",
            ")",
            ",",
            "|",
            "<",
            ">",
            "\"",
            "{",
            "}",
            "^",
            "`",
            "[",
            "]",
            "/..;/",
            "/.;/",
            "%u002f",
            "A",
            "a",
            "-",
            "_",
            "0",
            "%41",
            "%6d",
            "\u00e4",
            "/.",
            "/..");
    var paths = new ArrayList<String>();
    for (String trick : tricks) {
      paths.add("/recorded.Service" + trick + "Method");
      paths.add("/recorded.Service/Method" + trick);
      paths.add(trick + "recorded.Service/Method");
    }
    paths.add("/recorded.service/method");
    paths.add("/" + "x".repeat(8000));
    paths.add("/" + "x/".repeat(4000) + "x");
    paths.add("/" + "../".repeat(2000));
    return paths;
  }

  /**
   * Whoever decides by a field behind the gateway sees every value that was sent, and none else.
   */
  @Test
  void e11AllValuesOfAFieldArriveAsTheyWereSent() {
    List<Fields> requests =
        List.of(
            CALL.with("role", "user").with("role", "admin"),
            CALL.with("role", "admin").with("role", "user"),
            CALL.with("role", "user,admin"),
            CALL.with("role", "user, admin").with("x", "y").with("role", ""),
            CALL.with("authorization", "Bearer a").with("authorization", "Bearer b"),
            CALL.with("authorization", "Bearer a").with("authorization", "Bearer a"),
            CALL.with("x-api-key", "a").with("x-api-key", "b"),
            CALL.with("cookie", "role=user").with("cookie", "role=admin"),
            CALL.with("x-bin", "AA==").with("x-bin", "AQ=="),
            CALL.with("x", "a").with("x-y", "b").with("x", "c"));
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          upstream.takeHeads();
          assertThat(fates(client, requests)).containsOnly(OK);
          for (Fields request : requests) {
            assertThat(upstream.awaitHead().without(":authority").without("x-forwarded-for"))
                .isEqualTo(request.without(":authority"));
          }
        });
  }

  /** What the gateway itself goes by may be said once. */
  @Test
  void e11FieldsThatTheGatewayReadsMayNotBeDoubled() {
    Fields hosted = Fields.of(":authority", "weir.test").and(CALL.without(":authority"));
    siege.attack(
        "stream_error",
        client -> {
          assertThat(
                  fates(
                      client,
                      List.of(
                          CALL.with("content-length", "0").with("content-length", "0"),
                          hosted.with("host", "weir.test").with("host", "weir.test"),
                          CALL.with("te", "trailers, deflate"))))
              .containsOnly(MALFORMED);
        });
    siege.attack(
        Siege.NO_FAULT,
        client -> {
          assertThat(
                  fates(
                      client, List.of(CALL.with("grpc-timeout", "1S").with("grpc-timeout", "2S"))))
              .containsExactly(INTERNAL);
        });
    siege.attack(
        Siege.NO_FAULT,
        client -> {
          Fields html = CALL.without("content-type").with("content-type", "text/html");
          assertThat(
                  fates(
                      client,
                      List.of(
                          CALL.with("content-type", "text/html"),
                          CALL.with("content-type", "application/grpc"),
                          html.with("content-type", "application/grpc"))))
              .containsExactly(INTERNAL, INTERNAL, "http 400");
          assertThat(upstream.takeHeads()).isEmpty();
        });
  }

  @Test
  void e14ReservedKeysDecideNothing() {
    List<Fields> reserved =
        List.of(
            Fields.of("grpc-status", "0"),
            Fields.of("grpc-message", "fine"),
            Fields.of("grpc-previous-rpc-attempts", "99"),
            Fields.of("grpc-retry-pushback-ms", "-1"),
            Fields.of("grpc-status-details-bin", "AAAA"),
            Fields.of("grpc-unknown", "x"));
    siege.attack(
        Siege.NO_FAULT,
        client -> {
          assertThat(fates(client, reserved.stream().map(CALL::and).toList())).containsOnly(OK);
          Fields elsewhere = call("nowhere");
          assertThat(fates(siege.client(), reserved.stream().map(elsewhere::and).toList()))
              .containsOnly(UNIMPLEMENTED);
        });
  }

  @Test
  void e15BadBinaryValuesHurtNobodyElseOnTheSharedConnection() {
    List<String> values =
        List.of("!", "=", "A", "AA=A", "not base64", "q80=,", "\u00ff", "A".repeat(30_001), "");
    siege.attack(
        Siege.NO_FAULT,
        client -> {
          int stream = 1;
          for (int turn = 0; turn < 10; turn++) {
            for (String value : values) {
              client.send(
                  Frame.section(
                      stream, Fields.grpcRequest(Siege.PATH).with("x-bin", value), false));
              client.send(Frame.message(stream, "").last());
              assertThat(client.expectFate(stream)).as(value).isNotEmpty();
              stream += 2;
            }
          }
        });
  }

  /** Servers of gRPC decode metadata before they look at what a call says that it is. */
  @Test
  void e15e16CallersThatDoNotSayGrpcSendNoBadMetadataEither() {
    Fields bare = CALL.without("content-type");
    Fields json = bare.with("content-type", "application/json");
    var requests = new ArrayList<Fields>();
    for (Fields call : List.of(json, json.without("te"), bare)) {
      requests.add(call.with("x-bin", "not base64"));
      requests.add(call.with("x-bin", "A"));
      requests.add(call.with("grpc-timeout", "999999999S"));
      requests.add(call.with("grpc-timeout", "1S").with("grpc-timeout", "2S"));
    }
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          assertThat(fates(client, requests)).containsOnly("http 400");
          client.send(Frame.headers(901, json), Frame.headers(901, Fields.of("x-bin", "A")).last());
          assertThat(client.expectFate(901)).isEqualTo("http 400");
          assertThat(upstream.takeHeads()).isEmpty();
          assertThat(fates(siege.client(), List.of(json.with("x-bin", "AA==,AQ"))))
              .containsExactly(OK);
        });
  }

  @Test
  void e16AbsurdTimeoutsAreRefusedOrCappedNeverForwarded() {
    List<String> values =
        List.of("99999999H", "999999999S", "-1S", "1x", "", "S", "1", "1.5S", "+1S", "1 S");
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          for (String value : values) {
            String fate = fates(client(), List.of(CALL.with("grpc-timeout", value))).getFirst();
            List<Fields> seen = upstream.takeHeads();
            if (fate.equals(OK)) {
              assertThat(seen.getFirst().all("grpc-timeout"))
                  .as(value)
                  .allMatch(forwarded -> forwarded.matches("\\d{1,8}[HMSmun]"));
            } else {
              assertThat(fate).as(value).isIn(INTERNAL, "grpc 3");
              assertThat(seen).isEmpty();
            }
          }
        });
  }

  @Test
  void e17NothingInTheLogIsTheAttackersOwnByte() {
    String evil = "\u001b[31mred\u001b[0m\u0007\u009b\u00e2\u0080\u00ae";
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          int lines = siege.log().split("\n", -1).length;
          var requests = new ArrayList<Fields>();
          for (String name :
              List.of("user-agent", "x-request-id", "traceparent", "referer", "x-forwarded-for")) {
            requests.add(CALL.with(name, "a" + evil + "a"));
            requests.add(CALL.with(name, "a".repeat(50_000)));
          }
          requests.add(call("/" + "a".repeat(50_000)));
          fates(client, requests);
          client().sendPreface().send(evil);
          assertThat(siege.log().split("\n", -1).length - lines)
              .isLessThanOrEqualTo(requests.size() + 1);
          assertThat(siege.log())
              .doesNotContain("\u001b", "\u0007", "\u009b", "\u202e", "aaaaaaaaaa".repeat(100));
        });
  }

  // ---- what the rows share ---------------------------------------------------------------------

  private static WirePeer client() {
    return siege.client();
  }

  private static Fields call(String path) {
    return Fields.of(":path", path).and(CALL.without(":path"));
  }

  /** Plays an attack whose every request is malformed to the gateway, and reaches no server. */
  private static void refused(List<Fields> requests) {
    siege.attack(
        "stream_error",
        client -> {
          List<String> fates = fates(client, requests);
          for (int i = 0; i < fates.size(); i++) {
            assertThat(fates.get(i)).as("%s", requests.get(i)).isEqualTo(MALFORMED);
          }
          client.expectQuiet();
          assertThat(upstream.takeHeads()).isEmpty();
        });
  }

  /** Sends each head as a whole request on a stream of its own, one after the other. */
  private static List<String> fates(WirePeer client, List<Fields> requests) {
    var fates = new ArrayList<String>();
    for (Fields request : requests) {
      int stream = 2 * fates.size() + 1;
      client.send(Frame.section(stream, request, true));
      fates.add(client.expectFate(stream));
    }
    return fates;
  }
}
