package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonWriterTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "C:\\x\t\"é😀\u007f", "a\r\nb\u0000", "\ud800 alone"})
  void quotedTextCanBeReadBack(String text) {
    assertThat(JsonReader.read("f", JsonWriter.quoted(text)).value())
        .isEqualTo(new Json.Text(new Origin("f", 1, 1), text));
  }

  @Test
  void nothingThatMovesACursorIsWrittenAsItStands() {
    assertThat(JsonWriter.quoted("\u001b[2J\n\u007f")).isEqualTo("\"\\u001b[2J\\n\\u007f\"");
  }
}
