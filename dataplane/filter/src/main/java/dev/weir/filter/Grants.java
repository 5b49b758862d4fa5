package dev.weir.filter;

import dev.weir.call.ProxyError;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an identity may do, of all APIs. Immutable but for the memo; compared by identity. For all
 * threads.
 */
public final class Grants {
  private final @Nullable ProxyError denial;
  private final Map<String, Grant> apis;
  private final @Nullable Grant others;
  private final Map<String, String> metaData;
  private final Set<String> certificates;
  private final boolean bound;
  private final boolean endsStreams;
  private @Nullable Object memo;

  private Grants(
      @Nullable ProxyError denial,
      Map<String, Grant> apis,
      @Nullable Grant others,
      Map<String, String> metaData,
      Set<String> certificates,
      boolean endsStreams) {
    this.denial = denial;
    this.apis = Map.copyOf(apis);
    this.others = others;
    this.metaData = Map.copyOf(metaData);
    this.certificates = Set.copyOf(certificates);
    this.bound = !certificates.isEmpty();
    this.endsStreams = endsStreams;
  }

  /** Nothing, for this reason. */
  public static Grants denied(ProxyError reason) {
    return new Grants(reason, Map.of(), null, Map.of(), Set.of(), true);
  }

  /**
   * What is granted.
   *
   * @param apis by the id of the API
   */
  public static Grants of(Map<String, Grant> apis) {
    return new Grants(null, apis, null, Map.of(), Set.of(), true);
  }

  /** The same of every API. */
  public static Grants ofAll(Grant grant) {
    return new Grants(null, Map.of(), grant, Map.of(), Set.of(), true);
  }

  /** The same with what may be told to endpoints of whom it is granted to, by its names. */
  public Grants with(Map<String, String> told) {
    return new Grants(denial, apis, others, told, certificates, endsStreams);
  }

  /**
   * The same for clients only that have proven to have one of these certificates.
   *
   * @param fingerprints SHA-256 in hexadecimal digits, in lower case; none for any client
   */
  public Grants boundTo(Set<String> fingerprints) {
    return new Grants(denial, apis, others, metaData, fingerprints, endsStreams);
  }

  /** The same, where calls that are open go on when they could not be made any more. */
  public Grants withoutEnd() {
    return new Grants(denial, apis, others, metaData, certificates, false);
  }

  /**
   * Whether calls end that were let in before, if they could not be made any more. Who is gone, or
   * has lost a policy, says nothing of that: what was said before counts.
   */
  public boolean endsStreamsOf(Grants before) {
    return before.endsStreams || (endsStreams && !isGone());
  }

  private boolean isGone() {
    return denial != null
        && denial.kind() != ProxyError.Kind.KEY_INACTIVE
        && denial.kind() != ProxyError.Kind.KEY_NOT_SERVED;
  }

  /** Whether it is for clients with certain certificates only. */
  public boolean isBound() {
    return bound;
  }

  /** Whether it is for a client with this certificate, if it is bound. */
  public boolean isBoundTo(String fingerprint) {
    return certificates.contains(fingerprint);
  }

  /** See {@link #with}. */
  public Map<String, String> metaData() {
    return metaData;
  }

  /** What somebody has found out about it last; null for nothing. */
  public @Nullable Object memo() {
    return memo;
  }

  /**
   * Keeps what was found out.
   *
   * @param found immutable: it reaches other threads by itself, sooner or later
   */
  public void memo(Object found) {
    memo = found;
  }

  /** Why nothing is granted; null when something is. */
  public @Nullable ProxyError denial() {
    return denial;
  }

  /** What is granted of an API; null for nothing. */
  public @Nullable Grant of(String apiId) {
    Grant grant = apis.get(apiId);
    return grant == null ? others : grant;
  }
}
