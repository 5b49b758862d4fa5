package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The list of RFC sections in {@code package-info} leads to classes that there are. */
class SectionMapTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/weir/http2");
  private static final Pattern LINK =
      Pattern.compile("\\{@link\\s+\\*?\\s*dev\\.weir\\.http2\\.(\\w+)}");

  /** What a connection has to do with; the rest of RFC 9113 is about other things. */
  private static final List<String> SECTIONS =
      List.of(
          "3.4", "4.1", "4.2", "4.3", "5.1", "5.1.1", "5.1.2", "5.2", "5.3", "5.4", "5.5", "6.1",
          "6.2", "6.3", "6.4", "6.5", "6.5.3", "6.6", "6.7", "6.8", "6.9", "6.10", "8.3.1", "8.4",
          "8.5", "8.7", "10.5", "2.3.1", "2.3.2");

  @Test
  void everyClassOfTheMapIsThere() throws IOException {
    assertThat(LINK.matcher(map()).results().map(link -> link.group(1)))
        .hasSizeGreaterThan(30)
        .allSatisfy(name -> assertThat(SOURCES.resolve(name + ".java")).exists());
  }

  @Test
  void everySectionIsOnTheMap() throws IOException {
    var listed = new TreeSet<String>();
    Pattern.compile("\\d+(\\.\\d+)+")
        .matcher(map())
        .results()
        .map(MatchResult::group)
        .forEach(listed::add);

    assertThat(listed).containsAll(SECTIONS);
  }

  private static String map() throws IOException {
    return Files.readString(SOURCES.resolve("package-info.java")).replaceAll("\n \\* +", " ");
  }
}
