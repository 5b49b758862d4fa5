package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.weir.model.UrlRewrites.Condition;
import dev.weir.model.UrlRewrites.Group;
import dev.weir.model.UrlRewrites.Kind;
import dev.weir.model.UrlRewrites.Rewrite;
import dev.weir.model.UrlRewrites.Trigger;
import dev.weir.model.UrlRewrites.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Single quotes stand for double ones. */
class UrlRewritesTest {

  private static ApiFile file(String entry) {
    return Definitions.readVersion("'extended_paths': {'url_rewrites': [" + entry + "]}");
  }

  private static UrlRewrites rewrites(String entry) {
    return requireNonNull(file(entry).definition()).rewrites();
  }

  @Test
  void aDestinationHasGroupsVariablesAndAHost() {
    Rewrite rewrite =
        rewrites(
                "{'path': '/a', 'method': 'POST', 'match_pattern': 'a', 'rewrite_to': 'h2c://Host:7/b$12/$tyk_meta.c/d'}")
            .entries()
            .getFirst();
    assertThat(rewrite.paths().methods()).containsExactly("POST");
    assertThat(rewrite.to().host()).hasValue(new Target(Target.Scheme.H2C, "host", 7, ""));
    assertThat(rewrite.to().pieces())
        .containsExactly(
            new Value(new HeaderValue.Text("/b")),
            new Group(12),
            new Value(new HeaderValue.Text("/")),
            new Value(new HeaderValue.Meta("c")),
            new Value(new HeaderValue.Text("/d")));
  }

  @Test
  void triggersHaveTheirConditions() {
    Rewrite rewrite =
        rewrites(
                """
                {'path': '/a', 'match_pattern': 'a', 'rewrite_to': '/b', 'triggers': [
                  {'on': 'any', 'rewrite_to': '/c', 'options': {
                     'query_val_matches': {'q': {'match_rx': 'x'}},
                     'header_matches': {'H.1': {'match_rx': 'y', 'reverse': true}}}}]}
                """)
            .entries()
            .getFirst();
    Trigger trigger = rewrite.triggers().getFirst();
    assertThat(trigger.all()).isFalse();
    assertThat(trigger.conditions())
        .extracting(Condition::kind, Condition::name, Condition::reverse)
        .containsExactly(tuple(Kind.HEADER, "H.1", true), tuple(Kind.QUERY, "q", false));
  }

  @Test
  void aConditionByAVariableThatNobodyKnowsClosesTheApi() {
    String entry =
        "{'path': '/a', 'match_pattern': 'a', 'rewrite_to': '/b', 'triggers': [{'on': 'all',"
            + " 'rewrite_to': '/c', 'options': {'request_context_matches': {'%s': {'match_rx': 'x'}}}}]}";
    String claim = "jwt_claims_https://x.test/roles";
    assertThat(requireNonNull(file(entry.formatted(claim)).definition()).unenforceable()).isEmpty();
    for (String unknown : List.of("token", "remote_addr/x", "jwt_claims_")) {
      assertThat(requireNonNull(file(entry.formatted(unknown)).definition()).unenforceable())
          .containsExactly("the variable $tyk_context." + unknown);
    }
  }

  @Test
  void whatIsSwitchedOffIsNone() {
    assertThat(rewrites("{'path': '/a', 'disabled': true}").isEmpty()).isTrue();
    ApiFile off =
        Definitions.readVersion(
            "'use_extended_paths': false, 'extended_paths': {'url_rewrites': [{'path': '/a'}]}");
    assertThat(requireNonNull(off.definition()).rewrites().isEmpty()).isTrue();
  }

  @Test
  void whatIsNoneIsAnErrorAtItsPlace() {
    assertThat(file("\n{'path': '/a', 'match_pattern': '',\n 'rewrite_to': '/a b'}").problems())
        .extracting(Problem::toString)
        .containsExactly(
            "a.json:2:33: error: version_data.versions.Default.extended_paths.url_rewrites[0].match_pattern: is empty, write .* for every path",
            "a.json:3:16: error: version_data.versions.Default.extended_paths.url_rewrites[0].rewrite_to: has characters that no path has, write /pkg.Service/Method or h2c://host:port/pkg.Service/Method");
  }
}
