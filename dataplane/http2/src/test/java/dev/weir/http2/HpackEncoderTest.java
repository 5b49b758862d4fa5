package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the encoder puts in its table and how it writes the rest. */
class HpackEncoderTest {
  private static final String NEWEST = "be";

  private final HpackEncoder encoder = new HpackEncoder();

  @Test
  void writesStaticFieldAsItsIndex() {
    assertThat(encode(HeaderField.of(":method", "POST"))).isEqualTo("83");
    assertThat(encode(HeaderField.of(":status", "200"))).isEqualTo("88");
  }

  @Test
  void indexesValueThatComesBack() {
    HeaderField path = HeaderField.of(":path", "/a");

    assertThat(encode(path)).isEqualTo("04022f61");
    assertThat(encode(path)).isEqualTo("44022f61");
    assertThat(encode(path)).isEqualTo(NEWEST);
    assertThat(encode(HeaderField.of(":path", "/a"))).isEqualTo(NEWEST);
  }

  @Test
  void writesUnknownNameAsText() {
    HeaderField field = HeaderField.of("ab", "c");

    assertThat(encode(field)).isEqualTo("000261620163");
    assertThat(encode(field)).isEqualTo("400261620163");
    assertThat(encode(field)).isEqualTo(NEWEST);
  }

  @Test
  void indexesWellKnownValuesAtFirstSight() {
    for (String value : new String[] {"0", "9", "10", "16"}) {
      HeaderField status = HeaderField.of("grpc-status", value);
      assertThat(encode(status)).startsWith("400b");
      assertThat(encode(status)).isEqualTo(NEWEST);
    }
    assertThat(encode(HeaderField.of("te", "trailers"))).startsWith("40027465");
    assertThat(encode(HeaderField.of("content-type", "application/grpc"))).startsWith("5f10");
    assertThat(encode(HeaderField.of(":status", "503"))).isEqualTo("4803353033");
  }

  @ParameterizedTest
  @ValueSource(strings = {"17", "99", "-1", "a", "", "016"})
  void doesNotTakeOtherTextForAStatusCode(String value) {
    assertThat(encode(HeaderField.of("grpc-status", value))).startsWith("000b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "grpc-timeout",
        "grpc-message",
        "grpc-status-details-bin",
        "traceparent",
        "tracestate",
        "x-request-id",
        "content-length",
        "date",
        "custom-bin"
      })
  void neverIndexesValuesThatChangeWithEachCall(String name) {
    HeaderField field = HeaderField.of(name, "1");

    String first = encode(field);

    assertThat(first).startsWith("0");
    assertThat(encode(field)).isEqualTo(first);
    assertThat(encode(field)).isEqualTo(first);
  }

  @Test
  void usesStaticNamesForLiterals() {
    assertThat(encode(HeaderField.of("content-length", "7"))).isEqualTo("0f0d0137");
    assertThat(encode(HeaderField.of("date", "x"))).isEqualTo("0f120178");
  }

  @Test
  void keepsNeverIndexedFieldsNeverIndexed() {
    byte[] token = "Bearer 0123456789abcdef".getBytes(ISO_8859_1);
    HeaderField secret = HeaderField.neverIndexed(HeaderName.AUTHORIZATION, token);
    HeaderField plain = HeaderField.of(HeaderName.AUTHORIZATION, token);
    encode(plain);
    encode(plain);

    for (int i = 0; i < 4; i++) {
      assertThat(encode(secret)).startsWith("1f08").hasSize(2 * (3 + token.length));
    }
    assertThat(encode(plain)).isEqualTo(NEWEST);
    assertThat(encode(HeaderField.neverIndexed(HeaderName.METHOD, new byte[] {'G', 'E', 'T'})))
        .isEqualTo("1203474554");
  }

  @Test
  void neverIndexesShortCredentials() {
    HeaderField password = HeaderField.of("authorization", "Basic dXNlcjpwYXNz");

    for (int i = 0; i < 4; i++) {
      assertThat(encode(password)).startsWith("0f08");
    }
  }

  @Test
  void valuesThatComeOnceDoNotEvict() {
    HeaderField path = HeaderField.of(":path", "/a");
    encode(path);
    encode(path);

    for (int i = 0; i < 10_000; i++) {
      assertThat(encode(HeaderField.of("x-user", "user-" + i))).startsWith("00");
    }

    assertThat(encode(path)).isEqualTo(NEWEST);
  }

  @Test
  void doesNotIndexFieldsAboveHalfOfTheTable() {
    HeaderField large = HeaderField.of("x", "v".repeat(2048 - 32));
    HeaderField half = HeaderField.of("x", "v".repeat(2048 - 33));

    for (int i = 0; i < 3; i++) {
      assertThat(encode(large)).startsWith("0001");
    }
    encode(half);
    encode(half);
    assertThat(encode(half)).isEqualTo(NEWEST);
  }

