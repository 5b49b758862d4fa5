package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.PathLists.Entry;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathListsTest {
  private static PathLists lists(String fields) {
    return requireNonNull(Definitions.readVersion(fields).definition()).paths();
  }

  private static List<String> paths(List<Entry> entries) {
    return entries.stream().map(Entry::path).toList();
  }

  @Test
  void anApiWithoutListsHasNone() {
    assertThat(lists("'name': 'Default'").isEmpty()).isTrue();
    assertThat(
            lists("'extended_paths': {'white_list': [{'path': '/a', 'disabled': true}]}").isEmpty())
        .isTrue();
  }

  @Test
  void theSwitchSaysWhichFormCounts() {
    String black =
        "'paths': {'black_list': ['/old']}, 'extended_paths': {'black_list': [{'path': '/new'}]}";
    assertThat(paths(lists("'use_extended_paths': true, " + black).blocked()))
        .containsExactly("/new");
    assertThat(paths(lists("'use_extended_paths': false, " + black).blocked()))
        .containsExactly("/old");
    assertThat(Definitions.readVersion(black).problems().toString())
        .contains("is there beside extended_paths.black_list");
  }

  /** Without its switch a list restricts in either form, and opens only as in Tyk. */
  @Test
  void withoutTheSwitchNothingIsOpened() {
    assertThat(paths(lists("'extended_paths': {'black_list': [{'path': '/a'}]}").blocked()))
        .containsExactly("/a");
    assertThat(paths(lists("'paths': {'ignored': ['/a']}").ignored())).containsExactly("/a");
    ApiFile ignored = Definitions.readVersion("'extended_paths': {'ignored': [{'path': '/a'}]}");
    assertThat(requireNonNull(ignored.definition()).paths().isEmpty()).isTrue();
    assertThat(ignored.problems().toString()).contains("has no effect without use_extended_paths");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'path': '/a'                                                                           | ",
        "'path': '/a', 'method': 'GET'                                                          | GET",
        "'path': '/a', 'method': 'GET', 'method_actions': {'POST': {'action': 'no_action'}}     | POST",
        "'path': '/a', 'method': 'GET', 'method_actions': {}                                    | GET"
      })
  void methodsAreThoseOfTheActionsOrTheOne(String entry, String method) {
    List<Entry> entries = lists("'extended_paths': {'black_list': [{" + entry + "}]}").blocked();
    assertThat(entries.getFirst().methods())
        .isEqualTo(method == null ? List.of() : List.of(method));
  }

  @Test
  void caseIsIgnoredWhereTheEntryOrTheVersionSaysSo() {
    assertThat(
            lists("'extended_paths': {'black_list': [{'path': '/a', 'ignore_case': true}]}")
                .blocked()
                .getFirst()
                .ignoresCase())
        .isTrue();
    assertThat(
            lists("'ignore_endpoint_case': true, 'paths': {'black_list': ['/a']}")
                .blocked()
                .getFirst()
                .ignoresCase())
        .isTrue();
    assertThat(lists("'paths': {'black_list': ['/a']}").blocked().getFirst().ignoresCase())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'path': ''                                                         | path: is empty, which would be every path",
        "'path': '/a', 'method': 'post'                                     | method: \"post\" is no method",
        "'path': '/a', 'method_actions': {}                                 | method_actions: is empty",
        "'path': '/a', 'method_actions': {'POST': {'action': 'block'}}      | method_actions.POST: has the unknown action \"block\""
      })
  void badEntriesAreErrorsAtTheirPlaces(String entry, String error) {
    ApiFile file =
        Definitions.readVersion(
            "\n'extended_paths': {'ignored': [{" + entry + "}]}, 'use_extended_paths': true");
    assertThat(file.definition()).isNull();
    assertThat(file.problems().toString())
        .contains("a.json:2:")
        .contains("error: version_data.versions.Default.extended_paths.ignored[0]." + error);
  }

  @Test
  void anAnswerToWhatIsBlockedIsNotServed() {
    ApiFile file =
        Definitions.readVersion(
            "'extended_paths': {'black_list': [{'path': '/a', 'method_actions': {'POST': {'action': 'reply'}}}]}");
    assertThat(requireNonNull(file.definition()).unenforceable())
        .containsExactly("mock responses of such a list");
  }
}
