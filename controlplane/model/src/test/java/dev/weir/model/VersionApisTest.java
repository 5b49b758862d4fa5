package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.VersionApis.Child;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single quotes stand for double ones. */
class VersionApisTest {
  private static final String HEADER =
      "'enabled': true, 'location': 'header', 'key': 'X-Version', ";

  private static ApiFile file(String definition) {
    return Definitions.read("'use_keyless': true, 'definition': {" + definition + "}");
  }

  private static VersionApis versions(String definition) {
    return requireNonNull(file(HEADER + definition).definition()).children().orElseThrow();
  }

  @Test
  void theyAreReadAsTheyStand() {
    VersionApis versions =
        versions(
            "'name': 'v1', 'default': 'v2', 'strip_versioning_data': true,"
                + " 'fallback_to_default': true, 'versions': {'v2': 'b', 'v3': 'c', 'old': 'b'}");
    assertThat(versions.field()).isEqualTo("x-version");
    assertThat(versions.name()).isEqualTo("v1");
    assertThat(versions.strips()).isTrue();
    assertThat(versions.fallsBack()).isTrue();
    assertThat(versions.byDefault()).hasValue("v2");
    assertThat(versions.all()).extracting(Child::name).containsExactly("v2", "v3", "old");
    assertThat(versions.all()).extracting(Child::apiId).containsExactly("b", "c", "b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'name': 'v1', 'default': 'self' | self",
        "'name': 'v1', 'default': 'v1'   | self",
        "'default': ''                   | self",
        "'name': 'v1'                    | ",
      })
  void theDefaultMayBeTheApiItself(String written, String byDefault) {
    assertThat(versions(written).byDefault().orElse(null)).isEqualTo(byDefault);
  }

  @Test
  void withoutTheSwitchThereAreNone() {
    ApiDefinition api = requireNonNull(file("'versions': {'v2': 'b'}").definition());
    assertThat(api.children()).isEmpty();
    assertThat(api.refusal()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'versions': {'': 'b'}                    | versions: has a version without a name",
        "'versions': {'v2': ''}                   | versions.v2: is empty, the api_id of an API",
        "'versions': {'v2': 'a'}                  | versions.v2: is the id of the API itself",
        "'name': 'v2', 'versions': {'v2': 'b'}    | versions.v2: is the name of the API itself",
        "'versions': {'self': 'b'}                | versions.self: is the name of the API itself",
        "'default': 'v9', 'versions': {'v2': 'b'} | default: \"v9\" is no version",
        "'key': 'grpc-timeout'                    | key: is no name of a field",
      })
  void whatIsNoVersionIsAnErrorAtItsPlace(String written, String problem) {
    String rest = written.startsWith("'key'") ? HEADER.replace("'key': 'X-Version', ", "") : HEADER;
    ApiFile file = file(rest + written);
    assertThat(file.definition()).isNull();
    assertThat(file.problems().toString()).contains("a.json:1:").contains("definition." + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'enabled': true, 'location': 'url'       | API versions by url",
        "'enabled': true, 'location': 'url-param' | API versions by url-param",
        "'enabled': true                          | API versions",
      })
  void aNameInAUrlIsNotServed(String written, String feature) {
    assertThat(requireNonNull(file(written).definition()).unenforceable()).containsExactly(feature);
  }

  @Test
  void versionsOfBothKindsAreNotServed() {
    ApiFile file =
        Definitions.read(
            "'definition': {" + HEADER + "'name': 'v1'}, 'version_data': {'versions': {'v1': {}}}");
    assertThat(requireNonNull(file.definition()).unenforceable())
        .contains("API versions of both kinds");
  }
}
