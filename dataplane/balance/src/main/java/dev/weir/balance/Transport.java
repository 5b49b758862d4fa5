package dev.weir.balance;

/** What is spoken on a connection to an endpoint. */
public enum Transport {
  /** HTTP/2 in clear text with prior knowledge (RFC 9113, 3.3). */
  H2C
}
