package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.weir.filter.SignedTokens;
import dev.weir.http2.HeaderName;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One thing that callers of an API have to show. Immutable. For all threads. */
public final class AskedCredential {
  /** What it is. */
  public enum Kind {
    /** As it is, or after {@code Bearer}. */
    TOKEN(0),
    /** The certificate that the client has proven to have in its handshake. */
    CERTIFICATE(0),
    /** With a name (RFC 7617). */
    PASSWORD(2),
    /** Signed by somebody else, after {@code Bearer} or as it is. */
    SIGNED(1);

    private final int cost;

    Kind(int cost) {
      this.cost = cost;
    }
  }

  private final Kind kind;
  private final byte[] owner;
  private final @Nullable HeaderName header;
  private final HttpPlaces places;
  private final String where;
  private final SignedTokens tokens;

  /**
   * @param organisation is in front of a user's name and of a certificate's fingerprint, and may be
   *     in front of a token that is not known by itself
   * @param header the field that has it, in lower case; empty for none
   */
  public AskedCredential(Kind kind, String organisation, String header) {
    this(kind, organisation, header, "", "");
  }

  /**
   * One that callers of HTTP may show elsewhere too.
   *
   * @param parameter of the query; empty for none
   * @param cookie empty for none
   */
  public AskedCredential(
      Kind kind, String organisation, String header, String parameter, String cookie) {
    this(kind, organisation, header, parameter, cookie, SignedTokens.NOBODY);
  }

  private AskedCredential(
      Kind kind,
      String organisation,
      String header,
      String parameter,
      String cookie,
      SignedTokens tokens) {
    this.kind = kind;
    this.owner = organisation.getBytes(UTF_8);
    this.header = header.isEmpty() ? null : HeaderName.of(header);
    this.places = new HttpPlaces(parameter, cookie);
    this.where = where(header, parameter, cookie);
    this.tokens = tokens;
  }

  /**
   * A token that somebody else has signed.
   *
   * @param header as for the others
   * @param parameter as for the others
   * @param cookie as for the others
   * @param tokens those that are believed
   */
  public static AskedCredential signed(
      String header, String parameter, String cookie, SignedTokens tokens) {
    return new AskedCredential(Kind.SIGNED, "", header, parameter, cookie, tokens);
  }

  Kind kind() {
    return kind;
  }

  /** Whether finding out whose it is takes so long that other threads do it. */
  public boolean isProvenElsewhere() {
    return kind.cost > 0;
  }

  /** What takes longer to find out has more: a password has more than a signature. */
  public int cost() {
    return kind.cost;
  }

  /** What may be in front of a credential; read only. */
  byte[] owner() {
    return owner;
  }

  /** Of {@link Kind#SIGNED}. */
  SignedTokens tokens() {
    return tokens;
  }

  /** Null for none. */
  @Nullable HeaderName header() {
    return header;
  }

  /** Whether callers of HTTP may show it elsewhere too. */
  boolean isElsewhere() {
    return !places.areNone();
  }

  HttpPlaces places() {
    return places;
  }

  /** Where it is shown, in words. */
  String where() {
    return where;
  }

  private static String where(String header, String parameter, String cookie) {
    return Stream.of(
            header,
            parameter.isEmpty() ? "" : "the query parameter " + parameter,
            cookie.isEmpty() ? "" : "the cookie " + cookie)
        .filter(place -> !place.isEmpty())
        .collect(joining(" or "));
  }

  /** Whether the same credential stands for the same one, shown for this or for another. */
  boolean isAs(AskedCredential other) {
    return this == other
        || (kind == other.kind && tokens.equals(other.tokens) && Arrays.equals(owner, other.owner));
  }
}
