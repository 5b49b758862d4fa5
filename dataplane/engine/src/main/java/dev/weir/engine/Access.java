package dev.weir.engine;

import java.util.List;

/** What an API asks of those who call it. Immutable; compared by identity. For all threads. */
public final class Access {
  private final List<AskedCredential> asked;
  private final AskedCredential base;
  private final boolean waits;
  private final String apiId;
  private final int listenBytes;
  private final boolean strips;
  private final boolean limits;
  private final boolean counts;

  private Access(
      List<AskedCredential> asked,
      AskedCredential base,
      String apiId,
      int listenBytes,
      boolean strips,
      boolean limits,
      boolean counts) {
    this.asked = List.copyOf(asked);
    this.base = base;
    this.waits = asked.stream().anyMatch(AskedCredential::isProvenElsewhere);
    this.apiId = apiId;
    this.listenBytes = listenBytes;
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
   * @param listenBytes how many bytes of a path lie before that of the method
   * @param strips whether endpoints do not get to see what is shown
   * @param limits whether the rates of those who call count
   * @param counts whether their quotas do
   */
  public static Access by(
      List<AskedCredential> asked,
      AskedCredential base,
      String apiId,
      int listenBytes,
      boolean strips,
      boolean limits,
      boolean counts) {
    return new Access(asked, base, apiId, listenBytes, strips, limits, counts);
  }

  int size() {
    return asked.size();
  }

  AskedCredential asked(int index) {
    return asked.get(index);
  }

  boolean isBase(AskedCredential one) {
    return one == base;
  }

  /** Whether a call may have to wait until one of them is proven elsewhere. */
  boolean waits() {
    return waits;
  }

  String apiId() {
    return apiId;
  }

  int listenBytes() {
    return listenBytes;
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
