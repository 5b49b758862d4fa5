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

    /** The field that has it, in lower case; empty where none does. */
    String header();

    /** What switches it on. */
    String flag();
  }

  /** A token. */
  public record Token(String header) implements Method {
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
    public String header() {
      return "";
    }
  }

  /** A name and a password (RFC 7617). */
  public record Basic(String header) implements Method {
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
  public record Jwt(String header, JwtRules rules) implements Method {
    @Override
    public String flag() {
      return "enable_jwt";
    }
  }
}
