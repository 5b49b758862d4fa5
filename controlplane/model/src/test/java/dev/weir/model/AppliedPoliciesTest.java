package dev.weir.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.weir.model.AccessRight.AllowedUrl;
import dev.weir.model.AccessRight.EndpointLimit;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each test is a rule of the page on policies. */
class AppliedPoliciesTest {

  private static final String LIMITED =
      "'rate': 9, 'per': 1, 'throttle_interval': 1, 'throttle_retry_limit': 2, 'quota_max': 8,"
          + " 'quota_renewal_rate': 60, 'apply_policies': ['p']";

  private final Map<String, PolicyDefinition> policies = new HashMap<>();

  @Test
  void keyWithoutPoliciesKeepsWhatItSays() {
    AppliedPolicies applied =
        apply(
            "'rate': 5, 'per': 1, 'tags': ['t'], 'meta_data': {'a': 'b'},"
                + " 'access_rights': {'a': {}, 'b': {'limit': {'rate': 2, 'per': 1}}}");

    assertThat(applied.problems()).isEmpty();
    assertThat(applied.rights()).containsOnlyKeys("a", "b");
    assertThat(applied.allowance("a").rate()).isEqualTo(5);
    assertThat(applied.allowance("b").rate()).isEqualTo(2);
    assertThat(applied.scope("a")).isEmpty();
    assertThat(applied.scope("b")).isEqualTo("b");
    assertThat(applied.tags()).containsExactly("t");
    assertThat(applied.metaData()).containsOnly(entry("a", "b"));
  }

  @Test
  void nothingSecretIsPrinted() {
    assertThat(apply("'meta_data': {'a': 'canary'}, 'access_rights': {'a': {}}"))
        .asString()
        .doesNotContain("canary");
  }

  @Test
  void policyOfAnotherOrganisationIsAnError() {
    policy("'id': 'p', 'org_id': 'other', 'access_rights': {'a': {}}");

    assertRefused(apply("'apply_policies': ['p']"), "different organisation");
  }

  @Test
  void onlyPolicyThatIsMissingIsAnError() {
    assertRefused(apply("'apply_policies': ['gone']"), "policy not found: \"gone\"");
  }

  @Test
  void onePolicyOfSeveralThatIsMissingIsToldOf() {
    policy("'id': 'p', 'access_rights': {'a': {}}");

    AppliedPolicies applied = apply("'apply_policies': ['gone', 'p']");

    assertThat(applied.isRefused()).isFalse();
    assertThat(applied.rights()).containsOnlyKeys("a");
    assertThat(applied.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "key:1:20: warning: apply_policies: policy not found: \"gone\","
                + " nothing is granted until it is there");
  }

  @Test
  void keyWhosePoliciesAreAllGoneIsRefused() {
    assertRefused(
        apply("'apply_policies': ['gone', 'too']"), "key has no valid policies to be applied");
  }

  @ParameterizedTest
  @CsvSource({"p, q", "q, p"})
  void limitsByApiDoNotMixWithParts(String first, String second) {
    policy("'id': 'p', 'partitions': {'per_api': true}, 'access_rights': {'a': {}}");
    policy("'id': 'q', 'partitions': {'acl': true}, 'access_rights': {'b': {}}");

    assertRefused(
        apply("'apply_policies': ['" + first + "', '" + second + "']"),
        "some have per_api set and some are partitioned");
  }

  @Test
  void policyWithoutPartsSetsEverything() {
    policy(
        "'id': 'p', 'rate': 5, 'per': 1, 'quota_max': 7, 'quota_renewal_rate': 60,"
            + " 'throttle_interval': 2, 'throttle_retry_limit': 3, 'access_rights': {'a': {}}");

    AppliedPolicies applied =
        apply(
            "'rate': 900, 'per': 1, 'quota_max': -1, 'apply_policies': ['p'], 'access_rights': {'b': {}}");

    assertThat(applied.rights()).containsOnlyKeys("a");
    assertThat(applied.allowance("a")).isEqualTo(new Allowance(5, 1, 2, 3, 7, 60));
    assertThat(applied.allowance()).isEqualTo(new Allowance(5, 1, 2, 3, 7, 60));
  }

  @Test
  void partThatNoPolicySetsIsTheKeysOwn() {
    policy(
        "'id': 'p', 'rate': 1, 'per': 1, 'quota_max': 1, 'partitions': {'acl': true}, 'access_rights': {'a': {}}");

    AppliedPolicies applied =
        apply(
            "'rate': 9, 'per': 1, 'throttle_interval': 1, 'throttle_retry_limit': 2, 'quota_max': 8,"
                + " 'quota_renewal_rate': 60, 'apply_policies': ['p']");

    assertThat(applied.allowance("a")).isEqualTo(new Allowance(9, 1, 1, 2, 8, 60));
  }

