package dev.weir.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A table that is made in the place of another shares with it what is the same in both. */
class PathTableTest {
  private static final String ACTION = "one";

  @Test
  void isTheOneBeforeWhereNothingHasChanged() {
    PathTable<String> before = table(null, "/a", "/b");

    assertThat(table(before, "/a", "/b")).isSameAs(before);
    assertThat(table(before, "/b", "/a")).isSameAs(before);
  }

  @Test
  void isAnotherWhereAPathIsMoreOrLessOrElse() {
    PathTable<String> before = table(null, "/a", "/b");

    for (PathTable<String> after :
        List.of(table(before, "/a", "/b", "/c"), table(before, "/b", "/c"), table(before, "/b"))) {
      assertThat(after).isNotSameAs(before);
      assertThat(after.longestMatch(bytes("/b/x"))).isEqualTo(ACTION);
    }
    assertThat(table(before, "/b", "/c").longestMatch(bytes("/a"))).isNull();
    assertThat(table(before, "/b").longestMatch(bytes("/a"))).isNull();
  }

  @Test
  void isAnotherWhereAnActionIsEqualAndNotTheSame() {
    PathTable<String> before = table(null, "/a");
    String equal = String.valueOf(ACTION.toCharArray());
    var builder = new PathTable.Builder<>(before);
    builder.add(bytes("/a"), "owner", equal);

    assertThat(builder.build().longestMatch(bytes("/a"))).isSameAs(equal);
  }

  @Test
  void handsAPathToWhatReplacesItsAction() {
    var builder = new PathTable.Builder<String>(null);
    builder.add(bytes("/a"), "owner", ACTION);
    builder.replace(bytes("/a"), "two");
    builder.replace(bytes("/b"), "three");

    assertThat(builder.build().longestMatch(bytes("/a"))).isEqualTo("two");
    assertThat(builder.build().longestMatch(bytes("/b"))).isNull();
    assertThat(builder.owner(bytes("/b"))).isNull();
  }

  @Test
  void keepsTheBytesOfThePathsBefore() {
    byte[] path = bytes("/a");
    var table = new ByteTable<>(List.of(path), List.of(ACTION), false);

    assertThat(table.kept(bytes("/a"))).isSameAs(path);
    byte[] other = bytes("/A");
    assertThat(table.kept(other)).isSameAs(other);
  }

  private static PathTable<String> table(@Nullable PathTable<String> before, String... paths) {
    var builder = new PathTable.Builder<>(before);
    for (String path : paths) {
      builder.add(bytes(path), "owner", ACTION);
    }
    return builder.build();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
