package dev.weir.balance;

/**
 * What is spoken on connections to an endpoint. Equal ones are the same to a group whose names are
 * resolved again, unequal ones never share a connection.
 */
public interface Transport {
  /** HTTP/2 in clear text with prior knowledge (RFC 9113, 3.3). */
  Transport H2C =
      new Transport() {
        @Override
        public boolean isSecure() {
          return false;
        }

        @Override
        public String toString() {
          return "h2c";
        }
      };

  /** Whether calls are {@code https} to the endpoint. */
  boolean isSecure();
}
