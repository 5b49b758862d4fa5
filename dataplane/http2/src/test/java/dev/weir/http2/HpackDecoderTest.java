package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Limits, faults and table rules; the A numbers name rows of the project's attack catalogue. */
class HpackDecoderTest {
  private static final int PATH = 4;
  private static final int AUTHORIZATION = 23;
  private static final int COOKIE = 32;
  private static final int NEWEST = 62;

  private final HpackDecoder decoder = new HpackDecoder(4096);

  @Test
  void a1StopsMaterialisingAtTheListLimitAndKeepsTheConnection() {
    decoder.limits(16_384, 10_000, 32768);
    decode(block().inserted("bomb", "x".repeat(4000)));
    BlockWriter references = block();
    for (int i = 0; i < 16_000; i++) {
      references.indexed(NEWEST);
    }

    FieldList fields = refused(references.inserted("after", "bomb"));

    assertThat(fields.size()).isEqualTo(4);
    assertThat(decode(block().indexed(NEWEST)).toString()).isEqualTo("[after: bomb]");
  }

  @Test
  void a2RefusesTheFieldAboveTheFieldCount() {
    BlockWriter block = block();
    for (int i = 0; i < 128; i++) {
      block.indexed(2);
    }

    assertThat(decode(block).size()).isEqualTo(128);
    assertThat(refused(block.indexed(2)).size()).isEqualTo(128);
  }

  @Test
  void a3CountsEachCookieCrumb() {
    BlockWriter block = block();
    for (int i = 0; i < 60; i++) {
      block.plain(COOKIE, "a=" + i);
    }
    assertThat(decode(block).size()).isEqualTo(60);

    for (int i = 0; i < 69; i++) {
      block.plain(COOKIE, "b=" + i);
    }
    assertThat(refused(block).size()).isEqualTo(128);
  }

  @Test
  void a4CountsOverheadOfEmptyFieldsAndMarksThemMalformed() {
    decoder.limits(320, 128, 640);
    BlockWriter block = block();
    for (int i = 0; i < 10; i++) {
      block.plain("", "");
    }

    FieldList fields = decode(block);

    assertThat(fields.size()).isEqualTo(10);
    assertThat(fields.get(0).isMalformed()).isTrue();
    refused(block.raw("00 80 80"));
  }

  @Test
  void a5RefusesStringLongerThanItsBlockAtOnce() {
    assertCompressionError(block().raw("04 7f ff ff ff ff 03 61"));
    assertCompressionError(block().raw("00 7f ff ff ff ff 03 61"));
    assertCompressionError(block().raw("04 02 61"));
    assertCompressionError(block().raw("04 82 61"));
  }

  @Test
  void a6RefusesIntegerOfManyOctets() {
    assertCompressionError(block().raw("ff 80 80 80 80 80 80 80 80 80 00"));
    assertCompressionError(block().raw("04 7f 80 80 80 80 80 00"));
    assertCompressionError(block().raw("0f 80 80 80 80 80 00"));
    assertCompressionError(block().raw("3f 80 80 80 80 80 00"));
  }

  @Test
  void a6AllowsIntegerPaddedToFiveOctets() {
    assertThat(decode(block().raw("04 7f 80 80 80 80 00").raw("61".repeat(127))).size())
        .isEqualTo(1);
  }

  @Test
  void a6RefusesIntegerAbove31Bits() {
    assertCompressionError(block().raw("ff 80 ff ff ff 07"));
    assertCompressionError(block().raw("ff ff ff ff ff 0f"));
    assertCompressionError(block().raw("ff ff ff ff ff 7f"));
    assertCompressionError(block().raw("04 7f ff ff ff ff 0f 61"));
  }

  @Test
  void refusesBlockThatEndsInsideAField() {
    byte[] whole = block().inserted("custom-key", "custom-value").indexed(200).bytes();
    for (int length = 1; length < whole.length; length++) {
      if (length != whole.length - 2) {
        HpackDecoder fresh = new HpackDecoder(4096);
        int cut = length;
        assertFault(
            () -> fresh.decode(whole, 0, cut, new FieldList()), ErrorCode.COMPRESSION_ERROR);
      }
    }
  }

  @Test
  void refusesIndexOfNoField() {
    assertCompressionError(block().indexed(0));
    assertCompressionError(block().indexed(NEWEST));
    assertCompressionError(block().plain(NEWEST, "x"));
    assertCompressionError(block().inserted("a", "b").indexed(NEWEST + 1));
    assertCompressionError(block().raw("ff ff ff ff ff 07"));
  }

