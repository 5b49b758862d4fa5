package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.weir.call.ProxyError;
import dev.weir.filter.SignedTokens;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderName;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** One thing that callers of an API have to show. Immutable. For all threads. */
public final class AskedCredential {
  /** What it is. */
  public enum Kind {
    /** As it is, or after {@code Bearer}. */
    TOKEN(0, ProxyError.Kind.CREDENTIAL_MISSING, "a credential"),
    /** The certificate that the client has proven to have in its handshake. */
    CERTIFICATE(0, ProxyError.Kind.KEY_CERTIFICATE_MISSING, "a client certificate"),
    /** With a name (RFC 7617). */
    PASSWORD(2, ProxyError.Kind.LOGIN_MISSING, "a name and password (Basic)"),
    /** Signed by somebody else, after {@code Bearer} or as it is. */
    SIGNED(1, ProxyError.Kind.TOKEN_MISSING, "a signed token (JWT)");

    private final int cost;
    private final ProxyError.Kind missing;
    private final String words;

    Kind(int cost, ProxyError.Kind missing, String words) {
      this.cost = cost;
      this.missing = missing;
      this.words = words;
    }

    /** What a call is refused with that has none of it, or more than one. */
    ProxyError.Kind missing() {
      return missing;
    }

    /** For messages. */
    String words() {
      return words;
    }
  }

  private final Kind kind;
  private final byte[] owner;
  private final FoldedNames header;
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
    this.header = header.isEmpty() ? FoldedNames.NONE : FoldedNames.of(List.of(header));
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

  /** Whether a field of a head can have it at all. */
  boolean isInHeads() {
    return header != FoldedNames.NONE;
  }

  /** Whether a field of this name has it, however servers spell that. */
  boolean isIn(HeaderName name) {
    return header.has(name);
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
