package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Member;
import dev.weir.model.ApiDefinition;
import dev.weir.model.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The groups of endpoints that calls are sent to: for each API that of its targets, and one for
 * each host that it sends calls to besides. What was there before and is the same goes on. For one
 * use.
 */
final class EndpointGroups {
  private final Map<String, EndpointGroup> before;
  private final Inputs inputs;
  private final Map<String, EndpointGroup> kept = new HashMap<>();
  private final Map<String, EndpointGroup> ofApi = new HashMap<>();

  EndpointGroups(Map<String, EndpointGroup> before, Inputs inputs) {
    this.before = before;
    this.inputs = inputs;
  }

  /** Forgets those that were made for an API since, which is not served. */
  void begin() {
    ofApi.clear();
  }

  /** Those made since {@link #begin}. */
  Map<String, EndpointGroup> made() {
    return ofApi;
  }

  /** These are for an API that is served. */
  void keep(Map<String, EndpointGroup> served) {
    kept.putAll(served);
  }

  /** All that are kept; each by what it is found by the next time. */
  Map<String, EndpointGroup> kept() {
    return kept;
  }

  /** That of an API's own targets. */
  EndpointGroup of(ApiDefinition api) throws Unusable {
    return group(api, api.apiId(), api.proxy().targets());
  }

  /** That of the targets of a version which has its own. */
  EndpointGroup of(ApiDefinition version, String name) throws Unusable {
    return group(version, version.apiId() + " version " + name, version.proxy().targets());
  }

  /** That of a target which calls of an API go to besides. */
  EndpointGroup of(ApiDefinition api, Target target) throws Unusable {
    // No api_id has a blank.
    return group(api, api.apiId() + " " + target, List.of(target));
  }

  private EndpointGroup group(ApiDefinition api, String key, List<Target> targets) throws Unusable {
    // What an API has that is served is what it has as a version of others.
    EndpointGroup made = ofApi.getOrDefault(key, kept.get(key));
    if (made == null) {
      List<Member> members = new ArrayList<>();
      for (Target target : targets) {
        members.add(
            new Member(
                target.host(),
                target.port(),
                target.authority(),
                target.pathPrefix(),
                inputs.transport(api, target)));
      }
      made = group(api.apiId(), before.get(key), members);
      ofApi.put(key, made);
    }
    return made;
  }

  private static EndpointGroup group(
      String apiId, @Nullable EndpointGroup known, List<Member> members) {
    if (known == null) {
      return new EndpointGroup(apiId, members, EndpointGroups::random);
    }
    return known.consistsOf(members)
        ? known
        : new EndpointGroup(apiId, members, EndpointGroups::random, known);
  }

  private static double random() {
    return ThreadLocalRandom.current().nextDouble();
  }
}
