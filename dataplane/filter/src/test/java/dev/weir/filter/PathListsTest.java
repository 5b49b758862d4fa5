package dev.weir.filter;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.PathLists.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathListsTest {
  private static final String SAY = "/pkg.Service/Say";

  private static Entry entry(String url, String... methods) {
    return new Entry(url, List.of(methods), false);
  }

  private static PathVerdict verdict(PathLists lists, String path, String method) {
    return lists.of(path.getBytes(US_ASCII), ListenPath.of(0), method.getBytes(US_ASCII));
  }

  private static PathVerdict verdict(PathLists lists, String path) {
    return verdict(lists, path, "POST");
  }

  @Test
  void theIgnoredComeFirstAndThenTheBlocked() {
    var lists =
        PathLists.of(
            List.of(entry("/pkg.Service/Health")),
            List.of(entry("/pkg.Service/.*th")),
            List.of(entry("/pkg.Service/*")),
            Matching.TYK);
    assertThat(verdict(lists, "/pkg.Service/Health")).isEqualTo(PathVerdict.IGNORED);
    assertThat(verdict(lists, "/pkg.Service/Wealth")).isEqualTo(PathVerdict.BLOCKED);
    assertThat(verdict(lists, SAY)).isEqualTo(PathVerdict.PASSED);
    assertThat(verdict(lists, "/other.Service/Say")).isEqualTo(PathVerdict.UNLISTED);
  }

  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/Say, true, PASSED",
    "/pkg.Service/SayAgain, true, UNLISTED",
    "/pkg.Service/SayAgain, false, BLOCKED",
    "/x/pkg_Service/Say, false, BLOCKED",
    "/x/pkg_Service/Say, true, UNLISTED"
  })
  void plainPathsAreThemselvesWhereTheyOpenAndPatternsWhereTheyBlock(
      String path, boolean opens, PathVerdict verdict) {
    List<Entry> list = List.of(entry(SAY));
    var lists =
        opens
            ? PathLists.of(List.of(), List.of(), list, Matching.TYK)
            : PathLists.of(List.of(), list, null, Matching.TYK);
    assertThat(verdict(lists, path)).isEqualTo(verdict);
  }

  @Test
  void anEntryIsForItsMethods() {
    var lists = PathLists.of(List.of(), List.of(entry(SAY, "PUT", "POST")), null, Matching.TYK);
    assertThat(verdict(lists, SAY, "POST")).isEqualTo(PathVerdict.BLOCKED);
    assertThat(verdict(lists, SAY, "PUT")).isEqualTo(PathVerdict.BLOCKED);
    assertThat(verdict(lists, SAY, "GET")).isEqualTo(PathVerdict.PASSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pkg.service/say", "/PKG.SERVICE/*", "^/pkg.SERVICE/s[A]y$"})
  void caseMayBeIgnored(String url) {
    var entry = new Entry(url, List.of(), true);
    var lists = PathLists.of(List.of(), List.of(), List.of(entry), Matching.TYK);
    assertThat(verdict(lists, "/Pkg.Service/SAY")).isEqualTo(PathVerdict.PASSED);
    assertThat(verdict(lists, "/Pkg.Other/SAY")).isEqualTo(PathVerdict.UNLISTED);
  }

  @Test
  void e10APathThatIsTooLongForPatternsIsBlocked() {
    var lists = PathLists.of(List.of(), List.of(entry(SAY)), null, Matching.TYK);
    assertThat(verdict(lists, "/pkg.Service/" + "a".repeat(1100))).isEqualTo(PathVerdict.BLOCKED);
  }

  @Test
  void entriesMayLeaveOutTheListenPath() {
    var lists = PathLists.of(List.of(entry(SAY)), List.of(), null, Matching.TYK);
    byte[] path = ("/below" + SAY).getBytes(US_ASCII);
    byte[] post = "POST".getBytes(US_ASCII);
    assertThat(lists.of(path, ListenPath.of(6), post)).isEqualTo(PathVerdict.IGNORED);
    assertThat(lists.of(path, ListenPath.of(0), post)).isEqualTo(PathVerdict.PASSED);
  }

  @Test
  void anEntryThatIsNoPatternIsRefused() {
    assertThatThrownBy(() -> entry("/bro(ken").check(Matching.TYK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is no regular expression");
  }
}
