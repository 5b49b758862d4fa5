package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Block;
import dev.weir.testkit.Fields;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Clients that say they call for somebody else, before a gateway that trusts nobody (attack group
 * E, rows 12 and 13).
 */
class ForwardedAttackTest {

  private static final String OK = "grpc 0";
  private static final String TOO_LARGE = "grpc 8";
  private static final String INTERNAL = "grpc 13";

  private static final Fields CALL = Fields.grpcRequest("/recorded.Service/Method");

  /** What the limits leave beside the fields of {@link #CALL}. */
  private static final int ROOM = 128 - CALL.list().size();

  /** The names of the reference page, some for each beginning of names. */
  private static final List<String> NAMES =
      List.of(
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-forwarded-port",
          "x-forwarded-prefix",
          "x-forwarded-server",
          "x-forwarded-scheme",
          "x-forwarded-ssl",
          "x-forwarded-user",
          "x-forwarded-email",
          "x-forwarded-client-cert",
          "x-forwarded",
          "forwarded",
          "x-original-forwarded-for",
          "x-real-ip",
          "x-client-ip",
          "x-cluster-client-ip",
          "x-envoy-external-address",
          "x-envoy-internal",
          "true-client-ip",
          "cf-connecting-ip",
          "fastly-client-ip",
          "client-cert",
          "client-cert-chain",
          "x-client-cert",
          "ssl-client-cert",
          "ssl-client-verify",
          "ssl-client-subject-dn",
          "x-ssl-client-cert",
          "x-ssl-client-s-dn");

  private static HeadRecorder upstream;
  private static Siege siege;

