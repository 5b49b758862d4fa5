package dev.weir.system;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Every attack of groups A to E is played against a whole gateway by a test that is named after it,
 * and so is every one of group G that is about who calls; the page about attacks names no test that
 * is gone.
 */
class AttackRowsTest {

  private static final Path TESTS = Path.of("src/test/java/dev/weir/system");
  private static final Path PAGE = Path.of("../../docs/performance/attacks.md");

  /** The groups, and how many attacks each has. */
  private static final Map<String, Integer> GROUPS =
      Map.of("a", 18, "b", 12, "c", 15, "d", 14, "e", 17);

  /** Two attacks that are played together share a test: {@code d10AndD14...}. */
  private static final Pattern ROW = Pattern.compile("(?:^|And)([a-eA-E]\\d{1,2})(?=[A-Z_])");

  /**
   * Group F, about TLS, and those of group G that are about who calls; its others are not served
   * here, or not yet.
   */
  private static final List<String> ACCESS =
      List.of(
          "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11", "f12", "f13", "f14",
          "g1", "g2", "g3", "g4", "g5", "g6", "g7", "g10", "g11");

  /** Of these no siege is laid, so that any test of a whole gateway plays one. */
  private static final Pattern ACCESS_ROW = Pattern.compile("^([fg]\\d{1,2})(?=[A-Z_])");

  private static final Pattern SIEGE =
      Pattern.compile("\\bsiege\\.(attack|assault|alone|betrayal)\\(");

  private static final Pattern NAMED = Pattern.compile("`([a-e]\\d{1,2}[A-Z]\\w+)`");

  @Test
  void everyRowOfGroupsAToEHasATest() throws IOException {
    assertThat(rows(ROW, AttackRowsTest::isPlayed)).containsExactlyInAnyOrderElementsOf(rows());
  }

  @Test
  void everyRowAboutTlsAndWhoCallsHasATest() throws IOException {
    assertThat(rows(ACCESS_ROW, _ -> true)).containsExactlyInAnyOrderElementsOf(ACCESS);
  }

  private static Set<String> rows(Pattern row, Predicate<String> which) throws IOException {
    return tests(which).stream()
        .flatMap(name -> row.matcher(name).results())
        .map(found -> found.group(1).toLowerCase(Locale.ROOT))
        .collect(toCollection(TreeSet::new));
  }

  @Test
  void thePageNamesNoTestThatIsGone() throws IOException {
    List<String> named =
        NAMED
            .matcher(Files.readString(PAGE))
            .results()
            .map(found -> found.group(1))
            .distinct()
            .toList();

    assertThat(named).hasSizeGreaterThan(50);
    assertThat(tests(_ -> true)).containsAll(named);
  }

  private static List<String> rows() {
    return GROUPS.entrySet().stream()
        .flatMap(group ->
            IntStream.rangeClosed(1, group.getValue()).mapToObj(row -> group.getKey() + row))
        .toList();
  }

  /** What lays a siege: others may name a row for what they have in common with it. */
  private static boolean isPlayed(String file) {
    try {
      return SIEGE.matcher(Files.readString(TESTS.resolve(file))).find();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> tests(Predicate<String> which) throws IOException {
    try (Stream<Path> files = Files.list(TESTS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith("Test.java") && which.test(file))
          .map(file -> file.substring(0, file.length() - ".java".length()))
          .flatMap(AttackRowsTest::testsOf)
          .toList();
    }
  }

  /** Those that run; the class is looked at and not begun. */
  private static Stream<String> testsOf(String simpleName) {
    try {
      String name = AttackRowsTest.class.getPackageName() + "." + simpleName;
      Class<?> tests = Class.forName(name, false, AttackRowsTest.class.getClassLoader());
      return tests.isAnnotationPresent(Disabled.class)
          ? Stream.empty()
          : Stream.of(tests.getDeclaredMethods()).filter(AttackRowsTest::runs).map(Method::getName);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean runs(Method method) {
    return AnnotationSupport.isAnnotated(method, Testable.class)
        && !method.isAnnotationPresent(Disabled.class);
  }
}
