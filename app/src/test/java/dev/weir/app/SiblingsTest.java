package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Linux says of cores that are threads of one. */
class SiblingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0        | {0}
          0,4      | {0, 4}
          0-1      | {0, 1}
          2-3,10-11 | {2, 3, 10, 11}
          127,255  | {127, 255}
          """)
  void listsAreRead(String list, String cores) {
    assertThat(Siblings.parse(list)).hasToString(cores);
  }

  @Test
  void aCoreThatIsNotToldOfIsAlone() throws IOException {
    assertThat(Siblings.of(1 << 20)).hasToString("{1048576}");
  }
}
