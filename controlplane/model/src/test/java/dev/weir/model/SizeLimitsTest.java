package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizeLimitsTest {
  private static ApiFile read(String version) {
    GatewayConfig config = Objects.requireNonNull(ConfigReader.read(Map.of()).value());
    return new ApiReader(config, Map.of())
        .read(
            Path.of("apps/a.json"),
            """
            {"api_id": "a", "use_keyless": true, "proxy": {"listen_path": "/", "target_url": "h2c://b:1"},
             "version_data": {"not_versioned": true, "versions": {"Default": %s}}}
            """
                .formatted(version.replace('\'', '"')));
  }

  private static SizeLimits sizes(String version) {
    ApiFile file = read(version);
    assertThat(file.problems()).isEmpty();
    return Objects.requireNonNull(file.definition()).sizes();
  }

  @Test
  void readsThoseOfAllPathsAndOfSome() {
    SizeLimits sizes =
        sizes(
            """
            {'global_size_limit': 100, 'use_extended_paths': true, 'extended_paths': {'size_limits': [
              {'path': '/a', 'method': 'POST', 'size_limit': 5},
              {'path': '/b', 'size_limit': 6, 'disabled': true}]}}
            """);

    assertThat(sizes.all()).hasValue(100);
    assertThat(sizes.paths()).hasSize(1);
    assertThat(sizes.paths().getFirst().bytes()).isEqualTo(5);
    assertThat(sizes.paths().getFirst().paths().methods()).containsExactly("POST");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}",
        "{'global_size_limit': 0}",
        "{'global_size_limit': 5, 'global_size_limit_disabled': true}",
        "{'use_extended_paths': false, 'extended_paths': {'size_limits': [{'path': '/a', 'size_limit': 5}]}}"
      })
  void nothingIsLimitedUnlessSomethingSaysSo(String version) {
    assertThat(sizes(version).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'global_size_limit': -1} | global_size_limit | is negative",
        "{'extended_paths': {'size_limits': [{'path': '/a'}]}} | extended_paths.size_limits[0].size_limit | is 0, which would let no request through",
        "{'extended_paths': {'size_limits': [{'size_limit': 5}]}} | extended_paths.size_limits[0].path | is empty, which would be every path"
      })
  void whatCannotBeMeantIsAnErrorAtItsPlace(String version, String path, String message) {
    assertThat(read(version).problems())
        .anySatisfy(problem -> {
          assertThat(problem.isError()).isTrue();
          assertThat(problem.path()).isEqualTo("version_data.versions.Default." + path);
          assertThat(problem.message()).isEqualTo(message);
        });
  }
}
