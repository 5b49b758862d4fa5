package dev.weir.compiler;

import dev.weir.engine.ApiRates;
import dev.weir.engine.CallLimits;
import dev.weir.engine.HeadEdits;
import dev.weir.engine.MockAnswer;
import dev.weir.engine.Rewrite;
import dev.weir.engine.Terms;
import dev.weir.filter.AddressRange;
import dev.weir.filter.AddressRules;
import dev.weir.filter.EndpointRates;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodChoice;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.PathChoice;
import dev.weir.filter.PathLists;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.model.AddressLists;
import dev.weir.model.Allowance;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiRates.Endpoint;
import dev.weir.model.GatewayConfig.PathMatching;
import dev.weir.model.HardTimeouts;
import dev.weir.model.HardTimeouts.PathTimeout;
import dev.weir.model.HeadChanges.Change;
import dev.weir.model.HeadChanges.PathChange;
import dev.weir.model.HeadChanges.Side;
import dev.weir.model.MethodTransforms;
import dev.weir.model.MockResponses;
import dev.weir.model.PathLists.Entry;
import dev.weir.model.SizeLimits;
import dev.weir.model.SizeLimits.PathSize;
import dev.weir.model.UrlRewrites;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns what a definition asks of calls, whoever makes them, into what decides on their heads. */
final class TermsCompiler {
  private static final String WRITE_PATH =
      "write /pkg.Service/Method, /pkg.Service/* or a pattern of RE2";

  private TermsCompiler() {}

  /**
   * The terms of an API; null where it asks for nothing.
   *
   * @param hidden names of fields that endpoints do not get
   * @param version the name of the version that they are of; null for an API without versions
   * @param by the listen path that calls come by
   * @throws Unusable for what is no pattern, at its place
   */
  static @Nullable Terms compile(
      ApiDefinition api,
      @Nullable String version,
      ListenPath by,
      PathMatching set,
      List<String> hidden,
      Inputs inputs,
      EndpointGroups groups)
      throws Unusable {
    AddressRules addresses = addresses(api.addresses());
    var matching = new Matching(set.prefixMatching(), set.suffixMatching(), api.loosePaths());
    PathLists paths = paths(api.paths(), matching);
    PathChoice<HeadEdits> request = edits(api.changes().request(), hidden, matching);
    PathChoice<HeadEdits> answer = edits(api.changes().response(), List.of(), matching);
    ApiRates rates = rates(api, version, matching, inputs);
    PathChoice<Duration> timeouts = timeouts(api.timeouts(), matching);
    PathChoice<Long> sizes = sizes(api.sizes(), matching);
    PathChoice<HeaderField> methods = methods(api.methods(), matching);
    PathChoice<MockAnswer> mocks = mocks(api.mocks(), matching);
    PathChoice<Rewrite> rewrites = rewrites(api, matching, groups);
    MethodChoice<CallLimits> limits = CallLimitsCompiler.compile(api.limits());
    return Stream.of(
                addresses, paths, request, answer, rates, timeouts, sizes, methods, mocks, rewrites,
                limits)
            .allMatch(Objects::isNull)
        ? null
        : new Terms(
            addresses,
            paths,
            request,
            answer,
            rates,
            timeouts,
            sizes,
            methods,
            mocks,
            rewrites,
            limits,
            by,
            NamedMethods.of(api));
  }

  private static @Nullable PathChoice<HeaderField> methods(
      MethodTransforms methods, Matching matching) throws Unusable {
    if (methods.isEmpty()) {
      return null;
    }
    var entries = new ArrayList<PathChoice.Entry<HeaderField>>();
    for (Entry paths : methods.toPost()) {
      entries.add(
          new PathChoice.Entry<>(
              entry(paths, matching), HeaderField.of(HeaderName.METHOD, "POST")));
    }
    return new PathChoice<>(entries, null, matching);
  }

  private static @Nullable PathChoice<MockAnswer> mocks(MockResponses mocks, Matching matching)
      throws Unusable {
    if (mocks.isEmpty()) {
      return null;
    }
    var entries = new ArrayList<PathChoice.Entry<MockAnswer>>();
    for (MockResponses.Mock mock : mocks.entries()) {
      entries.add(
          new PathChoice.Entry<>(entry(mock.paths(), matching), MockCompiler.compile(mock)));
    }
    return new PathChoice<>(entries, null, matching);
  }

  private static @Nullable PathChoice<Rewrite> rewrites(
      ApiDefinition api, Matching matching, EndpointGroups groups) throws Unusable {
    if (api.rewrites().isEmpty()) {
      return null;
    }
    var compiler = new RewriteCompiler(api, groups);
    var entries = new ArrayList<PathChoice.Entry<Rewrite>>();
    for (UrlRewrites.Rewrite written : api.rewrites().entries()) {
      entries.add(
          new PathChoice.Entry<>(entry(written.paths(), matching), compiler.compile(written)));
    }
    return new PathChoice<>(entries, null, matching);
  }

