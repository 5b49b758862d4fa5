package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that would mean one thing to us and another to the next hop (RFC 9113, 8 and 10.3): each
 * is refused with a stream error before anybody hears of it, and the connection goes on. The E
 * numbers name rows of the project's attack catalogue. {@code REQUEST} is the head of a usual call
 * to {@code host:1} with more fields behind it.
 */
class MessageValidityTest {
  private static final String REFUSED = "RST_STREAM 1 PROTOCOL_ERROR, PING 7 ack";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E1 8.2.1 upper case first letter | REQUEST 1 Foo=x
          E1 8.2.1 upper case last letter | REQUEST 1 foO=x
          E1 8.2.1 upper case inside | REQUEST 1 fOo=x
          E1 8.2.1 upper case name that we know | REQUEST 1 Content-Type=application/grpc
          E1 8.2.1 upper case pseudo-field | HEADERS 1 :method=POST :scheme=http :Path=/
          E1 8.2.1 upper case name in Huffman code | BLOCK 1 8386840083c473ff0178
          E1 8.2.1 upper case name that the table keeps | BLOCK 1 8386844003466f6f0178
          E2 8.3 unknown pseudo-field | HEADERS 1 :method=POST :scheme=http :path=/ :x=y
          E2 8.3 two methods | HEADERS 1 :method=POST :method=POST :scheme=http :path=/
          E2 8.3 two schemes | HEADERS 1 :method=POST :scheme=http :scheme=https :path=/
          E2 8.3 two paths | HEADERS 1 :method=POST :scheme=http :path=/a :path=/b
          E2 8.3 two authorities | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a :authority=b
          E2 8.3.1 no method | HEADERS 1 :scheme=http :path=/ :authority=a
          E2 8.3.1 no scheme | HEADERS 1 :method=POST :path=/ :authority=a
          E2 8.3.1 no path | HEADERS 1 :method=POST :scheme=http :authority=a
          E2 8.3 pseudo-field behind a field | HEADERS 1 :method=POST :scheme=http a=b :path=/
          E2 8.3 pseudo-field of a response | HEADERS 1 :method=POST :scheme=http :path=/ :status=200
          E2 8.3.1 empty path | HEADERS 1 :method=POST :scheme=http :path=
          E4 8.1.1 two values of content-length | REQUEST 1 content-length=5 content-length=6
          E4 8.1.1 content-length twice | REQUEST 1 content-length=5 content-length=5
          E4 8.1.1 content-length with a sign | REQUEST 1 content-length=+5
          E4 8.1.1 content-length below zero | REQUEST 1 content-length=-5
          E4 8.1.1 content-length as a list | REQUEST 1 content-length=5%2C%205
          E4 8.1.1 content-length behind a blank | REQUEST 1 content-length=%205
          E4 8.1.1 content-length in another base | REQUEST 1 content-length=0x5
          E4 8.1.1 empty content-length | REQUEST 1 content-length=
          E4 8.1.1 content-length above 2^63 | REQUEST 1 content-length=9223372036854775808
          E4 8.1.1 content-length of a request that has ended | REQUEST 1 content-length=5 +end
          E5 8.2.2 transfer-encoding | REQUEST 1 transfer-encoding=chunked
          E5 8.2.2 connection | REQUEST 1 connection=close
          E5 8.2.2 keep-alive | REQUEST 1 keep-alive=timeout
          E5 8.2.2 proxy-connection | REQUEST 1 proxy-connection=keep-alive
          E5 8.2.2 upgrade | REQUEST 1 upgrade=websocket
          E5 8.2.2 te other than trailers | REQUEST 1 te=gzip
          E5 8.2.2 te with more than trailers | REQUEST 1 te=trailers%2C%20gzip
          E5 8.2.2 second te other than trailers | REQUEST 1 te=trailers te=gzip
          E5 8.2.2 empty te | REQUEST 1 te=
          E5 8.2.2 transfer-encoding that the table keeps | BLOCK 1 83868479076368756e6b6564
          E7 8.3.1 another host | REQUEST 1 host=other
          E7 8.3.1 another host that begins the same | REQUEST 1 host=host:1.other
          E7 8.3.1 another port | REQUEST 1 host=host:2
          E7 8.3.1 host without the port | REQUEST 1 host=host
          E7 8.3.1 empty host | REQUEST 1 host=
          E7 8.3.1 two hosts, the first the authority | REQUEST 1 host=host:1 host=other
          E7 8.3.1 two hosts, both the authority | REQUEST 1 host=host:1 host=host:1
          E7 8.3.1 two hosts and no authority | HEADERS 1 :method=POST :scheme=http :path=/ host=a host=a
          E7 8.3.1 host with user information | HEADERS 1 :method=POST :scheme=http :path=/ host=user@a
          E7 8.3.1 host with a path | HEADERS 1 :method=POST :scheme=http :path=/ host=a/b
          E7 8.3.1 user information | HEADERS 1 :method=POST :scheme=http :path=/ :authority=user@a
          E7 8.3.1 user information with password | HEADERS 1 :method=POST :scheme=http :path=/ :authority=user:pass@a
          E7 8.3.1 port before user information | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a:80@b
          E7 8.3.1 port of letters | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a:b
          E7 8.3.1 port with a sign | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a:-1
          E7 8.3.1 port above 65535 | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a:65536
          E7 8.3.1 port above 2^32 | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a:4294967376
          E7 8.3.1 two ports | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a:80:81
          E7 8.3.1 port without a host | HEADERS 1 :method=POST :scheme=http :path=/ :authority=:80
          E7 8.3.1 path in the authority | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a/b
          E7 8.3.1 query in the authority | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a?b
          E7 8.3.1 fragment in the authority | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a#b
          E7 8.3.1 back slash in the authority | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a\\b
          E7 8.3.1 blank in the authority | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a%20b
          E7 8.3.1 percent in the authority | HEADERS 1 :method=POST :scheme=http :path=/ :authority=%2561
          E7 8.3.1 byte beyond ASCII in the authority | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a%E4
          E7 8.3.1 address without its bracket | HEADERS 1 :method=POST :scheme=http :path=/ :authority=[::1
          E7 8.3.1 address without brackets | HEADERS 1 :method=POST :scheme=http :path=/ :authority=::1
          E7 8.3.1 empty address | HEADERS 1 :method=POST :scheme=http :path=/ :authority=[]
          E7 8.3.1 name behind an address | HEADERS 1 :method=POST :scheme=http :path=/ :authority=[::1]a
          E7 8.3.1 letters in an address | HEADERS 1 :method=POST :scheme=http :path=/ :authority=[::g]
          E8 8.3.1 request line as method | HEADERS 1 :method=POST%20/x%20HTTP/1.1 :scheme=http :path=/
          E8 8.3.1 empty method | HEADERS 1 :method= :scheme=http :path=/
          E8 8.3.1 method that is no token | HEADERS 1 :method=PO(ST :scheme=http :path=/
          E8 8.3.1 method with a slash | HEADERS 1 :method=POST/x :scheme=http :path=/
          E8 8.3.1 method beyond ASCII | HEADERS 1 :method=POST%C4 :scheme=http :path=/
          E8 8.3.1 method of 33 letters | HEADERS 1 :method=ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG :scheme=http :path=/
          E8 8.3.1 address as scheme | HEADERS 1 :method=POST :scheme=http://h/? :path=/
          E8 8.3.1 scheme with a colon | HEADERS 1 :method=POST :scheme=http: :path=/
          E8 8.3.1 scheme that begins with a digit | HEADERS 1 :method=POST :scheme=1http :path=/
          E8 8.3.1 empty scheme | HEADERS 1 :method=POST :scheme= :path=/
          E9 8.5 CONNECT | HEADERS 1 :method=CONNECT :authority=a:443
          E9 8.5 CONNECT with scheme and path | HEADERS 1 :method=CONNECT :scheme=http :path=/ :authority=a:443
          E9 8.5 extended CONNECT | HEADERS 1 :method=CONNECT :protocol=websocket :scheme=http :path=/ :authority=a
          E9 8.6 upgrade to h2c | REQUEST 1 connection=upgrade upgrade=h2c http2-settings=AAMAAABk
          """)
  void headIsRefused(String rule, String frame) {
    try (Wire wire = Wire.server()) {
      wire.run(frame + ", PING");

      assertThat(wire.answer()).isEqualTo(REFUSED);
      assertThat(wire.heard()).isEmpty();
      assertThat(wire.connection.openStreams()).isZero();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E1 8.2.1 upper case name in trailers | REQUEST 1, HEADERS 1 Foo=x +end
          E2 8.1 pseudo-field in trailers | REQUEST 1, HEADERS 1 :path=/ +end
          E4 8.1.1 content-length below the payload | REQUEST 1 content-length=3, DATA 1 4
          E4 8.1.1 content-length above the payload | REQUEST 1 content-length=5, DATA 1 4 +end
          E4 8.1.1 content-length above the payload before trailers | REQUEST 1 content-length=5, DATA 1 4, TRAILERS 1
          E4 8.1.1 content-length of no payload | REQUEST 1 content-length=5, DATA 1 0 +end
          E4 8.1.1 content-length does not count padding | REQUEST 1 content-length=5, DATA 1 1 +pad=4 +end
          E5 8.2.2 transfer-encoding in trailers | REQUEST 1, HEADERS 1 transfer-encoding=chunked +end
          E5 8.2.2 te other than trailers in trailers | REQUEST 1, HEADERS 1 te=gzip +end
          """)
  void restOfTheRequestIsRefused(String rule, String script) {
    try (Wire wire = Wire.server()) {
      wire.run(script + ", PING");

      assertThat(wire.answer()).isEqualTo(REFUSED);
      List<String> heard = wire.heard();
      assertThat(heard.getLast()).isEqualTo("reset 1 PEER_FAULT PROTOCOL_ERROR");
      assertThat(heard).noneMatch(event -> event.endsWith(" end"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E4 8.1.1 content-length of a request that has ended | REQUEST 1 content-length=0 +end
          E5 8.2.2 te: trailers | REQUEST 1 te=trailers
          E7 8.3.1 host that is the authority | REQUEST 1 host=host:1
          E7 8.3.1 host that is the authority in other letters | REQUEST 1 host=HOST:1
          E7 8.3.1 host instead of an authority | HEADERS 1 :method=POST :scheme=http :path=/ host=a:80
          E7 8.3.1 neither authority nor host | HEADERS 1 :method=POST :scheme=http :path=/
          E7 8.3.1 authority with the highest port | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a:65535
          E7 8.3.1 authority with an empty port | HEADERS 1 :method=POST :scheme=http :path=/ :authority=a:
          E7 8.3.1 every mark of a name | HEADERS 1 :method=POST :scheme=http :path=/ :authority=aZ09-._~!$&()*+;=
          E7 8.3.1 address | HEADERS 1 :method=POST :scheme=http :path=/ :authority=[2001:db8::192.0.2.1]
          E7 8.3.1 address and port | HEADERS 1 :method=POST :scheme=http :path=/ :authority=[::1]:443
          E8 8.3.1 method in lower case is another method | HEADERS 1 :method=post :scheme=http :path=/
          E8 8.3.1 method of 32 letters | HEADERS 1 :method=ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEF :scheme=http :path=/
          E8 8.3.1 scheme of letters, digits and marks | HEADERS 1 :method=POST :scheme=h2+x-y.z :path=/
          E9 8.6 upgrade is no more than a word | REQUEST 1 a=upgrade
          """)
  void headIsTakenAsItIs(String rule, String frame) {
    try (Wire wire = Wire.server()) {
      wire.run(frame + ", PING");

      assertThat(wire.answer()).isEqualTo("PING 7 ack");
      assertThat(wire.heard()).singleElement().asString().startsWith("request 1 ");
    }
  }

  @Test
  void e1NameOfARefusedRequestIsRefusedWhenItComesFromTheTable() {
    try (Wire wire = Wire.server()) {
      wire.run("BLOCK 1 8386844003466f6f0178, BLOCK 3 838684be, BLOCK 5 838684");

      assertThat(wire.answer())
          .isEqualTo("RST_STREAM 1 PROTOCOL_ERROR, RST_STREAM 3 PROTOCOL_ERROR");
      assertThat(wire.heard()).hasSize(1);
    }
  }

  @Test
  void e8MethodOfAKilobyteIsRefused() {
    try (Wire wire = Wire.server()) {
      wire.run("HEADERS 1 :method=" + "A".repeat(1024) + " :scheme=http :path=/, PING");

      assertThat(wire.answer()).isEqualTo(REFUSED);
    }
  }

  @Test
  void e9ExtendedConnectIsNotOffered() {
    try (Wire wire = Wire.newServer(Wire.WIDE)) {
      assertThat(wire.sent().getFirst()).startsWith("SETTINGS").doesNotContain(" 8=");
    }
  }

  // ---- E6: bytes that end a field for one reader and not for another ---------------------------

  private static final Map<String, String> BYTES =
      Map.of("CR", "%0D", "LF", "%0A", "NUL", "%00", "colon", ":");

  /** A colon has a meaning there, which is none of a field's end. */
  private static final Set<String> TAKE_COLONS = Set.of("value", "cookie", ":path");

  static List<Arguments> placesAndBytes() {
    List<Arguments> rows = new ArrayList<>();
    for (String place :
        List.of("name", "value", ":path", ":method", ":authority", "cookie", "trailers")) {
      for (String what : List.of("CR", "LF", "NUL", "colon", "blank before", "blank behind")) {
        rows.add(Arguments.of(place, what));
      }
    }
    return rows;
  }

  /** In trailers it is the name that has the byte. */
  @ParameterizedTest(name = "E6 8.2.1 {1} in {0}")
  @MethodSource("placesAndBytes")
  void byteThatEndsAFieldElsewhere(String place, String what) {
    boolean taken = what.equals("colon") && TAKE_COLONS.contains(place);
    try (Wire wire = Wire.server()) {
      wire.run(frames(place, what) + ", PING");

      assertThat(wire.answer()).isEqualTo(taken ? "PING 7 ack" : REFUSED);
      assertThat(wire.heard()).filteredOn(event -> event.endsWith(" end")).hasSize(taken ? 1 : 0);
    }
  }

  private static String frames(String place, String what) {
    String text = spoilt(place.equals(":path") ? "/b" : "bb", what);
    return switch (place) {
      case "name" -> "REQUEST 1 " + text + "=x +end";
      case "value" -> "REQUEST 1 a=" + text + " +end";
      case "cookie" -> "REQUEST 1 cookie=" + text + " +end";
      case "trailers" -> "REQUEST 1, HEADERS 1 " + text + "=x +end";
      default -> "HEADERS 1 " + head(place, text) + " +end";
    };
  }

  private static String head(String changed, String text) {
    Map<String, String> usual = Map.of(":method", "POST", ":path", "/", ":authority", "a");
    StringBuilder head = new StringBuilder(":scheme=http");
    for (String name : List.of(":method", ":path", ":authority")) {
      head.append(' ').append(name).append('=');
      head.append(name.equals(changed) ? text : usual.get(name));
    }
    return head.toString();
  }

  private static String spoilt(String text, String what) {
    @Nullable String inside = BYTES.get(what);
    if (inside != null) {
      return text.charAt(0) + inside + text.substring(1);
    }
    return what.equals("blank before") ? "%20" + text : text + "%20";
  }
}
