package dev.weir.listener;

import io.netty.buffer.ByteBuf;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * By which kinds of keys a server can prove to a client who it is (RFC 8446, 4.2.3; RFC 5246,
 * 7.4.3): both have to know the signature, and before TLS 1.3 a cipher suite that has it.
 *
 * @param tls13 whether it speaks TLS 1.3
 * @param suites of TLS 1.2 that it offers, by their IANA names, as far as they are spoken here
 * @param pkcs1 whether it knows such signatures by RSA, which TLS 1.3 has no more
 * @param pss whether it knows such signatures by a usual key of RSA
 */
record ClientKeys(boolean tls13, Set<String> suites, boolean pkcs1, boolean pss, boolean ecdsa) {
  private static final int TLS_1_3 = 0x0304;
  private static final int TLS_1_3_SUITES = 0x13;
  private static final String NEWEST = "TLSv1.3";
  private static final String RSA_SUITE = "TLS_ECDHE_RSA_";
  private static final String ECDSA_SUITE = "TLS_ECDHE_ECDSA_";

  /** Suites of TLS 1.2 that may be spoken here (RFC 5289, 3.2; RFC 7905, 2). */
  private static final Map<Integer, String> SUITES =
      Map.of(
          0xc02b, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          0xc02c, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          0xc02f, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          0xc030, "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          0xcca8, "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
          0xcca9, "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");

  ClientKeys {
    suites = Set.copyOf(suites);
  }

  /**
   * Reads what a client offers.
   *
   * @param suites numbers of cipher suites; lent, its indices stay
   * @param versions numbers of versions, the same; null when it names none, which is for TLS 1.2
   * @param signatures numbers of signature schemes, the same; null when it does not tell
   */
  static ClientKeys of(ByteBuf suites, @Nullable ByteBuf versions, @Nullable ByteBuf signatures) {
    Set<String> known = new HashSet<>();
    boolean newSuite = false;
    for (int i = suites.readerIndex(); i + 1 < suites.writerIndex(); i += 2) {
      int suite = suites.getUnsignedShort(i);
      newSuite |= suite >> 8 == TLS_1_3_SUITES;
      String name = SUITES.get(suite);
      if (name != null) {
        known.add(name);
      }
    }
    return told(newSuite && versions != null && has(versions, TLS_1_3), known, signatures);
  }

  private static ClientKeys told(boolean tls13, Set<String> suites, @Nullable ByteBuf signatures) {
    if (signatures == null) {
      return new ClientKeys(tls13, suites, true, true, true);
    }
    boolean pkcs1 = false;
    boolean pss = false;
    boolean ecdsa = false;
    for (int i = signatures.readerIndex(); i + 1 < signatures.writerIndex(); i += 2) {
      int scheme = signatures.getUnsignedShort(i);
      pkcs1 |= (scheme & 0xff) == 1;
      pss |= scheme >= 0x0804 && scheme <= 0x0806;
      ecdsa |= (scheme & 0xff) == 3;
    }
    return new ClientKeys(tls13, suites, pkcs1, pss, ecdsa);
  }

  private static boolean has(ByteBuf numbers, int wanted) {
    for (int i = numbers.readerIndex(); i + 1 < numbers.writerIndex(); i += 2) {
      if (numbers.getUnsignedShort(i) == wanted) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether a key of this kind is good for the client, by the newest version that both speak.
   *
   * @param algorithm by its name in Java
   */
  boolean take(String algorithm, TlsRules rules) {
    boolean newest = tls13 && rules.versions().contains(NEWEST);
    return switch (algorithm) {
      case "RSA" -> newest ? pss : (pss || pkcs1) && shares(RSA_SUITE, rules);
      case "EC" -> ecdsa && (newest || shares(ECDSA_SUITE, rules));
      default -> false;
    };
  }

  private boolean shares(String kind, TlsRules rules) {
    for (String suite : rules.ciphers()) {
      if (suite.startsWith(kind) && suites.contains(suite)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a key of this kind is good for any client that speaks TLS 1.2. */
  static boolean haveSuite(String algorithm, TlsRules rules) {
    return new ClientKeys(false, Set.copyOf(SUITES.values()), true, true, true)
        .take(algorithm, rules);
  }
}
