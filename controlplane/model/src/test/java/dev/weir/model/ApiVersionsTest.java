package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.ApiVersions.Version;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single quotes stand for double ones. */
class ApiVersionsTest {
  private static final String HEADER = "'definition': {'location': 'header', 'key': 'X-Version'}";

  private static ApiFile file(String data) {
    return Definitions.read("'use_keyless': true, " + HEADER + ", 'version_data': {" + data + "}");
  }

  private static List<Version> versions(String data) {
    return requireNonNull(file(data).definition()).versions().orElseThrow().all();
  }

  @Test
  void eachVersionIsADefinitionOfItsOwn() {
    List<Version> versions =
        versions(
            "'default_version': 'v2', 'versions': {"
                + "'v1': {'global_headers': {'a': 'b'}, 'expires': '2031-02-03 04:05'},"
                + "'v2': {'override_target': 'https://c:2', 'use_extended_paths': true,"
                + " 'extended_paths': {'black_list': [{'path': '/d'}]}}}");
    assertThat(versions).extracting(Version::name).containsExactly("v1", "v2");
    Version one = versions.get(0);
    Version two = versions.get(1);
    assertThat(one.expires()).hasValue(Instant.parse("2031-02-03T04:05:00Z"));
    assertThat(one.api().changes().request().isEmpty()).isFalse();
    assertThat(one.api().paths().isEmpty()).isTrue();
    assertThat(one.api().proxy().targets().toString()).isEqualTo("[h2c://b:1]");
    assertThat(two.expires()).isEmpty();
    assertThat(two.api().changes().request().isEmpty()).isTrue();
    assertThat(two.api().paths().blocked()).hasSize(1);
    assertThat(two.api().proxy().targets().toString()).isEqualTo("[https://c:2]");
    assertThat(two.api().versions()).isEmpty();
  }

  @Test
  void aProblemIsToldOnceAtItsPlace() {
    assertThat(
            file("'versions': {'v1': {},\n'v2': {'override_target': 'b:1'},\n'v3': {'expires': 'x'}}")
                .problems())
        .extracting(Problem::toString)
        .containsExactly(
            "a.json:2:27: error: version_data.versions.v2.override_target: has no scheme, write h2c://b:1",
            "a.json:3:19: error: version_data.versions.v3.expires: \"x\" is no time, write it as 2030-12-31 23:59, in UTC");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'default_version': 'v9', 'versions': {'v1': {}}      | default_version: \"v9\" is no version",
        "'versions': {'': {}}                                 | versions: has a version without a name",
        "'versions': {'v1': {'name': 'v2'}}                   | v1.name: \"v2\" is not the name",
        "'versions': {'v1': {'global_headers': {'te': 'a'}}}  | v1.global_headers.te:"
      })
  void whatIsNoVersionIsAnError(String data, String problem) {
    assertThat(file(data).definition()).isNull();
    assertThat(file(data).problems().toString()).contains(problem);
  }

  @ParameterizedTest
  @CsvSource({
    "2031-02-30 04:05, false",
    "2031-02-03, false",
    "2031-02-03T04:05:00Z, false",
    "2031-02-03 04:05, true",
    "-1, true"
  })
  void anApiExpiresAtATime(String time, boolean good) {
    ApiFile file = Definitions.read("'use_keyless': true, 'expiration': '%s'".formatted(time));
    assertThat(file.definition() != null).isEqualTo(good);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"'location': 'url' | API versions by url", "'location': '' | API versions"})
  void otherPlacesOfANameAreNotServed(String location, String feature) {
    ApiFile file =
        Definitions.read(
            "'use_keyless': true, 'definition': {"
                + location
                + "}, 'version_data': {'versions': {'v1': {}}}");
    assertThat(requireNonNull(file.definition()).unenforceable()).containsExactly(feature);
  }
}
