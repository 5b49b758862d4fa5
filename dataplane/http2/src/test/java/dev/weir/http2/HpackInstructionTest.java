package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every HPACK instruction in each of its forms, and everything that can be wrong with it (RFC 7541,
 * 5 and 6). A row is one header block in hexadecimal; the decoder is a fresh one.
 */
class HpackInstructionTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4.1 empty block | | []
          6.1 first entry of the static table | 81 | [:authority: ]
          6.1 entry with a value | 82 | [:method: GET]
          6.1 last entry of the static table | bd | [www-authenticate: ]
          6.1 newest entry of the dynamic table | 40 0161 0162 be | [a: b, a: b]
          6.1 older entry of the dynamic table | 40 0161 0162 40 0163 0164 bf | [a: b, c: d, a: b]
          6.2.1 new name | 40 0161 0162 | [a: b]
          6.2.1 name of the static table | 44 022f61 | [:path: /a]
          6.2.1 name of the dynamic table | 40 0161 0162 7e 0163 | [a: b, a: c]
          6.2.1 name index of two octets | 40 0161 0162 40 0163 0164 7f00 0165 | [a: b, c: d, a: e]
          6.2.1 empty value | 40 0161 00 | [a: ]
          6.2.1 name and value in Huffman code | 40 811f 811f | [a: a]
          6.2.1 field larger than the table empties it | 20 40 0161 0162 82 | [a: b, :method: GET]
          6.2.2 new name | 00 0161 0162 | [a: b]
          6.2.2 name of the static table | 04 022f61 | [:path: /a]
          6.2.2 name index of two octets | 0f08 0178 | [authorization: x]
          6.2.2 name of the dynamic table | 40 0161 0162 0f2f 0163 | [a: b, a: c]
          6.2.2 empty value in Huffman code | 00 0161 80 | [a: ]
          6.2.2 does not change the table | 40 0161 0162 00 0163 0164 be | [a: b, c: d, a: b]
          6.2.3 new name | 10 0161 0162 | [a: (secret)]
          6.2.3 name of the static table | 14 022f61 | [:path: (secret)]
          6.2.3 name index of two octets | 1f08 0178 | [authorization: (secret)]
          6.2.3 name of the dynamic table | 40 0161 0162 1f2f 0163 | [a: b, a: (secret)]
          6.2.3 does not change the table | 40 0161 0162 10 0163 0164 be | [a: b, c: (secret), a: b]
          6.3 table size of 0 | 20 82 | [:method: GET]
          6.3 table size of the setting | 3fe11f 82 | [:method: GET]
          6.3 two table sizes | 20 3fe11f 82 | [:method: GET]
          6.3 table size alone | 20 | []
          5.1 integer with octets that add nothing | 04 7f80808000 +127 | [:path: +127]
          5.2 value of 127 octets | 04 7f00 +127 | [:path: +127]
          5.2 value of 300 octets | 04 7fad01 +300 | [:path: +300]
          5.2 Huffman code padded by 7 bits | 04 83 1b0c7f | [:path: a//]
          """)
  void decodes(String rule, @Nullable String hex, String expected) {
    FieldList fields = new FieldList();
    byte[] block = block(hex);

    assertThat(new HpackDecoder(4096).decode(block, 0, block.length, fields)).isTrue();

    assertThat(fields.toString()).isEqualTo(withText(expected));
  }

  /** Each ends the connection of a server and of a client, whatever stream it came on. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          6.1 index 0 | 80
          6.1 index behind an empty dynamic table | be
          6.1 index behind a table of one entry | 40 0161 0162 bf
          6.1 index far behind the table | ffffffff07
          6.1 index without its second octet | ff
          6.2.1 name index behind the table | 7e 0161
          6.2.1 name index without its second octet | 7f
          6.2.1 no name | 40
          6.2.1 name without its length | 40 7f
          6.2.1 name shorter than its length | 40 0261
          6.2.1 no value | 40 0161
          6.2.1 value shorter than its length | 40 0161 0262
          6.2.1 indexed name, no value | 44
          6.2.2 name index behind the table | 0f2f 0161
          6.2.2 name index without its second octet | 0f
          6.2.2 no name | 00
          6.2.2 no value | 00 0161
          6.2.2 value shorter than its length | 04 032f61
          6.2.3 name index behind the table | 1f2f 0161
          6.2.3 name index without its second octet | 1f
          6.2.3 no name | 10
          6.2.3 no value | 10 0161
          6.2.3 value shorter than its length | 14 032f61
          6.3 table size above the setting | 3fe21f
          6.3 table size behind a field | 82 20
          6.3 table size between fields | 82 20 82
          6.3 third table size | 20 20 20
          6.3 table size without its second octet | 3f
          6.3 table size above 2^31-1 | 3fffffffff0f
          5.1 index of six octets behind the first | ff808080808000
          5.1 index above 2^31-1 | ff80ffffff0f
          5.1 length of six octets behind the first | 04 7f808080808000
          5.1 length above 2^31-1 | 04 7fffffffff0f
          5.2 length of 2^31-1 | 04 7f80ffffff07 61
          5.2 Huffman end of string | 04 84 ffffffff
          5.2 Huffman end of string behind a letter | 04 85 1ffffffffe
          5.2 Huffman padding of 8 bits | 04 82 1fff
          5.2 Huffman padding of zeros | 04 81 18
          5.2 Huffman code that ends inside a symbol | 04 81 fe
          5.2 Huffman name with padding of 8 bits | 40 82 1fff 0161
          5.2 Huffman string shorter than its length | 04 82 1f
          """)
  void faultEndsTheConnection(String rule, String hex) {
    for (boolean client : new boolean[] {false, true}) {
      try (Wire wire = client ? Wire.client() : Wire.server()) {
        wire.run(client ? "open, flush" : "REQUEST 1");
        wire.forget();

        wire.receive(Frame.headers(1, block(hex)).end());

        assertThat(wire.answer().replaceFirst("GOAWAY \\d+", "GOAWAY"))
            .isEqualTo("GOAWAY COMPRESSION_ERROR");
        assertThat(wire.heard())
            .containsExactly("reset 1 CONNECTION_LOST INTERNAL_ERROR", "closed by fault");
      }
    }
  }

  /** Hexadecimal octets; {@code +n} stands for n times the letter x. */
  private static byte[] block(@Nullable String hex) {
    if (hex == null) {
      return new byte[0];
    }
    int plus = hex.indexOf('+');
    String octets = plus < 0 ? hex : hex.substring(0, plus);
    String letters = plus < 0 ? "" : "78".repeat(Integer.parseInt(hex, plus + 1, hex.length(), 10));
    return HexFormat.of().parseHex(octets.replace(" ", "") + letters);
  }

  private static String withText(String expected) {
    return expected.replace("+127", "x".repeat(127)).replace("+300", "x".repeat(300));
  }
}
