package dev.weir.model;

import java.util.List;

/**
 * How those who call an API say who they are: by all of these methods at once.
 *
 * @param methods in the order in which Tyk asks for them; none where everybody may call
 * @param base the method whose key tells what may be called, and how often
 * @param strips {@code strip_auth_data}, whether endpoints do not get to see what callers show
 */
public record Authentication(List<Method> methods, int base, boolean strips) {
  /** Everybody may call. */
  public static final Authentication KEYLESS = new Authentication(List.of(), 0, false);

  public Authentication {
    methods = List.copyOf(methods);
  }

  /** One thing that callers show. */
  public sealed interface Method {

    /** Where it is. */
    Places places();

    /** What switches it on. */
    String flag();
  }

  /**
   * Where callers show something: in one of these places.
   *
   * @param header a field, in lower case; empty for none
   * @param parameter of the query, if it is no call of gRPC; empty for none
   * @param cookie in the same way
   */
  public record Places(String header, String parameter, String cookie) {
    static final Places NONE = new Places("", "", "");

    /** A place that is another's too; empty for none. */
    String shared(Places other) {
      // Servers that cannot tell both characters apart would find two values in one field.
      if (!header.isEmpty() && header.replace('_', '-').equals(other.header.replace('_', '-'))) {
        return header;
      }
      if (!parameter.isEmpty() && parameter.equals(other.parameter)) {
        return "the query parameter " + parameter;
      }
      return !cookie.isEmpty() && cookie.equals(other.cookie) ? "the cookie " + cookie : "";
    }
  }

  /** A token. */
  public record Token(Places places) implements Method {
    @Override
    public String flag() {
      return "use_standard_auth";
    }
  }

  /**
   * In the place of a token, the certificate that the client has proven to have in its handshake.
   */
  public record Certificate(String flag) implements Method {
    @Override
    public Places places() {
      return Places.NONE;
    }
  }

  /** A name and a password (RFC 7617). */
  public record Basic(Places places) implements Method {
    @Override
    public String flag() {
      return "use_basic_auth";
    }
  }

  /**
   * A token that somebody else has signed (RFC 7519).
   *
   * @param rules which are believed
   */
  public record Jwt(Places places, JwtRules rules) implements Method {
    @Override
    public String flag() {
      return "enable_jwt";
    }
  }
}