  @Test
  void accessIsTheUnionOfAllPolicies() {
    policy(
        "'id': 'p', 'access_rights': {'a': {'versions': ['v1'], 'allowed_urls': [{'url': '/s/x', 'methods': ['GET']}]}}");
    policy(
        "'id': 'q', 'access_rights': {'a': {'versions': ['v1', 'v2'], 'allowed_urls': ["
            + "{'url': '/s/x', 'methods': ['POST']}, {'url': '/s/y', 'methods': ['POST']}]}, 'b': {}}");

    AppliedPolicies applied = apply("'apply_policies': ['p', 'q']");

    assertThat(applied.rights()).containsOnlyKeys("a", "b");
    AccessRight a = requireNonNull(applied.rights().get("a"));
    assertThat(a.versions()).containsExactly("v1", "v2");
    assertThat(a.allowedUrls())
        .containsExactly(
            new AllowedUrl("/s/x", List.of("GET", "POST")),
            new AllowedUrl("/s/y", List.of("POST")));
  }

  @ParameterizedTest
  @CsvSource({"p, q", "q, p"})
  void policyThatPermitsSomeMethodsNarrowsOneThatPermitsAll(String first, String second) {
    policy("'id': 'p', 'access_rights': {'a': {}}");
    policy(
        "'id': 'q', 'access_rights': {'a': {'allowed_urls': [{'url': '/s/x', 'methods': ['POST']}]}}");

    AppliedPolicies applied = apply("'apply_policies': ['" + first + "', '" + second + "']");

    assertThat(requireNonNull(applied.rights().get("a")).allowedUrls())
        .containsExactly(new AllowedUrl("/s/x", List.of("POST")));
  }

  @ParameterizedTest
  @CsvSource({"acl, limits", "limits, acl"})
  void policyWithoutAccessOnlyLimits(String first, String second) {
    policy(
        "'id': 'acl', 'partitions': {'acl': true}, 'access_rights': {'a': {'allowed_urls': [{'url': '/s/x', 'methods': ['POST']}]}}");
    policy(
        "'id': 'limits', 'rate': 3, 'per': 1, 'partitions': {'rate_limit': true}, 'access_rights': {'a': {}, 'b': {}}");

    AppliedPolicies applied = apply("'apply_policies': ['" + first + "', '" + second + "']");

    assertThat(applied.rights()).containsOnlyKeys("a");
    assertThat(requireNonNull(applied.rights().get("a")).allowedUrls()).hasSize(1);
    assertThat(applied.allowance("a").rate()).isEqualTo(3);
  }

  @Test
  void policiesWithoutAccessLeaveTheKeysOwn() {
    policy(
        "'id': 'p', 'rate': 3, 'per': 1, 'partitions': {'rate_limit': true}, 'access_rights': {'b': {}}");

    AppliedPolicies applied =
        apply("'rate': 9, 'per': 1, 'apply_policies': ['p'], 'access_rights': {'a': {}}");

    assertThat(applied.rights()).containsOnlyKeys("a");
    assertThat(applied.allowance("a").rate()).isEqualTo(9);
  }

  @Test
  void policiesWithoutAccessLimitWhatTheKeyItselfGrants() {
    policy(
        "'id': 'p', 'rate': 3, 'per': 1, 'partitions': {'rate_limit': true},"
            + " 'access_rights': {'a': {'endpoints': ["
            + endpoint("/s/x", 2)
            + "]}, 'b': {}}");
    policy(
        "'id': 'q', 'quota_max': 4, 'quota_renewal_rate': 60, 'partitions': {'quota': true},"
            + " 'access_rights': {'b': {}}");

    AppliedPolicies applied =
        apply(
            "'rate': 9, 'per': 1, 'quota_max': 8, 'apply_policies': ['p', 'q'], 'access_rights': {"
                + "'a': {'limit': {'rate': 900, 'per': 1, 'quota_max': 5}, 'endpoints': ["
                + endpoint("/s/x", 900)
                + ","
                + endpoint("/s/y", 900)
                + "]}, 'b': {'limit': {'rate': 1, 'per': 1, 'quota_max': 900}},"
                + " 'c': {'limit': {'rate': 7, 'per': 1}}}");

    assertThat(applied.rights()).containsOnlyKeys("a", "b", "c");
    assertThat(applied.allowance("a")).isEqualTo(new Allowance(3, 1, 0, 0, 5, 0));
    assertThat(requireNonNull(applied.rights().get("a")).endpoints())
        .containsExactly(new EndpointLimit("/s/x", "POST", Allowance.NONE.withRate(2, 1)));
    assertThat(applied.allowance("b")).isEqualTo(new Allowance(3, 1, 0, 0, 4, 60));
    assertThat(applied.allowance("c")).isEqualTo(new Allowance(7, 1, 0, 0, 0, 0));
  }

