package dev.weir.listener;

import io.netty.buffer.ByteBuf;

/**
 * By which kinds of keys a server can prove to a client who it is (RFC 8446, 4.2.3; RFC 5246,
 * 7.4.3): it has to know the signature, and before TLS 1.3 a cipher suite that has it.
 */
record ClientKeys(boolean rsa, boolean ecdsa) {
  /** Of a client that does not tell. */
  static final ClientKeys ANY = new ClientKeys(true, true);

  private static final int TLS_1_3_SUITES = 0x13;

  /**
   * Reads what a client offers.
   *
   * @param suites numbers of cipher suites; lent, its indices stay
   * @param signatures numbers of signature schemes; the same
   */
  static ClientKeys of(ByteBuf suites, ByteBuf signatures) {
    boolean rsa = false;
    boolean ecdsa = false;
    for (int i = signatures.readerIndex(); i + 1 < signatures.writerIndex(); i += 2) {
      int scheme = signatures.getUnsignedShort(i);
      rsa |= isRsa(scheme);
      ecdsa |= (scheme & 0xff) == 3;
    }
    boolean rsaSuite = false;
    boolean ecdsaSuite = false;
    for (int i = suites.readerIndex(); i + 1 < suites.writerIndex(); i += 2) {
      int suite = suites.getUnsignedShort(i);
      boolean any = suite >> 8 == TLS_1_3_SUITES;
      rsaSuite |= any || isRsaSuite(suite);
      ecdsaSuite |= any || isEcdsaSuite(suite);
    }
    return new ClientKeys(rsa && rsaSuite, ecdsa && ecdsaSuite);
  }

  /** PKCS #1, and PSS with a usual key. */
  private static boolean isRsa(int scheme) {
    return (scheme & 0xff) == 1 || (scheme >= 0x0804 && scheme <= 0x0806);
  }

  /** Those that are spoken here, see {@link TlsRules}. */
  private static boolean isRsaSuite(int suite) {
    return suite == 0xc02f || suite == 0xc030 || suite == 0xcca8;
  }

  private static boolean isEcdsaSuite(int suite) {
    return suite == 0xc02b || suite == 0xc02c || suite == 0xcca9;
  }

  /**
   * Whether a key of this kind is good for the client.
   *
   * @param algorithm by its name in Java
   */
  boolean take(String algorithm) {
    return switch (algorithm) {
      case "RSA" -> rsa;
      case "EC" -> ecdsa;
      default -> true;
    };
  }
}
