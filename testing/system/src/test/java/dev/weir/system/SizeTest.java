package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.LineNumber;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Classes and methods of the data plane are small enough to be read at once. */
class SizeTest {

  private static final Path DATA_PLANE = Path.of("../../dataplane");
  private static final int MOST_LINES_OF_A_CLASS = 410;
  private static final int MOST_LINES_OF_A_METHOD = 60;

  @Test
  void noClassIsLong() {
    List<Path> sources = files("src/main/java", ".java");

    assertThat(sources).hasSizeGreaterThan(100);
    assertThat(sources)
        .allSatisfy(source ->
            assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(MOST_LINES_OF_A_CLASS));
  }

  @Test
  void noMethodIsLong() {
    List<Path> classes = files("target/classes", ".class");

    assertThat(classes).hasSizeGreaterThan(100);
    assertThat(classes)
        .allSatisfy(file -> {
          ClassModel type = ClassFile.of().parse(file);
          assertThat(type.methods())
              .allSatisfy(method ->
                  assertThat(lines(method))
                      .as(method.methodName().stringValue())
                      .isLessThanOrEqualTo(MOST_LINES_OF_A_METHOD));
        });
  }

  private static List<Path> files(String folder, String ending) {
    try (Stream<Path> all = Files.walk(DATA_PLANE)) {
      return all.filter(file -> file.toString().contains("/" + folder + "/"))
          .filter(file -> file.toString().endsWith(ending))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From the first statement to the last; what initialises fields is spread over a class. */
  private static int lines(MethodModel method) {
    if (method.methodName().stringValue().startsWith("<")) {
      return 0;
    }
    IntSummaryStatistics numbers =
        method.code().stream()
            .flatMap(code -> code.elementStream())
            .filter(LineNumber.class::isInstance)
            .mapToInt(element -> ((LineNumber) element).line())
            .summaryStatistics();
    return numbers.getCount() == 0 ? 0 : numbers.getMax() - numbers.getMin() + 1;
  }
}
