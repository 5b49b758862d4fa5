package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7541, appendix C, with their section numbers. */
class HpackRfcExamplesTest {
  private static final String REQUEST_1 =
      ":method: GET, :scheme: http, :path: /, :authority: www.example.com";
  private static final String REQUEST_2 = REQUEST_1 + ", cache-control: no-cache";
  private static final String REQUEST_3 =
      ":method: GET, :scheme: https, :path: /index.html, :authority: www.example.com,"
          + " custom-key: custom-value";
  private static final String RESPONSE_1 =
      ":status: 302, cache-control: private, date: Mon, 21 Oct 2013 20:13:21 GMT,"
          + " location: https://www.example.com";
  private static final String RESPONSE_2 = RESPONSE_1.replace("302", "307");
  private static final String RESPONSE_3 =
      ":status: 200, cache-control: private, date: Mon, 21 Oct 2013 20:13:22 GMT,"
          + " location: https://www.example.com, content-encoding: gzip,"
          + " set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

  private final HpackDecoder decoder = new HpackDecoder(4096);

  @Test
  void c1DecodesIntegers() {
    assertThat(integer("0a", 0x1f)).isEqualTo(10);
    assertThat(integer("1f9a0a", 0x1f)).isEqualTo(1337);
    assertThat(integer("2a", 0xff)).isEqualTo(42);
  }

  @Test
  void c21DecodesLiteralWithIndexing() {
    assertThat(decode("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572"))
        .isEqualTo("custom-key: custom-header");
    assertThat(decode("be")).isEqualTo("custom-key: custom-header");
  }

  @Test
  void c22DecodesLiteralWithoutIndexing() {
    assertThat(decode("040c 2f73 616d 706c 652f 7061 7468")).isEqualTo(":path: /sample/path");
    assertThat(decoder.table().count()).isZero();
  }

  @Test
  void c23DecodesLiteralNeverIndexed() {
    FieldList fields = fields("1008 7061 7373 776f 7264 0673 6563 7265 74");

    assertThat(fields.get(0).name()).hasToString("password");
    assertThat(fields.get(0).valueText()).isEqualTo("secret");
    assertThat(fields.get(0).isNeverIndexed()).isTrue();
    assertThat(decoder.table().count()).isZero();
  }

  @Test
  void c24DecodesIndexedField() {
    assertThat(decode("82")).isEqualTo(":method: GET");
  }

  @Test
  void c3DecodesRequestsWithoutHuffman() {
    assertThat(decode("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d")).isEqualTo(REQUEST_1);
    assertThat(decoder.table().size()).isEqualTo(57);
    assertThat(decode("8286 84be 5808 6e6f 2d63 6163 6865")).isEqualTo(REQUEST_2);
    assertThat(decoder.table().size()).isEqualTo(110);
    assertThat(decode("8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65"))
        .isEqualTo(REQUEST_3);
    assertThat(decoder.table().size()).isEqualTo(164);
  }

  @Test
  void c4DecodesRequestsWithHuffman() {
    assertThat(decode("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff")).isEqualTo(REQUEST_1);
    assertThat(decode("8286 84be 5886 a8eb 1064 9cbf")).isEqualTo(REQUEST_2);
    assertThat(decode("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf"))
        .isEqualTo(REQUEST_3);
    assertThat(decoder.table().size()).isEqualTo(164);
  }

  @Test
  void c5DecodesResponsesWithoutHuffman() {
    assertThat(
            decode(
                "3fe1 01"
                    + "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230"
                    + "3133 2032 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65"
                    + "7861 6d70 6c65 2e63 6f6d"))
        .isEqualTo(RESPONSE_1);
    assertThat(decoder.table().size()).isEqualTo(222);
    assertThat(decode("4803 3330 37c1 c0bf")).isEqualTo(RESPONSE_2);
    assertThat(decoder.table().size()).isEqualTo(222);
    assertThat(
            decode(
                "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d"
                    + "54c0 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f"
                    + "5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572"
                    + "7369 6f6e 3d31"))
        .isEqualTo(RESPONSE_3);
    assertThat(decoder.table().size()).isEqualTo(215);
  }

  @Test
  void c6DecodesResponsesWithHuffman() {
    assertThat(
            decode(
                "3fe1 01"
                    + "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0"
                    + "82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3"))
        .isEqualTo(RESPONSE_1);
    assertThat(decode("4883 640e ffc1 c0bf")).isEqualTo(RESPONSE_2);
    assertThat(
            decode(
                "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab"
                    + "77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5"
                    + "291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07"))
        .isEqualTo(RESPONSE_3);
    assertThat(decoder.table().size()).isEqualTo(215);
  }

  private String decode(String hex) {
    FieldList fields = fields(hex);
    String text = fields.toString();
    return text.substring(1, text.length() - 1);
  }

  private FieldList fields(String hex) {
    FieldList fields = new FieldList();
    byte[] block = bytes(hex);
    assertThat(decoder.decode(block, 0, block.length, fields)).isTrue();
    return fields;
  }

  private static int integer(String hex, int prefix) {
    HpackReader reader = new HpackReader();
    byte[] block = bytes(hex);
    reader.open(block, 0, block.length);
    return reader.integer(reader.octet(), prefix);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }
}
