package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.store.TykHash.Function;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hashes that Tyk keeps. The expected ones were made with the library that Tyk uses. */
class TykHashTest {

  private static String digits(Function function, String text) {
    return function.of(text.getBytes(UTF_8)).digits();
  }

  /** Every number of bytes behind the last block. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      textBlock =
          """
          a 00000000 85555565f6597889e6b53a48510e895a
          ab 00000000 938b11ea16ed1b2ee65ea7019b52d4ad
          abc 00000000 b4963f3f3fad78673ba2744126ca2d52
          abcd 86a7049e b87bb7d64656cd4ff2003e886073e875
          default0123456789abcdef0123456789abcdef 325fb483 d128769aec4a3dd96a58c8fce167ed3c
          eyJvcmciOiJkZWZhdWx0IiwiaWQiOiJhYmMiLCJoIjoibXVybXVyNjQifQ== 3c842013 5d49993050e360e6261b04738e7077b8
          äöü€ f5070799 a966ead8a61d1a67e154b2acdf3bea44
          abcde 86a7049e 2036d091f496bbb8c5c7eea04bcfec8c
          abcdef 86a7049e e47d86bfaca3bf55b07109993321845c
          abcdefg 86a7049e a6cd2f9fc09ee4991c3aa23ab155bbb6
          abcdefgh a6c877af cc8a0ab037ef8c0248890d60eb6940a1
          abcdefghi a6c877af 0547c0cff13c796479b53df5b741e033
          abcdefghij a6c877af b6c15b0d772f8c99a24d85dc8c651ac9
          abcdefghijk a6c877af a895d0b8df789d02bb7c31e2455ae771
          abcdefghijkl 2625f25e 8ef39bb1e67ae1941f9e303272ff621c
          abcdefghijklm 2625f25e 1648288da7c0fa732e657bff0de7cc7f
          abcdefghijklmn 2625f25e 91d094a7f5c375e0ee096027d26a3324
          abcdefghijklmno 2625f25e 8abe2451890c2ffb6a548c2d9c962a61
          abcdefghijklmnop a646689f c4ca3ca3224cb7234333d695b331eb1a
          abcdefghijklmnopq a646689f 7564747f88bda657ecda499da1110de4
          abcdefghijklmnopqr a646689f 77f08cec907f8a5071d4a8295a00c76b
          abcdefghijklmnopqrstuvwxyzabcdefg 4752d8dc 78b8c2e9113c351e856bd2a6ea0ec553
          """)
  void theyAreThoseOfTyk(String text, String murmur32, String murmur128) {
    assertThat(digits(Function.MURMUR32, text)).isEqualTo(murmur32);
    assertThat(digits(Function.MURMUR64, text)).isEqualTo(murmur128.substring(0, 16));
    assertThat(digits(Function.MURMUR128, text)).isEqualTo(murmur128);
  }

  @Test
  void nothingHasHashesToo() {
    assertThat(digits(Function.MURMUR32, "")).isEqualTo("00000000");
    assertThat(digits(Function.MURMUR128, "")).isEqualTo("0".repeat(32));
    assertThat(digits(Function.SHA256, "abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  @ParameterizedTest
  @CsvSource({
    "325fb483, murmur32:325fb483",
    "murmur32:325fb483, murmur32:325fb483",
    "d128769aec4a3dd9, murmur64:d128769aec4a3dd9",
    "d128769aec4a3dd96a58c8fce167ed3c, murmur128:d128769aec4a3dd96a58c8fce167ed3c"
  })
  void digitsAloneTellTheirFunction(String text, String hash) {
    assertThat(TykHash.parse(text)).hasToString(hash);
  }

  /** The last ones are as long as this gateway's. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        "325fb48",
        "325FB483",
        "325fb48g",
        "murmur64:325fb483",
        "md5:325fb483",
        ":325fb483",
        "sha256:325fb483",
        "d35137f41dd6e8a72dfda11e0a0f4e661b5ed8bc8ad2074350e631c5a90ec719"
      })
  void whatIsAmbiguousOrNoneIsNone(String text) {
    assertThat(TykHash.parse(text)).isNull();
  }

  @Test
  void whatTykKeepsIsNoToken(@TempDir Path data) throws Exception {
    var hash = new KeyHash(StoreSecret.of(data));
    var tyks = new TykHash(Function.MURMUR32, "325fb483");

    assertThat(hash.of(tyks)).matches("[0-9a-f]{64}").isNotEqualTo(hash.of(tyks.toString()));
    assertThat(hash.of(tyks)).isNotEqualTo(hash.of(new TykHash(Function.MURMUR64, "325fb483")));
    assertThat(hash.of(tyks)).isEqualTo(new KeyHash(StoreSecret.of(data)).of(tyks));
  }
}
