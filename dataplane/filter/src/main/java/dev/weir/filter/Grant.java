package dev.weir.filter;

import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an identity may do with an API. Immutable; compared by identity. For all threads. */
public final class Grant {
  private static final byte[] POST = {'P', 'O', 'S', 'T'};

  private final MethodRules methods;
  private final @Nullable RateRule rate;
  private final @Nullable QuotaRule quota;
  private final @Nullable EndpointRates endpoints;
  private final @Nullable Set<String> versions;

  /**
   * These methods.
   *
   * @param rate how often they may be called, all together; null for any rate
   * @param quota how much, all together; null for any number
   * @param endpoints rates of single methods; null for none
   */
  public Grant(
      MethodRules methods,
      @Nullable RateRule rate,
      @Nullable QuotaRule quota,
      @Nullable EndpointRates endpoints) {
    this(methods, rate, quota, endpoints, null);
  }

  private Grant(
      MethodRules methods,
      @Nullable RateRule rate,
      @Nullable QuotaRule quota,
      @Nullable EndpointRates endpoints,
      @Nullable Set<String> versions) {
    this.versions = versions;
    this.methods = methods;
    this.rate = rate;
    this.quota = quota;
    this.endpoints = endpoints;
  }

  /** The same of no other versions than these, where the API has versions. */
  public Grant ofVersions(Collection<String> names) {
    return new Grant(methods, rate, quota, endpoints, Set.copyOf(names));
  }

  /**
   * Whether a version may be called.
   *
   * @param name null for an API without versions
   */
  public boolean allowsVersion(@Nullable String name) {
    return name == null || versions == null || versions.contains(name);
  }

  /** Whether it matters which method a path stands for. */
  public boolean limitsMethods() {
    return !methods.permitsEverything() || endpoints != null;
  }

  /** Which methods; grants may have the same. */
  public MethodRules methods() {
    return methods;
  }

  /** How often calls may be made; null for any rate. */
  public @Nullable RateRule rate() {
    return rate;
  }

  /** Rates of single methods, which count in place of {@link #rate}; null for none. */
  public @Nullable EndpointRates endpoints() {
    return endpoints;
  }

  /** How many calls may be made until they are counted anew; null for any number. */
  public @Nullable QuotaRule quota() {
    return quota;
  }

  /**
   * Whether a call of gRPC may be made. Of two calls with equal arguments both may, or none.
   *
   * @param path as the caller sent it
   * @param by the listen path that was called
   */
  public boolean allowsGrpc(byte[] path, ListenPath by) {
    return allows(path, by, POST);
  }

  /**
   * Whether a call may be made.
   *
   * @param path as the caller sent it; a query is no part of what is asked
   * @param by as in {@link #allowsGrpc}
   * @param httpMethod in ASCII
   */
  public boolean allows(byte[] path, ListenPath by, byte[] httpMethod) {
    int end = 0;
    while (end < path.length && path[end] != '?') {
      end++;
    }
    byte[] whole = end == path.length ? path : Arrays.copyOf(path, end);
    if (methods.allows(whole, httpMethod)) {
      return true;
    }
    for (byte[] form : by.others(whole)) {
      if (methods.allows(form, httpMethod)) {
        return true;
      }
    }
    return false;
  }
}
