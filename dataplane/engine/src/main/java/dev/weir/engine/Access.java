package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.http2.HeaderName;

/** What an API asks of those who call it. Immutable; compared by identity. For all threads. */
public final class Access {
  /** What callers show. */
  public enum Credential {
    /** As it is, or after {@code Bearer}. */
    TOKEN,
    /** With a name (RFC 7617). */
    PASSWORD
  }

  private final Credential credential;
  private final String apiId;
  private final int listenBytes;
  private final byte[] owner;
  private final HeaderName header;
  private final boolean strips;
  private final boolean limits;
  private final boolean counts;

  private Access(
      Credential credential,
      String apiId,
      int listenBytes,
      String owner,
      HeaderName header,
      boolean strips,
      boolean limits,
      boolean counts) {
    this.credential = credential;
    this.apiId = apiId;
    this.listenBytes = listenBytes;
    this.owner = owner.getBytes(UTF_8);
    this.header = header;
    this.strips = strips;
    this.limits = limits;
    this.counts = counts;
  }

  /**
   * A credential of an organisation.
   *
   * @param apiId what grants call the API
   * @param listenBytes how many bytes of a path lie before that of the method
   * @param organisation is in front of a user's name, and may be in front of a token that is not
   *     known by itself
   * @param header the field that has the token, in lower case
   * @param strips whether endpoints do not get to see it
   * @param limits whether the rates of those who call count
   * @param counts whether their quotas do
   */
  public static Access by(
      Credential credential,
      String apiId,
      int listenBytes,
      String organisation,
      String header,
      boolean strips,
      boolean limits,
      boolean counts) {
    return new Access(
        credential,
        apiId,
        listenBytes,
        organisation,
        HeaderName.of(header),
        strips,
        limits,
        counts);
  }

  boolean isByPassword() {
    return credential == Credential.PASSWORD;
  }

  String apiId() {
    return apiId;
  }

  int listenBytes() {
    return listenBytes;
  }

  /** What may be in front of a credential; read only. */
  byte[] owner() {
    return owner;
  }

  HeaderName header() {
    return header;
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