  private static @Nullable PathChoice<Duration> timeouts(HardTimeouts timeouts, Matching matching)
      throws Unusable {
    if (timeouts.isEmpty()) {
      return null;
    }
    var entries = new ArrayList<PathChoice.Entry<Duration>>();
    for (PathTimeout path : timeouts.paths()) {
      entries.add(
          new PathChoice.Entry<>(entry(path.paths(), matching), path.timeout().orElse(null)));
    }
    return new PathChoice<>(entries, timeouts.all().orElse(null), matching);
  }

  /** As in Tyk, what is said of all counts besides. */
  private static @Nullable PathChoice<Long> sizes(SizeLimits sizes, Matching matching)
      throws Unusable {
    if (sizes.isEmpty()) {
      return null;
    }
    long most = sizes.all().orElse(CallLimits.NO_LIMIT);
    var entries = new ArrayList<PathChoice.Entry<Long>>();
    for (PathSize path : sizes.paths()) {
      entries.add(
          new PathChoice.Entry<>(entry(path.paths(), matching), Math.min(most, path.bytes())));
    }
    return new PathChoice<>(entries, most, matching);
  }

  private static @Nullable PathChoice<HeadEdits> edits(
      Side side, List<String> hidden, Matching matching) throws Unusable {
    if (side.isEmpty() && hidden.isEmpty()) {
      return null;
    }
    var first = new Change(hidden, Map.of());
    var entries = new ArrayList<PathChoice.Entry<HeadEdits>>();
    for (PathChange path : side.paths()) {
      entries.add(
          new PathChoice.Entry<>(
              entry(path.paths(), matching),
              HeadEditsCompiler.compile(first, side.all(), path.change())));
    }
    return new PathChoice<>(entries, HeadEditsCompiler.compile(first, side.all()), matching);
  }

  private static @Nullable AddressRules addresses(AddressLists lists) {
    return lists.isEmpty()
        ? null
        : new AddressRules(
            lists.allowed().map(TermsCompiler::ranges).orElse(null), ranges(lists.blocked()));
  }

  private static List<AddressRange> ranges(List<dev.weir.model.AddressRange> ranges) {
    return ranges.stream().map(range -> new AddressRange(range.first(), range.bits())).toList();
  }

  private static @Nullable PathLists paths(dev.weir.model.PathLists lists, Matching matching)
      throws Unusable {
    if (lists.isEmpty()) {
      return null;
    }
    return PathLists.of(
        entries(lists.ignored(), matching),
        entries(lists.blocked(), matching),
        lists.allowed().isEmpty() ? null : entries(lists.allowed().get(), matching),
        matching);
  }

  private static List<PathLists.Entry> entries(List<Entry> written, Matching matching)
      throws Unusable {
    var entries = new ArrayList<PathLists.Entry>();
    for (Entry entry : written) {
      entries.add(entry(entry, matching));
    }
    return entries;
  }

  private static PathLists.Entry entry(Entry written, Matching matching) throws Unusable {
    var entry = new PathLists.Entry(written.path(), written.methods(), written.ignoresCase());
    try {
      entry.check(matching);
    } catch (IllegalArgumentException e) {
      throw new Unusable(written.error("\"" + written.path() + "\" " + e.getMessage(), WRITE_PATH));
    }
    return entry;
  }

  private static @Nullable ApiRates rates(
      ApiDefinition api, @Nullable String version, Matching matching, Inputs inputs)
      throws Unusable {
    dev.weir.model.ApiRates written = api.rates();
    if (written.isEmpty()) {
      return null;
    }
    String scope = api.apiId() + " ";
    String methods = version == null ? scope : scope + version + "\n";
    var entries = new ArrayList<EndpointRates.Entry>();
    for (Endpoint endpoint : written.endpoints()) {
      entries.add(entry(methods, endpoint, matching));
    }
    var endpoints = new EndpointRates(entries, matching);
    var limits = new ArrayList<RateLimit>();
    for (int i = 0; i < endpoints.size(); i++) {
      limits.add(inputs.rate(Objects.requireNonNull(endpoints.rate(i))));
    }
    return new ApiRates(
        written.all().limitsRate() ? inputs.rate(rule(scope, written.all())) : null,
        entries.isEmpty() ? null : endpoints,
        limits);
  }

  private static EndpointRates.Entry entry(String scope, Endpoint endpoint, Matching matching)
      throws Unusable {
    RateRule rule = rule(scope + endpoint.method() + " " + endpoint.path(), endpoint.rate());
    var entry =
        new EndpointRates.Entry(endpoint.path(), endpoint.method(), endpoint.ignoresCase(), rule);
    try {
      EndpointRates _ = new EndpointRates(List.of(entry), matching);
    } catch (IllegalArgumentException e) {
      throw new Unusable(
          endpoint.error("\"" + endpoint.path() + "\" " + e.getMessage(), WRITE_PATH));
    }
    return entry;
  }

  private static RateRule rule(String scope, Allowance rate) {
    return new RateRule(scope, rate.rate(), rate.per());
  }
}
