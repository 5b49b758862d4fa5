package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.HeaderValue.Context;
import dev.weir.model.HeaderValue.Header;
import dev.weir.model.HeaderValue.Meta;
import dev.weir.model.HeaderValue.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadChangesTest {

  private static HeadChanges changes(String fields) {
    return requireNonNull(Definitions.readVersion(fields).definition()).changes();
  }

  @Test
  void variablesAreFoundInValues() {
    assertThat(
            HeaderValue.of("a $tyk_meta.b-$tyk_context.headers_X_C:$tyk_context.remote_addr$")
                .parts())
        .containsExactly(
            new Text("a "),
            new Meta("b-"),
            new Header("x-c"),
            new Text(":"),
            Context.REMOTE_ADDRESS,
            new Text("$"));
    assertThat(HeaderValue.of("").parts()).containsExactly(new Text(""));
    assertThat(HeaderValue.of("$10").isFixed()).isTrue();
  }

  @Test
  void globalChangesMayBeSwitchedOff() {
    String set = "'global_headers': {'A': 'b'}, 'global_headers_remove': ['C']";
    assertThat(changes(set).request().all().set()).containsOnlyKeys("a");
    assertThat(changes(set).request().all().removed()).containsExactly("c");
    assertThat(changes(set).response().isEmpty()).isTrue();
    assertThat(changes(set + ", 'global_headers_disabled': true").request().isEmpty()).isTrue();
  }

  @Test
  void changesOfPathsCountUnlessTheFormIsSwitchedOff() {
    String list =
        "'extended_paths': {'transform_headers': [{'path': '/a', 'delete_headers': ['b']}]}";
    assertThat(changes(list).request().paths()).hasSize(1);
    assertThat(changes(list + ", 'use_extended_paths': false").request().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"$tyk_context.token", "$tyk_context.jwt_claims_", "$secret_env.A"})
  void aVariableThatIsNotKnownIsAskedForInVain(String variable) {
    ApiFile file = Definitions.readVersion("'global_headers': {'a': 'x%s'}".formatted(variable));
    assertThat(requireNonNull(file.definition()).unenforceable())
        .containsExactly("the variable " + variable);
  }

  @ParameterizedTest
  @CsvSource({"AA==, true", "AAE, true", "AAEC, true", "A, false", "AA=, false", "'AA,AA', false"})
  void binaryValuesAreBase64(String value, boolean good) {
    ApiFile file = Definitions.readVersion("'global_headers': {'a-bin': '%s'}".formatted(value));
    assertThat(file.definition() != null).isEqualTo(good);
  }

  @Test
  void whatIsNotToBeChangedIsAnErrorAtItsPlace() {
    ApiFile file =
        Definitions.readVersion(
            "\n'global_headers': {'x': 'y',\n 'grpc-status': '0'},\n'global_headers_remove': ['Te']");
    assertThat(file.definition()).isNull();
    assertThat(file.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "a.json:4:27: error: version_data.versions.Default.global_headers_remove: \"Te\" is not for an API to change: calls are read by it, name a field of your own",
            "a.json:3:17: error: version_data.versions.Default.global_headers.grpc-status: \"grpc-status\" is not for an API to change: calls are read by it, name a field of your own");
  }
}