  @Test
  void a7RefusesTableSizeAboveTheSetting() {
    decode(block().tableSize(4096));
    assertCompressionError(block().tableSize(4097));
  }

  @Test
  void a7RefusesTableSizeUpdateBehindAField() {
    assertCompressionError(block().indexed(2).tableSize(0));
  }

  @Test
  void a7RefusesThirdTableSizeUpdate() {
    decode(block().tableSize(0).tableSize(4096).indexed(2));
    assertCompressionError(block().tableSize(0).tableSize(4096).tableSize(4096));
  }

  @Test
  void a7RefusesBlockWithoutUpdateAfterTheSettingShrank() {
    HpackDecoder small = new HpackDecoder(100);
    decode(small, block().inserted("a", "x".repeat(500)).indexed(NEWEST));

    small.settingAcknowledged();

    assertFault(() -> decode(small, block().indexed(2)), ErrorCode.COMPRESSION_ERROR);
  }

  @Test
  void a7FollowsTheUpdateToASmallerSetting() {
    HpackDecoder small = new HpackDecoder(100);
    decode(small, block().inserted("a", "x".repeat(500)));
    small.settingAcknowledged();

    decode(small, block().tableSize(100).indexed(2));

    assertThat(small.table().count()).isZero();
    decode(small, block().indexed(2));
    assertFault(() -> decode(small, block().tableSize(101)), ErrorCode.COMPRESSION_ERROR);
  }

  @Test
  void a7AllowsALargerSetting() {
    HpackDecoder large = new HpackDecoder(16_384);
    large.settingAcknowledged();

    decode(large, block().tableSize(16_384).inserted("a", "x".repeat(5000)));
    FieldList fields = decode(large, block().indexed(NEWEST));

    assertThat(fields.get(0).value()).hasSize(5000);
  }

  @Test
  void a8RefusesEndOfStringSymbol() {
    assertCompressionError(block().integer(0, 4, PATH).huffman("ffffffff"));
    assertCompressionError(block().integer(0, 4, PATH).huffman("1ffffffffe"));
    assertCompressionError(block().integer(0, 4, 0).huffman("ffffffff").string("x"));
  }

  @Test
  void a8RefusesPaddingOfMoreThanSevenBits() {
    assertCompressionError(block().integer(0, 4, PATH).huffman("ff"));
    assertCompressionError(block().integer(0, 4, PATH).huffman("1fff"));
    assertCompressionError(block().integer(0, 4, PATH).huffman("1fffff"));
  }

  @Test
  void a8RefusesPaddingThatIsNotAllOnes() {
    assertCompressionError(block().integer(0, 4, PATH).huffman("18"));
    assertCompressionError(block().integer(0, 4, PATH).huffman("1e"));
    assertThat(decode(block().integer(0, 4, PATH).huffman("1f")).get(0).valueText()).isEqualTo("a");
  }

  @Test
  void a8StopsDecodingFarBeyondTheLimit() {
    decoder.limits(1000, 128, 2000);
    BlockWriter block = block().plain(PATH, "x".repeat(1000));

    refused(block.plain(PATH, "y".repeat(1900)));

    ConnectionFault fault =
        catchThrowableOfType(
            ConnectionFault.class, () -> decode(block.plain(PATH, "z".repeat(200))));
    assertThat(fault.fault().errorCode()).isEqualTo(ErrorCode.ENHANCE_YOUR_CALM);
  }

  @Test
  void a9KeepsTheTableOfABlockThatIsOverTheLimit() {
    decoder.limits(100, 128, 200);

    FieldList fields =
        refused(
            block()
                .inserted("one", "1")
                .plain(PATH, "x".repeat(80))
                .inserted("two", "2")
                .never("skipped", "s")
                .inserted(NEWEST + 1, "3"));

    assertThat(fields.toString()).isEqualTo("[one: 1]");
    decoder.limits(1000, 128, 2000);
    assertThat(decode(block().indexed(NEWEST).indexed(NEWEST + 1).indexed(NEWEST + 2)).toString())
        .isEqualTo("[one: 3, two: 2, one: 1]");
  }

  @Test
  void countsNamesValuesAndOverheadExactly() {
    decoder.limits(4 + 6 + 32, 128, 84);

    assertThat(decode(block().plain("name", "value6")).size()).isEqualTo(1);
    refused(block().plain("name", "value67"));
  }