  @Test
  void policyThatSaysNothingOfALimitTakesNoneAway() {
    policy("'id': 'p', 'partitions': {'rate_limit': true}, 'access_rights': {'a': {}}");

    AppliedPolicies applied =
        apply(
            "'apply_policies': ['p'], 'access_rights': {'a': {'limit': {'rate': 2, 'per': 1},"
                + " 'endpoints': ["
                + endpoint("/s/x", 1)
                + "]}}");

    assertThat(applied.allowance("a").rate()).isEqualTo(2);
    assertThat(requireNonNull(applied.rights().get("a")).endpoints()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a': {}", "'b': {}", "'a': {}, 'b': {}"})
  void policyThatSaysNothingLeavesWhatTheKeyIsLimitedToAsAWhole(String named) {
    policy(
        "'id': 'p', 'partitions': {'rate_limit': true, 'quota': true}, 'access_rights': {%s}"
            .formatted(named));

    AppliedPolicies applied = apply(LIMITED + ", 'access_rights': {'a': {}}");

    assertThat(applied.allowance("a")).isEqualTo(new Allowance(9, 1, 1, 2, 8, 60));
  }

  @Test
  void apiThatNoPolicyNamesIsLimitedAsTheKeyIs() {
    policy(
        "'id': 'p', 'rate': 100, 'per': 1, 'throttle_interval': 5, 'quota_max': 100,"
            + " 'partitions': {'rate_limit': true, 'quota': true}, 'access_rights': {'a': {}}");

    AppliedPolicies applied = apply(LIMITED + ", 'access_rights': {'a': {}, 'c': {}}");

    assertThat(applied.allowance("a")).isEqualTo(new Allowance(100, 1, 5, 0, 100, 0));
    assertThat(applied.allowance("c")).isEqualTo(new Allowance(9, 1, 1, 2, 8, 60));
  }

  @Test
  void policyWithoutApisTakesNoLimitAwayByWhatItDoesNotSay() {
    policy("'id': 'p', 'quota_max': 3");
    policy("'id': 'q', 'rate': 50, 'per': 1, 'partitions': {'quota': true}");
    policy(
        "'id': 'r', 'rate': 100, 'per': 1, 'partitions': {'rate_limit': true}, 'access_rights': {'a': {}}");

    AppliedPolicies applied =
        apply(
            LIMITED.replace("['p']", "['p', 'q', 'r']") + ", 'access_rights': {'a': {}, 'c': {}}");

    assertThat(applied.allowance("a")).isEqualTo(new Allowance(100, 1, 1, 2, 3, 0));
    assertThat(applied.allowance("c")).isEqualTo(new Allowance(9, 1, 1, 2, 3, 0));
  }

  @Test
  void rateOfAPolicyTakesNoLimitsOfMethodsAway() {
    policy(
        "'id': 'p', 'rate': 3, 'per': 1, 'partitions': {'rate_limit': true}, 'access_rights': {'a': {}}");

    AppliedPolicies applied =
        apply(LIMITED + ", 'access_rights': {'a': {'endpoints': [" + endpoint("/s/x", 1) + "]}}");

    assertThat(applied.allowance("a").rate()).isEqualTo(3);
    assertThat(requireNonNull(applied.rights().get("a")).endpoints()).hasSize(1);
  }

  @Test
  void limitOfAnApiCountsWhereThePolicyLimitsByApi() {
    policy(
        "'id': 'p', 'rate': 3, 'per': 1, 'quota_max': 3,"
            + " 'access_rights': {'a': {'limit': {'rate': 900, 'per': 1, 'quota_max': 900}}}");

    Allowance a = apply("'apply_policies': ['p']").allowance("a");

    assertThat(a.rate()).isEqualTo(3);
    assertThat(a.quotaMax()).isEqualTo(3);
  }

  @Test
  void keyThatNobodyGrantsAnythingIsRefused() {
    policy(
        "'id': 'p', 'rate': 3, 'per': 1, 'partitions': {'rate_limit': true}, 'access_rights': {'b': {}}");

    assertRefused(apply("'apply_policies': ['p']"), "key has no valid policies to be applied");
  }

  @ParameterizedTest
  @CsvSource({
    "10, 1, 100, 60, 10, 1",
    "100, 60, 10, 1, 10, 1",
    "10, 1, 0, 0, 10, 1",
    "0, 0, 10, 1, 10, 1",
    "10, 1, -1, 1, -1, 1",
    "-1, 1, 10, 1, -1, 1"
  })
  void highestRateWins(
      double rate, double per, double otherRate, double otherPer, double mostRate, double mostPer) {
    policy("'id': 'p', 'rate': %s, 'per': %s, 'access_rights': {'a': {}}".formatted(rate, per));
    policy(
        "'id': 'q', 'rate': %s, 'per': %s, 'access_rights': {'a': {}}"
            .formatted(otherRate, otherPer));

    AppliedPolicies applied = apply("'apply_policies': ['p', 'q']");

    assertThat(applied.allowance("a").rate()).isEqualTo(mostRate);
    assertThat(applied.allowance("a").per()).isEqualTo(mostPer);
  }

  @ParameterizedTest
  @CsvSource({
    "5, 60, 7, 10, 7, 10",
    "7, 10, 5, 60, 7, 10",
    "5, 60, -1, 0, -1, 0",
    "-1, 0, 5, 60, -1, 0",
    "0, 0, 5, 60, 5, 60",
    "5, 60, 5, 90, 5, 90"
  })
  void largestQuotaWinsWithItsRenewal(
      long quota, long renewal, long other, long otherRenewal, long most, long mostRenewal) {
    policy(
        "'id': 'p', 'quota_max': %d, 'quota_renewal_rate': %d, 'access_rights': {'a': {}}"
            .formatted(quota, renewal));
    policy(
        "'id': 'q', 'quota_max': %d, 'quota_renewal_rate': %d, 'access_rights': {'a': {}}"
            .formatted(other, otherRenewal));

    AppliedPolicies applied = apply("'apply_policies': ['p', 'q']");

    assertThat(applied.allowance("a").quotaMax()).isEqualTo(most);
    assertThat(applied.allowance("a").quotaRenewal()).isEqualTo(mostRenewal);
  }

  @Test
  void largestThrottleWins() {
    policy(
        "'id': 'p', 'throttle_interval': 1, 'throttle_retry_limit': 9, 'access_rights': {'a': {}}");
    policy(
        "'id': 'q', 'throttle_interval': 2, 'throttle_retry_limit': 3, 'access_rights': {'a': {}}");

    Allowance a = apply("'apply_policies': ['p', 'q']").allowance("a");

    assertThat(a.throttleInterval()).isEqualTo(2);
    assertThat(a.throttleRetries()).isEqualTo(9);
  }

  @Test
  void highestLimitOfEachEndpointWins() {
    policy("'id': 'p', 'access_rights': {'a': {'endpoints': [" + endpoint("/s/x", 5) + "]}}");
    policy(
        "'id': 'q', 'access_rights': {'a': {'endpoints': ["
            + endpoint("/s/x", 7)
            + ","
            + endpoint("/s/y", 1)
            + "]}}");

    AppliedPolicies applied = apply("'apply_policies': ['p', 'q']");

    assertThat(requireNonNull(applied.rights().get("a")).endpoints())
        .containsExactly(
            new EndpointLimit("/s/x", "POST", Allowance.NONE.withRate(7, 1)),
            new EndpointLimit("/s/y", "POST", Allowance.NONE.withRate(1, 1)));
  }

  @Test
  void tagsAreUnited() {
    policy("'id': 'p', 'tags': ['b', 'c'], 'access_rights': {'a': {}}");

    assertThat(apply("'tags': ['a', 'b'], 'apply_policies': ['p']").tags())
        .containsExactly("a", "b", "c");
  }

  @Test
  void metaDataOfThePolicyComesOverThatOfTheKey() {
    policy("'id': 'p', 'meta_data': {'x': 'policy', 'z': '3'}, 'access_rights': {'a': {}}");

    assertThat(apply("'meta_data': {'x': 'key', 'y': '2'}, 'apply_policies': ['p']").metaData())
        .containsOnly(entry("x", "policy"), entry("y", "2"), entry("z", "3"));
  }

  @ParameterizedTest
  @CsvSource({"false, false, false", "true, false, true", "false, true, true"})
  void oneThatIsInactiveIsEnough(boolean key, boolean policy, boolean inactive) {
    policy("'id': 'p', 'is_inactive': %b, 'access_rights': {'a': {}}".formatted(policy));
    policy("'id': 'q', 'access_rights': {'a': {}}");

    assertThat(apply("'is_inactive': %b, 'apply_policies': ['p', 'q']".formatted(key)).inactive())
        .isEqualTo(inactive);
  }

  @Test
  void policyWithoutApisSetsTheLimitsOfTheKey() {
    policy("'id': 'p', 'rate': 2, 'per': 1, 'quota_max': 3");

    AppliedPolicies applied =
        apply("'rate': 9, 'per': 1, 'apply_policies': ['p'], 'access_rights': {'a': {}}");

    assertThat(applied.rights()).containsOnlyKeys("a");
    assertThat(applied.allowance("a")).isEqualTo(new Allowance(2, 1, 0, 0, 3, 0));
  }

  @Test
  void apisAreCountedTogetherWhereOnePolicyGrantsThem() {
    policy("'id': 'p', 'access_rights': {'a': {}, 'b': {}}");

    AppliedPolicies applied = apply("'apply_policies': ['p']");

    assertThat(List.of(applied.scope("a"), applied.scope("b"))).containsOnly("");
  }

  @Test
  void apisOfSeveralPoliciesAreCountedByPolicy() {
    policy("'id': 'p', 'access_rights': {'a': {}, 'c': {}}");
    policy("'id': 'q', 'access_rights': {'b': {}}");

    AppliedPolicies applied = apply("'apply_policies': ['p', 'q']");

    assertThat(List.of(applied.scope("a"), applied.scope("b"), applied.scope("c")))
        .containsExactly("p", "q", "p");
  }

  @Test
  void limitsByApiAreCountedByApiOrByThePolicyTheyAreOf() {
    policy(
        "'id': 'p', 'rate': 9, 'per': 1, 'partitions': {'per_api': true},"
            + " 'access_rights': {'a': {'limit': {'rate': 2, 'per': 1}}, 'b': {}}");

    AppliedPolicies applied = apply("'apply_policies': ['p']");

    assertThat(applied.allowance("a").rate()).isEqualTo(2);
    assertThat(applied.scope("a")).isEqualTo("a");
    assertThat(applied.allowance("b").rate()).isEqualTo(9);
    assertThat(applied.scope("b")).isEqualTo("p");
  }

  @Test
  void highestOfTheLimitsByApiWins() {
    String perApi = "'partitions': {'per_api': true}, 'access_rights': {'a': {'limit': ";
    policy("'id': 'p', " + perApi + "{'rate': 2, 'per': 1, 'quota_max': 9}}}");
    policy("'id': 'q', " + perApi + "{'rate': 3, 'per': 1, 'quota_max': 8}}}");

    Allowance a = apply("'apply_policies': ['p', 'q']").allowance("a");

    assertThat(a.rate()).isEqualTo(3);
    assertThat(a.quotaMax()).isEqualTo(9);
  }

  @Test
  void whatAPolicyAsksForCountsForTheKey() {
    policy("'id': 'p', 'smoothing': {'enabled': true}, 'access_rights': {'a': {}}");

    assertThat(apply("'apply_policies': ['p']").refusal())
        .hasValue(
            "the key asks for smoothing of the rate limit, which this build of Weir cannot enforce");
  }

  private static String endpoint(String path, int rate) {
    return "{'path': '%s', 'methods': [{'name': 'POST', 'limit': {'rate': %d, 'per': 1}}]}"
        .formatted(path, rate);
  }

  private void policy(String fields) {
    String organised = fields.contains("org_id") ? fields : fields + ", 'org_id': 'o'";
    PolicyFile file = new PolicyReader().read(Path.of("p.json"), quoted("{" + organised + "}"));
    PolicyDefinition policy = requireNonNull(file.definition());
    policies.put(policy.id(), policy);
  }

  private AppliedPolicies apply(String fields) {
    Reading<KeyDefinition> key =
        new KeyReader(false).read("key", quoted("{" + fields + ", 'org_id': 'o'}"));
    return AppliedPolicies.of(requireNonNull(key.value()), policies::get);
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }

  private static void assertRefused(AppliedPolicies applied, String why) {
    assertThat(applied.isRefused()).isTrue();
    assertThat(applied.problems()).anyMatch(problem -> problem.message().contains(why));
  }
}
