package dev.weir.compiler;

import static java.util.stream.Collectors.toMap;

import dev.weir.filter.MethodRules;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.model.AccessRight;
import dev.weir.model.ApiDefinition;
import dev.weir.model.GatewayConfig;
import dev.weir.model.PolicyDefinition;
import dev.weir.model.PolicyFolder;
import dev.weir.model.PolicyReader;
import dev.weir.model.Problem;
import dev.weir.model.Settings;
import dev.weir.model.WrittenPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is wrong with keys, policies and lists of paths that cannot be told from one document alone:
 * patterns that are none, APIs and policies that are not there, limits without effect. Immutable,
 * for all threads.
 */
public final class RightsChecks {
  private static final String WRITE_URL =
      "write /pkg.Service/Method, /pkg.Service/* or a pattern of RE2";

  private final Matching matching;

  /**
   * @param matching how patterns are searched in paths
   */
  public RightsChecks(Matching matching) {
    this.matching = matching;
  }

  /** Patterns of a key's document, or a policy's, that are none: errors. */
  public List<Problem> patterns(Settings document) {
    var problems = new ArrayList<Problem>();
    for (WrittenPath path : WrittenPath.of(document)) {
      String problem = path.url().isEmpty() ? null : MethodRules.problem(path.url(), matching);
      if (problem != null) {
        problems.add(path.error("\"%s\" %s".formatted(path.url(), problem), WRITE_URL));
      }
    }
    return problems;
  }

  /** What is wrong with the policies that a configuration names, and with how APIs name them. */
  public List<Problem> all(GatewayConfig config, List<ApiDefinition> apis) {
    PolicyFolder folder = new PolicyReader().read(config.policies());
    var problems = new ArrayList<>(folder.problems());
    Map<String, ApiDefinition> byId =
        apis.stream().collect(toMap(ApiDefinition::apiId, api -> api, (one, _) -> one));
    for (PolicyDefinition policy : folder.policies().values()) {
      problems.addAll(patterns(policy.settings()));
      problems.addAll(rights(policy, byId));
      problems.addAll(idleLimits(policy));
    }
    for (ApiDefinition api : apis) {
      problems.addAll(LoosePaths.warnings(api, matching));
      problems.addAll(missingPolicies(api, folder.policies()));
    }
    return problems;
  }

  private List<Problem> rights(PolicyDefinition policy, Map<String, ApiDefinition> apis) {
    var problems = new ArrayList<Problem>();
    for (AccessRight right : policy.rights().values()) {
      ApiDefinition api = apis.get(right.apiId());
      if (api == null) {
        problems.add(
            policy
                .settings()
                .warning(
                    "access_rights." + right.apiId(),
                    "names an API that is not there",
                    "write the api_id of one in app_path"));
      } else {
        versions(policy, right, api, problems);
      }
    }
    for (WrittenPath path : WrittenPath.of(policy.settings())) {
      ApiDefinition api = apis.get(path.apiId());
      if (api != null && !api.loosePaths()) {
        LoosePaths.warn(path.url(), matching, path::warning, problems);
      }
    }
    return problems;
  }

  private static void versions(
      PolicyDefinition policy, AccessRight right, ApiDefinition api, List<Problem> problems) {
    api.versions()
        .ifPresent(versions -> {
          for (String name : right.versions()) {
            if (versions.all().stream().noneMatch(known -> known.name().equals(name))) {
              problems.add(
                  policy
                      .settings()
                      .warning(
                          "access_rights." + right.apiId() + ".versions",
                          "\"" + name + "\" is no version of the API",
                          "name one of its version_data.versions"));
            }
          }
        });
  }

  /** Limits that a policy has beside a list of parts without them. */
  private static List<Problem> idleLimits(PolicyDefinition policy) {
    var problems = new ArrayList<Problem>();
    PolicyDefinition.Parts parts = policy.parts();
    boolean some = parts.acl() || parts.rateLimit() || parts.quota() || parts.complexity();
    if (some && !parts.rateLimit() && policy.allowance().limitsRate()) {
      problems.add(idle(policy, "rate", "partitions.rate_limit"));
    }
    if (some && !parts.quota() && policy.allowance().hasQuota()) {
      problems.add(idle(policy, "quota_max", "partitions.quota"));
    }
    return problems;
  }

  private static Problem idle(PolicyDefinition policy, String path, String part) {
    return policy
        .settings()
        .warning(path, "has no effect: the policy sets other parts only", "set " + part + " too");
  }

  private static List<Problem> missingPolicies(
      ApiDefinition api, Map<String, PolicyDefinition> policies) {
    return api.settings().texts("jwt_default_policies").stream()
        .filter(id -> !policies.containsKey(id))
        .map(id ->
            api.settings()
                .warning(
                    "jwt_default_policies",
                    "names the policy \"" + id + "\", which is not there: its tokens are refused",
                    "write the id of one"))
        .toList();
  }
}
