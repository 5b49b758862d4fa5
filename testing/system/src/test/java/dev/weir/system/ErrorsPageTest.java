package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.ProxyError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page of errors has them all, in their order, with what callers get. */
class ErrorsPageTest {
  private static final Path PAGE = Path.of("../../docs/errors.md");

  @Test
  void thePageListsEveryReason() throws IOException {
    List<String> rows;
    try (Stream<String> lines = Files.lines(PAGE)) {
      rows = lines.filter(line -> line.startsWith("| `")).toList();
    }
    assertThat(rows.stream().map(ErrorsPageTest::withoutReason).toList())
        .isEqualTo(Stream.of(ProxyError.Kind.values()).map(ErrorsPageTest::row).toList());
  }

  private static String row(ProxyError.Kind kind) {
    return "| `%s` | %s (%d) | %d | %s |"
        .formatted(
            kind, kind.grpcStatus(), kind.grpcStatus().code(), kind.httpStatus(), kind.httpText());
  }

  /** Without the column that says when it happens. */
  private static String withoutReason(String row) {
    String[] cells = row.split(" \\| ", -1);
    return String.join(" | ", cells[0], cells[1], cells[2], cells[4]);
  }
}
