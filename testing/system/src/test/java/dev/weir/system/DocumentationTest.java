package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name, exists. */
class DocumentationTest {

  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  /** A relative link of a page: not a URL, not an anchor of its own page. */
  private static final Pattern LINK = Pattern.compile("]\\((?!https?:|#|mailto:)([^)#\\s]+)");

  /** A class name in code font, alone or behind its module: {@code `engine/Engine`}. */
  private static final Pattern CLASS_NAME =
      Pattern.compile("`(?:[a-z0-9-]+/)?([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)`");

  private static final Pattern JAVADOC_LINK = Pattern.compile("\\{@link\\s+([\\w.]+)");

  @Test
  void linksOfThePagesLeadToFiles() {
    var broken = new ArrayList<String>();
    for (Path page : files(".md")) {
      find(LINK, page)
          .filter(link -> !Files.exists(page.resolveSibling(link)))
          .forEach(link -> broken.add(ROOT.relativize(page) + " -> " + link));
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void classesNamedInArchitectureExist() {
    Path page = ROOT.resolve("ARCHITECTURE.md");

    assertThat(find(CLASS_NAME, page).filter(name -> !classNames().contains(name))).isEmpty();
  }

  @Test
  void classesNamedInPackageDocumentationExist() {
    var missing = new ArrayList<String>();
    for (Path page : files("package-info.java")) {
      find(JAVADOC_LINK, page)
          .filter(name -> !exists(name, page))
          .forEach(name -> missing.add(ROOT.relativize(page) + " -> " + name));
    }
    assertThat(missing).isEmpty();
  }

  /** A simple name is a class of the same package; a full name one of any module or of the JDK. */
  private static boolean exists(String name, Path page) {
    if (!name.contains(".")) {
      return Files.exists(page.resolveSibling(name + ".java"));
    }
    return name.startsWith("java.")
        || classNames().contains(name.substring(name.lastIndexOf('.') + 1));
  }

  private static Set<String> classNames() {
    return files(".java").stream()
        .map(file -> file.getFileName().toString().replace(".java", ""))
        .collect(Collectors.toSet());
  }

  private static Stream<String> find(Pattern pattern, Path page) {
    try {
      return pattern.matcher(Files.readString(page)).results().map(DocumentationTest::firstGroup);
    } catch (IOException e) {
      throw new UncheckedIOException(page.toString(), e);
    }
  }

  private static String firstGroup(MatchResult result) {
    return result.group(1);
  }

  private static final Pattern OUTPUT = Pattern.compile("(^|.*/)(target|work|\\.git)/.*");

  /** The source files of the repository with that ending, build output left out. */
  private static List<Path> files(String ending) {
    try (Stream<Path> all = Files.walk(ROOT)) {
      return all.filter(file -> file.toString().endsWith(ending))
          .filter(file -> !OUTPUT.matcher(ROOT.relativize(file).toString()).matches())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(ROOT.toString(), e);
    }
  }
}
