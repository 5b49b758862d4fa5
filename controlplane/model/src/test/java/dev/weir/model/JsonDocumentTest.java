package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class JsonDocumentTest {

  private static JsonDocument document(String text) {
    return JsonDocument.of(text.replace('\'', '"')).orElseThrow();
  }

  private static String text(JsonDocument document) {
    return document.document().replace('"', '\'');
  }

  @Test
  void whatIsNoObjectIsNoDocument() {
    assertThat(JsonDocument.of("[]")).isEmpty();
    assertThat(JsonDocument.of("{")).isEmpty();
    assertThat(JsonDocument.of("")).isEmpty();
  }

  @Test
  void membersAreChangedAndTheOthersStayAsTheyWereWritten() {
    JsonDocument document = document("{'a': 1.50, 'b': {'c': 'x', 'd': 1e3}}");

    assertThat(text(document.with("b.c", "y").with("e", 7).with("f.g", List.of("h"))))
        .isEqualTo("{'a':1.50,'b':{'c':'y','d':1e3},'e':7,'f':{'g':['h']}}");
    assertThat(text(document.without("b.c").without("none").without("a.c")))
        .isEqualTo("{'a':1.50,'b':{'d':1e3}}");
    assertThat(text(document)).isEqualTo("{'a':1.50,'b':{'c':'x','d':1e3}}");
  }

  @Test
  void aMemberMayComeFromAnotherDocument() {
    JsonDocument document = document("{'a':1,'b':2}");

    assertThat(text(document.with("a", document("{'a':[1.0]}")))).isEqualTo("{'a':[1.0],'b':2}");
    assertThat(text(document.with("a", document("{}")))).isEqualTo("{'b':2}");
  }

  @Test
  void textsAreTheValuesThatAreSome() {
    JsonDocument document = document("{'a':'x','b':['y','z'],'c':['y',1],'d':{'e':'w'}}");

    assertThat(document.text("a")).isEqualTo("x");
    assertThat(document.text("d.e")).isEqualTo("w");
    assertThat(document.text("b")).isEmpty();
    assertThat(document.text("none.e")).isEmpty();
    assertThat(document.texts("b")).containsExactly("y", "z");
    assertThat(document.texts("c")).isEmpty();
    assertThat(document.texts("a")).isEmpty();
  }

  @Test
  void changesAreTheirPathsWithoutTheirValues() {
    JsonDocument before = document("{'a':1,'b':{'c':'secret','d':[1]},'e':{},'same':[1]}");
    JsonDocument after = document("{'b':{'c':'other','d':[1]},'e':2,'f':{'g':'new'},'same':[1]}");

    assertThat(after.changesFrom(before)).containsExactly("- a", "~ b.c", "~ e", "+ f");
    assertThat(after.changesFrom(after)).isEmpty();
    assertThat(before.changesFrom(null)).containsExactly("+ a", "+ b", "+ e", "+ same");
  }

  @Test
  void nothingSecretIsPrinted() {
    assertThat(document("{'a':'secret'}")).asString().doesNotContain("secret");
  }
}
