package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What makes requests and responses malformed, and what does not (RFC 9113, 8.1 to 8.3). Fields are
 * written as name=value, with %XX for bytes that a table cannot hold.
 */
class MessageRulesTest {
  private static final String GET = ":method=GET :scheme=http :path=/ ";

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          8.3.1 method, scheme and path | :method=GET :scheme=http :path=/
          8.3.1 authority | :method=GET :scheme=http :path=/ :authority=host
          8.3.1 empty authority | :method=GET :scheme=http :path=/ :authority=
          8.3.1 pseudo-fields in any order | :path=/ :authority=host :scheme=https :method=POST
          8.3.1 path with query | :method=GET :scheme=http :path=/a/b?c=d
          8.3.1 path of all servers | :method=OPTIONS :scheme=http :path=*
          8.3.1 path beyond ASCII | :method=GET :scheme=http :path=/%C3%A4
          8.2.1 value beyond ASCII | :method=GET :scheme=http :path=/ a=%E4%80
          8.2.1 empty value | :method=GET :scheme=http :path=/ a=
          8.2.1 blanks inside of a value | :method=GET :scheme=http :path=/ a=b%20%09c
          8.2.1 every letter of a token | :method=GET :scheme=http :path=/ a!#$%25&'*+-.^_`%7C~09z=b
          8.2.2 te: trailers | :method=GET :scheme=http :path=/ te=trailers
          8.2.3 several cookies | :method=GET :scheme=http :path=/ cookie=a cookie=b
          content-length of zero | :method=GET :scheme=http :path=/ content-length=0
          content-length with leading zeros | :method=GET :scheme=http :path=/ content-length=000
          """)
  void serverTakes(String rule, String fields) {
    try (Wire wire = Wire.server()) {
      wire.run("HEADERS 1 " + fields + " +end");

      assertThat(wire.answer()).isEmpty();
      assertThat(wire.heard()).containsExactly("request 1 " + Script.fieldList(fields) + " end");
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          8.3.1 no fields |
          8.3.1 no method | :scheme=http :path=/
          8.3.1 no scheme | :method=GET :path=/
          8.3.1 no path | :method=GET :scheme=http
          8.3.1 empty method | :method= :scheme=http :path=/
          8.3.1 empty scheme | :method=GET :scheme= :path=/
          8.3.1 empty path | :method=GET :scheme=http :path=
          8.3 two methods | :method=GET :method=GET :scheme=http :path=/
          8.3 two schemes | :method=GET :scheme=http :scheme=http :path=/
          8.3 two paths | :method=GET :scheme=http :path=/ :path=/
          8.3 two authorities | :method=GET :scheme=http :path=/ :authority=a :authority=a
          8.3 unknown pseudo-field | :method=GET :scheme=http :path=/ :x=y
          8.3 pseudo-field of a response | :method=GET :scheme=http :path=/ :status=200
          8.3 pseudo-field behind a field | :method=GET :scheme=http a=b :path=/
          8.3 second pseudo-field behind a field | :method=GET :scheme=http :path=/ a=b :path=/
          8.3 unknown pseudo-field behind a field | :method=GET :scheme=http :path=/ a=b :x=y
          8.5 CONNECT | :method=CONNECT :authority=host
          8.5 extended CONNECT | :method=CONNECT :scheme=http :path=/ :authority=a :protocol=websocket
          8.3.1 method with a blank | :method=GET%20/x :scheme=http :path=/
          8.3.1 path with a blank | :method=GET :scheme=http :path=/a%20b
          8.3.1 path with a line feed | :method=GET :scheme=http :path=/a%0Ab
          8.3.1 path with DEL | :method=GET :scheme=http :path=/a%7Fb
          8.3.1 scheme with a blank | :method=GET :scheme=http%20x :path=/
          8.3.1 authority with a blank | :method=GET :scheme=http :path=/ :authority=a%20b
          8.3.1 authority with NUL | :method=GET :scheme=http :path=/ :authority=a%00b
          8.2.1 upper case name | :method=GET :scheme=http :path=/ Aa=b
          8.2.1 blank in a name | :method=GET :scheme=http :path=/ a%20b=c
          8.2.1 colon in a name | :method=GET :scheme=http :path=/ a:b=c
          8.2.1 byte beyond ASCII in a name | :method=GET :scheme=http :path=/ a%E4=c
          8.2.1 DEL in a name | :method=GET :scheme=http :path=/ a%7F=c
          8.2.1 NUL in a value | :method=GET :scheme=http :path=/ a=b%00c
          8.2.1 carriage return in a value | :method=GET :scheme=http :path=/ a=b%0Dc
          8.2.1 line feed in a value | :method=GET :scheme=http :path=/ a=b%0Ac
          8.2.1 blank before a value | :method=GET :scheme=http :path=/ a=%20b
          8.2.1 blank behind a value | :method=GET :scheme=http :path=/ a=b%20
          8.2.1 tab before a value | :method=GET :scheme=http :path=/ a=%09b
          8.2.1 tab behind a value | :method=GET :scheme=http :path=/ a=b%09
          8.2.2 connection | :method=GET :scheme=http :path=/ connection=close
          8.2.2 keep-alive | :method=GET :scheme=http :path=/ keep-alive=1
          8.2.2 proxy-connection | :method=GET :scheme=http :path=/ proxy-connection=close
          8.2.2 transfer-encoding | :method=GET :scheme=http :path=/ transfer-encoding=chunked
          8.2.2 upgrade | :method=GET :scheme=http :path=/ upgrade=h2c
          8.2.2 te other than trailers | :method=GET :scheme=http :path=/ te=gzip
          8.2.2 te with more than trailers | :method=GET :scheme=http :path=/ te=trailers;q=1
          content-length of a bodiless request | :method=GET :scheme=http :path=/ content-length=1
          content-length with a sign | :method=GET :scheme=http :path=/ content-length=+0
          content-length below zero | :method=GET :scheme=http :path=/ content-length=-1
          content-length that is no number | :method=GET :scheme=http :path=/ content-length=0x0
          content-length that is empty | :method=GET :scheme=http :path=/ content-length=
          content-length as a list | :method=GET :scheme=http :path=/ content-length=0;0
          content-length twice, not the same | :method=GET :scheme=http :path=/ content-length=0 content-length=1
          content-length twice, the same | :method=GET :scheme=http :path=/ content-length=0 content-length=0
          content-length above all bounds | :method=GET :scheme=http :path=/ content-length=1000000000000000000
          """)
  void serverRefuses(String rule, @Nullable String fields) {
    try (Wire wire = Wire.server()) {
      wire.run("HEADERS 1 " + fields + " +end, PING");

      assertThat(wire.answer()).isEqualTo("RST_STREAM 1 PROTOCOL_ERROR, PING 7 ack");
      assertThat(wire.heard()).isEmpty();
      assertThat(wire.connection.openStreams()).isZero();
    }
  }

  /** Each row is what follows the head; 8.1.1: the payload has the announced length. */
  @ParameterizedTest(name = "content-length={0} and {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          5 | DATA 1 5 +end | data 1 5 end
          5 | DATA 1 2, DATA 1 3 +end | data 1 2; data 1 3 end
          5 | DATA 1 5, DATA 1 0 +end | data 1 5; data 1 0 end
          5 | DATA 1 5 +pad=9 +end | data 1 5 end
          5 | DATA 1 5, TRAILERS 1 | data 1 5; headers 1 [grpc-status: 0] end
          0 | DATA 1 0 +end | data 1 0 end
          0 | TRAILERS 1 | headers 1 [grpc-status: 0] end
          5 | DATA 1 6 | reset 1 PEER_FAULT PROTOCOL_ERROR
          5 | DATA 1 3, DATA 1 3 | data 1 3; reset 1 PEER_FAULT PROTOCOL_ERROR
          5 | DATA 1 4 +end | reset 1 PEER_FAULT PROTOCOL_ERROR
          5 | DATA 1 0 +end | reset 1 PEER_FAULT PROTOCOL_ERROR
          5 | DATA 1 4, DATA 1 0 +end | data 1 4; reset 1 PEER_FAULT PROTOCOL_ERROR
          5 | DATA 1 4, TRAILERS 1 | data 1 4; reset 1 PEER_FAULT PROTOCOL_ERROR
          5 | TRAILERS 1 | reset 1 PEER_FAULT PROTOCOL_ERROR
          0 | DATA 1 1 | reset 1 PEER_FAULT PROTOCOL_ERROR
          """)
  void payloadHasTheAnnouncedLength(int length, String script, String heard) {
    for (boolean client : new boolean[] {false, true}) {
      try (Wire wire = client ? Wire.client() : Wire.server()) {
        wire.run((client ? "open, RESPONSE" : "REQUEST") + " 1 content-length=" + length);
        wire.forget();

        wire.run(script);

        assertThat(String.join("; ", wire.heard())).isEqualTo(heard);
        boolean refused = heard.contains("PEER_FAULT");
        assertThat(wire.answer()).isEqualTo(refused ? "RST_STREAM 1 PROTOCOL_ERROR" : "");
      }
    }
  }

  /** Trailers of both sides. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          8.1 trailers | HEADERS 1 a=b +end | headers 1 [a: b] end
          8.1 empty trailers | HEADERS 1 +end | headers 1 [] end
          8.1 trailers that do not end | HEADERS 1 a=b | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.1 pseudo-field in trailers | HEADERS 1 :path=/ +end | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.1 pseudo-field behind trailers | HEADERS 1 a=b :status=200 +end | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.2.1 upper case name in trailers | HEADERS 1 A=b +end | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.2.1 line feed in trailers | HEADERS 1 a=b%0Ac +end | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.2.2 connection in trailers | HEADERS 1 connection=close +end | reset 1 PEER_FAULT PROTOCOL_ERROR
          """)
  void trailers(String rule, String script, String heard) {
    for (boolean client : new boolean[] {false, true}) {
      try (Wire wire = client ? Wire.client() : Wire.server()) {
        wire.run((client ? "open, RESPONSE 1" : "REQUEST 1") + ", DATA 1 3");
        wire.forget();

        wire.run(script);

        assertThat(String.join("; ", wire.heard())).isEqualTo(heard);
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          8.3.2 status | HEADERS 1 :status=200 a=b | headers 1 [:status: 200, a: b]
          8.3.2 status that nobody knows | HEADERS 1 :status=999 | headers 1 [:status: 999]
          8.3.2 no status | HEADERS 1 a=b | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.3.2 no fields | HEADERS 1 | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.3.2 status behind a field | HEADERS 1 a=b :status=200 | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.3.2 two statuses | HEADERS 1 :status=200 :status=200 | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.3.2 pseudo-field of a request | HEADERS 1 :status=200 :path=/ | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.3.2 status of two digits | HEADERS 1 :status=20 | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.3.2 status of four digits | HEADERS 1 :status=2000 | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.3.2 status with a letter | HEADERS 1 :status=2x0 | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.3.2 status below 100 | HEADERS 1 :status=099 | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.2.1 upper case name | HEADERS 1 :status=200 A=b | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.2.2 transfer-encoding | HEADERS 1 :status=200 transfer-encoding=chunked | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.6 switching protocols | HEADERS 1 :status=101 | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.1 informational heads are dropped | HEADERS 1 :status=100, HEADERS 1 :status=103 link=x, RESPONSE 1 | headers 1 [:status: 200]
          8.1 informational head that ends | HEADERS 1 :status=103 +end | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.1 DATA behind an informational head | HEADERS 1 :status=103, DATA 1 1 | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.1 informational head behind the head | RESPONSE 1, HEADERS 1 :status=103 | headers 1 [:status: 200]; reset 1 PEER_FAULT PROTOCOL_ERROR
          content-length of a response without payload | RESPONSE 1 content-length=3 +end | reset 1 PEER_FAULT PROTOCOL_ERROR
          content-length that is no number | RESPONSE 1 content-length=x | reset 1 PEER_FAULT PROTOCOL_ERROR
          8.1.1 content-length of 304 | HEADERS 1 :status=304 content-length=9 +end | headers 1 [:status: 304, content-length: 9] end
          8.1.1 content-length of 304, empty DATA | HEADERS 1 :status=304 content-length=9, DATA 1 0 +end | headers 1 [:status: 304, content-length: 9]; data 1 0 end
          8.1.1 payload of 304 | HEADERS 1 :status=304, DATA 1 1 | headers 1 [:status: 304]; reset 1 PEER_FAULT PROTOCOL_ERROR
          8.1.1 payload of 204 | HEADERS 1 :status=204, DATA 1 1 | headers 1 [:status: 204]; reset 1 PEER_FAULT PROTOCOL_ERROR
          """)
  void response(String rule, String script, String heard) {
    try (Wire wire = Wire.client()) {
      wire.run("open");
      wire.forget();

      wire.run(script);

      assertThat(String.join("; ", wire.heard())).isEqualTo(heard);
      assertThat(wire.answer())
          .isEqualTo(heard.contains("PEER_FAULT") ? "RST_STREAM 1 PROTOCOL_ERROR" : "");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"RESPONSE 1 content-length=9 +end", "RESPONSE 1 content-length=9, DATA 1 0 +end"})
  void responseToHeadHasTheLengthOfNoPayload(String script) {
    try (Wire wire = Wire.client()) {
      wire.run("open :method=HEAD :scheme=http :path=/ +end");
      wire.forget();

      wire.run(script);

      assertThat(wire.answer()).isEmpty();
      assertThat(wire.heard().getFirst()).startsWith("headers 1 [:status: 200, content-length: 9]");
    }
  }

  @Test
  void responseToHeadHasNoPayload() {
    try (Wire wire = Wire.client()) {
      wire.run("open :method=HEAD :scheme=http :path=/ +end, RESPONSE 1, DATA 1 1");

      assertThat(wire.heard()).endsWith("reset 1 PEER_FAULT PROTOCOL_ERROR");
    }
  }

  @Test
  void endlessInformationalHeadsFailTheirStream() {
    try (Wire wire = Wire.client()) {
      wire.run("open");
      wire.forget();

      for (int i = 0; i < 200 && wire.connection.openStreams() > 0; i++) {
        wire.run("HEADERS 1 :status=103");
      }

      assertThat(wire.answer()).isEqualTo("RST_STREAM 1 PROTOCOL_ERROR");
      assertThat(wire.heard()).containsExactly("reset 1 PEER_FAULT PROTOCOL_ERROR");
    }
  }

  @Test
  void requestOverTheListLimitMayBeAnsweredAndItsPayloadIsDropped() {
    try (Wire wire = Wire.server()) {
      wire.run("HEADERS 1 " + GET + "a=" + "x".repeat(2000) + ", DATA 1 600, DATA 1 600");
      assertThat(wire.heard()).containsExactly("oversized 1");
      assertThat(wire.answer()).isEqualTo("WINDOW_UPDATE 1 +600, WINDOW_UPDATE 1 +600");

      wire.run("DATA 1 3 +end, head 1 :status=431 +end, PING");

      assertThat(wire.answer()).isEqualTo("HEADERS 1 end [:status: 431], PING 7 ack");
    }
  }

  @Test
  void requestOverTheFieldLimitFailsAlone() {
    try (Wire wire = Wire.server()) {
      wire.run("HEADERS 1 " + GET + "a=b ".repeat(18) + "+end, head 1 :status=431 +end, REQUEST 3");

      assertThat(wire.answer()).isEqualTo("HEADERS 1 end [:status: 431]");
      assertThat(wire.heard()).hasSize(2).first().isEqualTo("oversized 1");
    }
  }

  @Test
  void trailersOverTheLimitFailTheirStream() {
    try (Wire wire = Wire.server()) {
      wire.run("REQUEST 1, HEADERS 1 " + "a=b ".repeat(21) + "+end, PING");

      assertThat(wire.answer()).isEqualTo("RST_STREAM 1 PROTOCOL_ERROR, PING 7 ack");
      assertThat(wire.heard()).endsWith("reset 1 PEER_FAULT PROTOCOL_ERROR");
    }
  }

  @Test
  void responseOverTheLimitFailsItsStream() {
    try (Wire wire = Wire.client()) {
      wire.run("open, open");
      wire.forget();

      wire.run("RESPONSE 1 " + "a=b ".repeat(20) + ", RESPONSE 3, DATA 1 5");

      assertThat(wire.answer()).isEqualTo("RST_STREAM 1 CANCEL");
      assertThat(wire.heard())
          .containsExactly("reset 1 HEADERS_TOO_LARGE CANCEL", "headers 3 [:status: 200]");
    }
  }
}