  @Test
  void tellsTheSizeOfAWholeListThatIsOverTheLimit() {
    decoder.limits(50, 128, 10_000);

    refused(
        block()
            .inserted("one", "1")
            .plain(PATH, "x".repeat(80))
            .indexed(NEWEST)
            .plain("name", "value")
            .never("secret", "s")
            .raw("00 82 94e7 03 626172") // Huffman-coded "foo", then "bar"
            .inserted(NEWEST, "22"));

    assertThat(decoder.listSize())
        .isEqualTo(
            new HeaderListSize(36 + 117 + 36 + 41 + 39 + 38 + 37, 7)); // 32 each, name and value
  }

  @Test
  void startsEachBlockWithAFreshCount() {
    decoder.limits(50, 1, 100);

    refused(block().indexed(2).indexed(2));

    assertThat(decode(block().indexed(2)).size()).isEqualTo(1);
  }

  @Test
  void decodesAPartOfAnArrayAndAppends() {
    byte[] block = block().indexed(0).indexed(2).indexed(0).bytes();
    FieldList fields = decode(block().indexed(7));

    decoder.decode(block, 1, 1, fields);

    assertThat(fields.toString()).isEqualTo("[:scheme: https, :method: GET]");
  }

  @Test
  void evictsTheOldestFieldsOfTheTable() {
    decode(block().tableSize(100).inserted("a", "1").inserted("b", "2").inserted("c", "3"));

    assertThat(decoder.table().count()).isEqualTo(2);
    assertThat(decode(block().indexed(NEWEST).indexed(NEWEST + 1)).toString())
        .isEqualTo("[c: 3, b: 2]");
  }

  @Test
  void emptiesTheTableForAFieldThatIsTooLarge() {
    decode(block().inserted("a", "1").inserted("b", "x".repeat(4096)));

    assertThat(decoder.table().count()).isZero();
    assertThat(decoder.table().size()).isZero();
  }

  @Test
  void usesTheNameOfAFieldThatItsOwnInsertionEvicts() {
    decode(block().tableSize(50).inserted("name", "1"));

    assertThat(decode(block().inserted(NEWEST, "2")).toString()).isEqualTo("[name: 2]");
  }

  @Test
  void givesOutTheSameObjectForAnIndexedField() {
    HeaderField inserted = decode(block().inserted("a", "b")).get(0);

    HeaderField indexed = decode(block().indexed(NEWEST)).get(0);

    assertThat(indexed).isSameAs(inserted);
  }

  @Test
  void givesOutTheSameObjectForARepeatedLiteral() {
    HeaderField first = decode(block().plain(PATH, "/a.B/C")).get(0);
    HeaderField huffman = decode(block().integer(0, 4, PATH).huffman("60753b1f")).get(0);

    assertThat(decode(block().plain(PATH, "/a.B/C")).get(0)).isSameAs(first);
    assertThat(decode(block().integer(0, 4, PATH).huffman("60753b1f")).get(0)).isSameAs(huffman);
    assertThat(decode(block().plain("custom", "v")).get(0))
        .isSameAs(decode(block().plain("custom", "v")).get(0));
  }

  @Test
  void givesOutTheSameObjectWhenAnEvictedFieldIsInsertedAgain() {
    HeaderField first = decode(block().inserted(PATH, "/a.B/C")).get(0);
    decode(block().tableSize(0).tableSize(4096));

    assertThat(decode(block().inserted(PATH, "/a.B/C")).get(0)).isSameAs(first);
    assertThat(decode(block().indexed(NEWEST)).get(0)).isSameAs(first);
  }

  @Test
  void keepsNeverIndexedAndPlainLiteralsApart() {
    BlockWriter plain = block().plain(AUTHORIZATION, "Bearer abc");
    BlockWriter never = block().never(AUTHORIZATION, "Bearer abc");

    for (int i = 0; i < 4; i++) {
      assertThat(decode(plain).get(0).isNeverIndexed()).isFalse();
      assertThat(decode(never).get(0).isNeverIndexed()).isTrue();
    }
    assertThat(decode(never).get(0)).isSameAs(decode(never).get(0));
  }

  @Test
  void keepsHuffmanAndPlainStringsOfEqualBytesApart() {
    BlockWriter coded = block().integer(0, 4, PATH).huffman("1f");
    BlockWriter plain = block().integer(0, 4, PATH).raw("01 1f");

    for (int i = 0; i < 4; i++) {
      assertThat(decode(coded).get(0).valueText()).isEqualTo("a");
      assertThat(decode(plain).get(0).valueText()).isEqualTo("\u001f");
    }
  }

