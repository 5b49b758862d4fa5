package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bouncycastle.crypto.generators.OpenBSDBCrypt;
import org.junit.jupiter.api.Test;

class PasswordHashTest {
  private final PasswordHash hash = new PasswordHash();

  @Test
  void onlyThePasswordFits() {
    String kept = hash.of("s3cr\u00e9t");

    assertThat(kept).startsWith("$2b$12$").hasSize(60).doesNotContain("s3cr");
    assertThat(OpenBSDBCrypt.checkPassword(kept, "s3cr\u00e9t".getBytes(UTF_8))).isTrue();
    assertThat(OpenBSDBCrypt.checkPassword(kept, "s3cret".getBytes(UTF_8))).isFalse();
  }

  @Test
  void twoHashesOfOnePasswordDiffer() {
    assertThat(hash.of("a")).isNotEqualTo(hash.of("a"));
  }

  @Test
  void noPasswordIsCutShort() {
    assertThat(hash.of("\u00e9".repeat(36))).hasSize(60);
    assertThatThrownBy(() -> hash.of("\u00e9".repeat(36) + "a"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void matchesItsPasswordOnly() {
    String kept = hash.of("secret");
    assertThat(PasswordHash.matches(kept, "secret".getBytes(UTF_8))).isTrue();
    assertThat(PasswordHash.matches(kept, "Secret".getBytes(UTF_8))).isFalse();
    assertThat(PasswordHash.matches(kept, new byte[73])).isFalse();
    assertThat(PasswordHash.matches("no hash", "secret".getBytes(UTF_8))).isFalse();
    assertThat(PasswordHash.matches(PasswordHash.OF_NOBODY, new byte[0])).isFalse();
  }
}