  @BeforeAll
  static void begin() {
    upstream = HeadRecorder.listen();
    siege = Siege.of(Api.of("recorded", upstream.target()));
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
  void e12AliasesOfFieldsThatProxiesSetReachNoServer() {
    List<String> aliases = NAMES.stream().flatMap(ForwardedAttackTest::aliases).distinct().toList();
    assertThat(aliases)
        .hasSizeGreaterThan(60)
        .contains("x_forwarded_for", "x-forwarded_for", "x_forwarded-for", "x_real_ip");
    stripped(aliases);
  }

  @Test
  void e12AliasesReachNoServerOverHttp1InAnyCase() {
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          List<String> spellings =
              NAMES.stream()
                  .flatMap(ForwardedAttackTest::aliases)
                  .flatMap(name -> Stream.of(name, name.toUpperCase(Locale.ROOT), capitals(name)))
                  .toList();
          for (int from = 0; from < spellings.size(); from += ROOM / 2) {
            get(spellings.subList(from, Math.min(spellings.size(), from + ROOM / 2)));
            expectPlain(upstream.awaitHead());
          }
        });
  }

  @Test
  void e13WhatClientsSayAboutThemselvesReachesNoServer() {
    stripped(NAMES);
  }

  @Test
  void e13WhatClientsOfHttp1SayAboutThemselvesReachesNoServer() {
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          for (String name : NAMES) {
            get(List.of(capitals(name)));
            expectPlain(upstream.awaitHead());
          }
          get(NAMES);
          expectPlain(upstream.awaitHead());
        });
  }

  /** A field that comes by its index was decoded with another call. */
  @Test
  void e13FieldsThatComeAgainAreStrippedAgain() {
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          Block first = Block.of(CALL).inserted("x-real-ip", "6.6.6.6");
          first.inserted("x-forwarded-for", "6.6.6.6").inserted("kept", "yes");
          client.send(Frame.headers(1, first).last());
          assertThat(client.expectFate(1)).isEqualTo(OK);
          Block again = Block.of(CALL).indexed(64).indexed(63).indexed(62);
          client.send(Frame.headers(3, again).last());
          assertThat(client.expectFate(3)).isEqualTo(OK);

          for (int i = 0; i < 2; i++) {
            Fields head = upstream.awaitHead();
            assertThat(head.get("kept")).isEqualTo("yes");
            expectPlain(head.without("kept"));
          }
        });
  }

  /** Nobody calls on behalf of others from his trailers, and some servers add them to the head. */
  @Test
  void e13TrailersSayNothingAboutTheClient() {
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          int stream = 1;
          for (String name : List.of("x-forwarded-for", "x_real_ip", "forwarded")) {
            client.send(
                Frame.headers(stream, CALL),
                Frame.message(stream, "hi"),
                Frame.headers(stream, Fields.of(name, "6.6.6.6")).last());
            assertThat(client.expectFate(stream)).isEqualTo(INTERNAL);
            stream += 2;
          }
          upstream.takeHeads().forEach(ForwardedAttackTest::expectPlain);
        });
  }

  /** What is stripped has been decoded and kept before: it costs what other fields cost. */
  @Test
  void e13LimitsCountFieldsThatAreStripped() {
    siege.alone(
        "header_list",
        client -> {
          assertThat(fates(client, List.of(many(ROOM), many(ROOM + 1), large())))
              .containsExactly(OK, TOO_LARGE, TOO_LARGE);
          expectPlain(upstream.awaitHead());
          assertThat(upstream.takeHeads()).isEmpty();
        });
  }

  private static Fields many(int count) {
    Fields request = CALL;
    for (int i = 0; i < count; i++) {
      request = request.with(i % 2 == 0 ? "x-forwarded-for" : "x_forwarded_" + i, "6.6.6.6");
    }
    return request;
  }

  private static Fields large() {
    Fields request = CALL;
    for (int i = 0; i < 3; i++) {
      request = request.with("x-forwarded-for", "6.6.6.6, ".repeat(2500) + i);
    }
    return request;
  }

  // ---- what the rows share ---------------------------------------------------------------------

  /** Each name alone, then all of them twice and in as few calls as the limits allow. */
  private static void stripped(List<String> names) {
    siege.alone(
        Siege.NO_FAULT,
        client -> {
          List<Fields> requests = requests(names);
          assertThat(fates(client, requests)).containsOnly(OK);
          for (int i = 0; i < requests.size(); i++) {
            expectPlain(upstream.awaitHead());
          }
        });
  }

  private static List<Fields> requests(List<String> names) {
    var requests = new ArrayList<Fields>();
    names.forEach(name -> requests.add(CALL.with(name, "6.6.6.6")));
    for (int from = 0; from < names.size(); from += ROOM / 2) {
      Fields request = CALL;
      for (String name : names.subList(from, Math.min(names.size(), from + ROOM / 2))) {
        request = request.with(name, "6.6.6.6").with(name, "9.9.9.9");
      }
      requests.add(request);
    }
    return requests;
  }

  /** The server got what it would have without those fields, and the client's address. */
  private static void expectPlain(Fields head) {
    assertThat(head.all("x-forwarded-for")).containsExactly("127.0.0.1");
    assertThat(new TreeSet<>(head.without("x-forwarded-for").names()))
        .isSubsetOf(
            ":authority", ":method", ":path", ":scheme", "content-type", "te", "x-forwarded-for");
    assertThat(head.list()).hasSizeLessThanOrEqualTo(CALL.list().size() + 1);
  }

  /** Spellings with {@code _}: everywhere, at one place, and at all but one. */
  private static Stream<String> aliases(String name) {
    int first = name.indexOf('-');
    if (first < 0) {
      return Stream.empty();
    }
    String rest = name.substring(first + 1);
    return Stream.of(
            name.replace('-', '_'),
            name.substring(0, first) + "_" + rest,
            name.substring(0, first) + "-" + rest.replace('-', '_'))
        .filter(alias -> !alias.equals(name));
  }

  private static String capitals(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /** A request over HTTP/1.1 with these fields; ends when it has been answered. */
  private static void get(List<String> names) {
    var text = new StringBuilder("GET /recorded HTTP/1.1\r\nHost: a\r\nConnection: close\r\n");
    names.forEach(name -> text.append(name).append(": 6.6.6.6\r\n"));
    assertThat(
            siege
                .counted(WirePeer.connect(siege.port()))
                .send(text.append("\r\n").toString())
                .expectTextUntilClose())
        .startsWith("HTTP/1.1 200");
  }

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