  @Test
  void keepsEqualValuesOfOtherNamesApart() {
    for (int i = 0; i < 4; i++) {
      assertThat(decode(block().plain("one", "v").plain("two", "v")).toString())
          .isEqualTo("[one: v, two: v]");
    }
  }

  @Test
  void sameBytesMayNameAnotherFieldOfTheTable() {
    decode(block().inserted("one", "1").inserted("two", "2"));
    BlockWriter literal = block().plain(NEWEST, "v");

    assertThat(decode(literal).toString()).isEqualTo("[two: v]");
    decode(block().inserted("three", "3"));
    assertThat(decode(literal).toString()).isEqualTo("[three: v]");
  }

  @Test
  void literalsMayComeInAnyOrder() {
    List<String> names = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
    Random random = new Random(1);
    for (int i = 0; i < 100; i++) {
      Collections.shuffle(names, random);
      BlockWriter block = block();
      names.forEach(name -> block.plain(name, name + "-value"));

      assertThat(decode(block).toString())
          .isEqualTo(names.stream().map(n -> n + ": " + n + "-value").toList().toString());
    }
  }

  @Test
  void longLiteralsThatComeOnceDoNotDisplaceOthers() {
    HeaderField path = decode(block().plain(PATH, "/a.B/C")).get(0);

    for (int i = 0; i < 100; i++) {
      String token = i + "t".repeat(4000);
      FieldList fields = decode(block().plain(PATH, "/a.B/C").never(AUTHORIZATION, token));
      assertThat(fields.get(0)).isSameAs(path);
    }
  }

  @Test
  void keepsABoundedNumberOfBytesAndStartsAnew() {
    for (int i = 0; i < 1000; i++) {
      BlockWriter block = block().plain(PATH, "/a.B/C").plain("x-" + i % 100, "v".repeat(400));
      assertThat(decode(block).get(1).name().toString()).isEqualTo("x-" + i % 100);
      assertThat(decode(block).get(0).valueText()).isEqualTo("/a.B/C");
    }

    assertThat(decode(block().plain(PATH, "/a.B/C")).get(0))
        .isSameAs(decode(block().plain(PATH, "/a.B/C")).get(0));
  }

  @Test
  void keepsRepeatedLiteralsThroughManyThatComeOnce() {
    HeaderField path = decode(block().plain(PATH, "/a.B/C")).get(0);
    int sameObject = 0;
    for (int i = 0; i < 1000; i++) {
      FieldList fields = decode(block().plain(PATH, "/a.B/C").plain("grpc-timeout", i + "u"));
      if (fields.get(0) == path) {
        sameObject++;
      }
    }

    assertThat(sameObject).isEqualTo(1000);
  }

  @Test
  void doesNotKeepLongLiterals() {
    String value = "x".repeat(LiteralMemo.MAX_LITERAL + 1);

    HeaderField first = decode(block().plain("a", value)).get(0);

    assertThat(decode(block().plain("a", value)).get(0)).isNotSameAs(first);
  }

  @Test
  void givesOutTheStaticTablesObjectForALiteralOfItsText() {
    HeaderField post = decode(block().plain(2, "POST")).get(0);

    assertThat(post).isSameAs(decode(block().indexed(3)).get(0));
    post.memo("none");
    assertThat(post.memo()).isNull();
  }

  private static BlockWriter block() {
    return new BlockWriter();
  }

  private FieldList decode(BlockWriter block) {
    return decode(decoder, block);
  }

  private static FieldList decode(HpackDecoder decoder, BlockWriter block) {
    FieldList fields = new FieldList();
    byte[] bytes = block.bytes();
    assertThat(decoder.decode(bytes, 0, bytes.length, fields)).isTrue();
    return fields;
  }

  private FieldList refused(BlockWriter block) {
    FieldList fields = new FieldList();
    byte[] bytes = block.bytes();
    assertThat(decoder.decode(bytes, 0, bytes.length, fields)).isFalse();
    return fields;
  }

  private static void assertCompressionError(BlockWriter block) {
    HpackDecoder fresh = new HpackDecoder(4096);
    assertFault(() -> decode(fresh, block), ErrorCode.COMPRESSION_ERROR);
  }

  private static void assertFault(Runnable decoding, int errorCode) {
    ConnectionFault fault = catchThrowableOfType(ConnectionFault.class, decoding::run);
    assertThat(fault).isNotNull();
    assertThat(fault.fault().errorCode()).isEqualTo(errorCode);
  }
}
