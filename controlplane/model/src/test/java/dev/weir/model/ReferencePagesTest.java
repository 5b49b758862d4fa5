package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference pages say what the tables say. */
class ReferencePagesTest {

  private static final Path PAGES = Path.of("../../docs/reference");
  private static final Pattern ROW =
      Pattern.compile("\\| `([a-z0-9_.]+)` \\| `([A-Z0-9_]+)` \\| (?:`([^`]*)`|[^|`]+) \\| .*");

  private static final Pattern FIELD = Pattern.compile("`([A-Za-z0-9_.]+)`");

  /** A row of the page's table: key, variable, default. */
  private record Row(String path, String variable, String byDefault) {}

  @Test
  void configurationPageListsEveryKeyThatIsActedOn() throws IOException {
    var acted = new ArrayList<String>();
    collect("", ConfigKeys.ROOT, acted);

    assertThat(rows()).extracting(Row::path).containsExactlyInAnyOrderElementsOf(acted);
  }

  @Test
  void configurationPageNamesTheVariableOfEachKey() throws IOException {
    var names = new EnvironmentNames(ConfigKeys.ROOT);

    assertThat(rows())
        .allSatisfy(row ->
            assertThat(names.find(row.variable()))
                .isNotNull()
                .returns(row.path(), EnvironmentNames.Bound::path));
  }

  @Test
  void configurationPageHasTheDefaultOfEachKey() throws IOException {
    assertThat(rows())
        .filteredOn(row -> !row.byDefault().isEmpty() && !row.path().startsWith("log_"))
        .hasSizeGreaterThan(10)
        .allSatisfy(row -> assertThat(byDefault(row.path())).isEqualTo(row.byDefault()));
  }

  @Test
  void keysPageListsEveryFieldThatIsActedOn() throws IOException {
    assertThat(fields("keys.md")).containsExactlyInAnyOrderElementsOf(acted(AccessKeys.KEY));
  }

  /** What it has in common with keys it only names, without the fields of the rights. */
  @Test
  void policiesPageListsEveryFieldThatIsActedOn() throws IOException {
    List<String> acted = acted(AccessKeys.POLICY);
    acted.removeIf(field -> field.startsWith("access_rights."));

    assertThat(fields("policies.md")).containsExactlyInAnyOrderElementsOf(acted);
  }

  /** The fields in the first column of a page's first table. */
  private static List<String> fields(String page) throws IOException {
    return Files.readAllLines(PAGES.resolve(page)).stream()
        .takeWhile(line -> !line.startsWith("## "))
        .filter(line -> line.startsWith("| `"))
        .flatMap(line -> FIELD.matcher(line.substring(0, line.indexOf(" | "))).results())
        .map(field -> field.group(1))
        .toList();
  }

  private static List<String> acted(Shape.Fields fields) {
    var acted = new ArrayList<String>();
    collectAll("", fields, acted);
    return acted;
  }

  private static void collectAll(String path, Shape.Fields fields, List<String> list) {
    for (Key key : fields.byLowerCase().values()) {
      String at = ShapeReader.join(path, key.name());
      if (key.actedOn()) {
        list.add(at);
      }
      switch (key.shape()) {
        case Shape.Fields inner -> collectAll(at, inner, list);
        case Shape.ListOf(Shape.Fields inner) -> collectAll(at, inner, list);
        case Shape.MapOf(Shape.Fields inner) -> collectAll(at + ".ID", inner, list);
        case Shape _ -> {}
      }
    }
  }

  private static List<Row> rows() throws IOException {
    return Files.readAllLines(PAGES.resolve("configuration.md")).stream()
        .map(ROW::matcher)
        .filter(Matcher::matches)
        .map(row -> new Row(row.group(1), row.group(2), row.group(3) == null ? "" : row.group(3)))
        .toList();
  }

  private static void collect(String path, Shape.Fields fields, List<String> list) {
    for (Key key : fields.byLowerCase().values()) {
      String at = ShapeReader.join(path, key.name());
      if (key.actedOn()) {
        list.add(at);
      } else if (key.shape() instanceof Shape.Fields inner) {
        collect(at, inner, list);
      }
    }
  }

  private static String byDefault(String path) {
    var nothing = new Settings(Json.Obj.empty(Origin.whole("f")), ConfigKeys.ROOT, null);
    return switch (shape(path)) {
      case Shape.Scalar.FLAG -> String.valueOf(nothing.flag(path));
      case Shape.Scalar.INT, Shape.Scalar.UINT16 -> String.valueOf(nothing.number(path));
      case Shape _ -> nothing.text(path);
    };
  }

  private static Shape shape(String path) {
    Shape shape = ConfigKeys.ROOT;
    for (String name : path.split("\\.", -1)) {
      shape = Objects.requireNonNull(((Shape.Fields) shape).find(name)).shape();
    }
    return shape;
  }
}
