package dev.weir.model;

/** How those who call an API say who they are. */
public sealed interface Authentication {

  /** Everybody may call. */
  record Keyless() implements Authentication {}

  /**
   * By a token.
   *
   * @param header the field that has it, in lower case
   * @param strips {@code strip_auth_data}, whether endpoints do not get to see it
   */
  record Token(String header, boolean strips) implements Authentication {}

  /**
   * By a name and a password (RFC 7617).
   *
   * @param header as for a token
   * @param strips as for a token
   */
  record Basic(String header, boolean strips) implements Authentication {}
}