  @Test
  void tokensThatAreTooManyForTheTableDoNotRewriteItWithEachCall() {
    HeaderField path = HeaderField.of(":path", "/a");
    List<HeaderField> tokens =
        IntStream.range(0, 16)
            .mapToObj(i -> HeaderField.of("token", i + "t".repeat(1000)))
            .toList();
    int insertions = 0;

    for (int round = 0; round < 100; round++) {
      for (HeaderField token : tokens) {
        encode(path);
        insertions += encode(token).startsWith("40") ? 1 : 0;
      }
    }

    assertThat(insertions).isBetween(50, 250);
  }

  @Test
  void aNewTokenTakesTheRoomOfAnOldOne() {
    HeaderField renewed = HeaderField.of("token", "n".repeat(1000));
    for (int i = 0; i < 8; i++) {
      HeaderField old = HeaderField.of("token", i + "t".repeat(1000));
      encode(old);
      encode(old);
    }

    for (int i = 0; i < 10; i++) {
      encode(renewed);
    }

    assertThat(encode(renewed)).isEqualTo(NEWEST);
  }

  @Test
  void evictsTheOldestAndFindsTheRest() {
    HeaderField[] fields =
        IntStream.range(0, 200)
            .mapToObj(i -> HeaderField.of("name-" + i, "v".repeat(i % 50)))
            .toArray(HeaderField[]::new);
    HpackDecoder decoder = new HpackDecoder(4096);

    for (int round = 0; round < 6; round++) {
      for (int i = 0; i < fields.length; i++) {
        for (int back = 0; back <= Math.min(i, 40); back += 8) {
          HeaderField field = fields[i - back];
          byte[] block = HexFormat.of().parseHex(encode(field));
          FieldList decoded = new FieldList();
          decoder.decode(block, 0, block.length, decoded);
          assertThat(decoded.get(0).sameText(field)).isTrue();
        }
      }
    }
    assertThat(decoder.table().count()).isBetween(50, 100);
  }

  @Test
  void fieldsOfEqualHashDoNotLengthenTheSearch() {
    int indexed = 0;
    for (int i = 0; i < 64; i++) {
      StringBuilder value = new StringBuilder();
      for (int bit = 0; bit < 6; bit++) {
        value.append((i >>> bit & 1) == 0 ? "Aa" : "BB");
      }
      HeaderField field = twice(HeaderField.of("x", value.toString()));
      indexed += encode(field).equals(NEWEST) ? 1 : 0;
    }

    assertThat(indexed).isEqualTo(8);
  }

  @Test
  void writesLongIntegers() {
    HeaderField field = HeaderField.of("n".repeat(127), "v".repeat(300));

    String block = encode(field);

    assertThat(block).startsWith("007f00" + "6e".repeat(127) + "7fad01");
    assertThat(block.length() / 2).isLessThanOrEqualTo(HpackEncoder.maxEncodedSize(field));
  }

  @Test
  void announcesNothingWhenThePeersTableIsLarger() {
    encoder.peerTableSize(65_536);
    assertThat(begin()).isEmpty();
    encoder.peerTableSize(-1);
    assertThat(begin()).isEmpty();
  }

  @Test
  void announcesASmallerTableOnce() {
    encoder.peerTableSize(100);

    assertThat(begin()).isEqualTo("3f45");
    assertThat(begin()).isEmpty();
  }

  @Test
  void announcesTheSmallestAndTheLastTableSize() {
    encoder.peerTableSize(100);
    encoder.peerTableSize(0);
    encoder.peerTableSize(8192);

    assertThat(begin()).isEqualTo("20" + "3fe11f");
    assertThat(begin()).isEmpty();
  }

  @Test
  void announcesALargerTableAfterASmallOne() {
    encoder.peerTableSize(0);
    begin();
    encoder.peerTableSize(4096);

    assertThat(begin()).isEqualTo("3fe11f");
  }

  @Test
  void a17ManyTableSizesCostOneUpdate() {
    for (int i = 0; i < 1000; i++) {
      encoder.peerTableSize(0);
      encoder.peerTableSize(-1);
    }

    assertThat(begin()).isEqualTo("203fe11f");
  }

  @Test
  void forgetsWhatASmallerTableDrops() {
    HeaderField first = twice(HeaderField.of("a", "1"));
    HeaderField second = twice(HeaderField.of("b", "2"));
    encoder.peerTableSize(40);

    begin();

    assertThat(encode(first)).startsWith("00");
    assertThat(encode(second)).isEqualTo(NEWEST);
  }

  @Test
  void usesNoTableWhenThePeerHasNone() {
    encoder.peerTableSize(0);
    begin();

    for (int i = 0; i < 3; i++) {
      assertThat(encode(HeaderField.of("grpc-status", "0"))).startsWith("000b");
    }
  }

  private HeaderField twice(HeaderField field) {
    encode(field);
    encode(field);
    return field;
  }

  private String encode(HeaderField field) {
    byte[] out = new byte[HpackEncoder.maxEncodedSize(field) + 1];
    int end = encoder.encode(field, out, 1);
    return HexFormat.of().formatHex(out, 1, end);
  }

  private String begin() {
    byte[] out = new byte[HpackEncoder.MAX_UPDATE_BYTES];
    return HexFormat.of().formatHex(out, 0, encoder.beginBlock(out, 0));
  }
}
