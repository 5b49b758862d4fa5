package dev.weir.engine;

import dev.weir.filter.ListenPath;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.listener.ClientTrust;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an API asks of those who call it. Immutable; compared by identity. For all threads. */
public final class Access {
  private final AskedCredential[] asked;
  private final AskedCredential base;
  private final boolean waits;
  private final boolean elsewhere;
  private final @Nullable ClientTrust holders;
  private final String apiId;
  private final ListenPath by;
  private final boolean strips;
  private final boolean limits;
  private final boolean counts;

  private Access(
      AskedCredential[] asked,
      AskedCredential base,
      @Nullable ClientTrust holders,
      String apiId,
      ListenPath by,
      boolean strips,
      boolean limits,
      boolean counts) {
    this.asked = asked;
    this.base = base;
    this.waits = Arrays.stream(asked).anyMatch(AskedCredential::isProvenElsewhere);
    this.elsewhere = Arrays.stream(asked).anyMatch(AskedCredential::isElsewhere);
    this.holders = holders;
    this.apiId = apiId;
    this.by = by;
    this.strips = strips;
    this.limits = limits;
    this.counts = counts;
  }

  /**
   * All of these credentials at once.
   *
   * @param asked in the order in which they are looked at
   * @param base the one of them whose key tells what may be called, and how often
   * @param apiId what grants call the API
   * @param by the listen path that calls come by
   * @param strips whether endpoints do not get to see what is shown
   * @param limits whether the rates of those who call count
   * @param counts whether their quotas do
   */
  public static Access by(
      List<AskedCredential> asked,
      AskedCredential base,
      String apiId,
      ListenPath by,
      boolean strips,
      boolean limits,
      boolean counts) {
    return new Access(
        asked.toArray(AskedCredential[]::new), base, null, apiId, by, strips, limits, counts);
  }

  /** The same, where certificates that are asked for have to be good for that. */
  public Access of(ClientTrust clients) {
    return new Access(asked, base, clients, apiId, by, strips, limits, counts);
  }

  /** The same for calls by another listen path. */
  public Access at(ListenPath other) {
    return new Access(asked, base, holders, apiId, other, strips, limits, counts);
  }

  int size() {
    return asked.length;
  }

  AskedCredential asked(int index) {
    return asked[index];
  }

  boolean isBase(AskedCredential one) {
    return one == base;
  }

  /** The one whose key tells what may be called. */
  AskedCredential base() {
    return base;
  }

  /** Which certificates can be asked whose they are; null where none is, or others are listed. */
  @Nullable ClientTrust holders() {
    return holders;
  }

  /** Whether callers of HTTP may show some of it in queries and cookies. */
  boolean isElsewhere() {
    return elsewhere;
  }

  /** A path without what is shown in its query; the same field where there is none. */
  HeaderField tellable(HeaderField path) {
    byte[] rest = path.value();
    for (AskedCredential one : asked) {
      rest = one.places().withoutParameter(rest);
    }
    return rest.length == path.value().length ? path : HeaderField.of(HeaderName.PATH, rest);
  }

  /** The value of a cookie field without what is shown there. */
  byte[] withoutCookies(byte[] cookies) {
    byte[] rest = cookies;
    for (AskedCredential one : asked) {
      rest = one.places().withoutCookie(rest);
    }
    return rest;
  }

  /** Whether a call may have to wait until one of them is proven elsewhere. */
  boolean waits() {
    return waits;
  }

  String apiId() {
    return apiId;
  }

  ListenPath calledBy() {
    return by;
  }

  boolean limits() {
    return limits;
  }

  boolean counts() {
    return counts;
  }

  boolean strips() {
    return strips;
  }
}
