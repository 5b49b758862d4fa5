package dev.weir.testkit;

import static dev.weir.testkit.TlsBytes.join;
import static dev.weir.testkit.TlsBytes.number;
import static dev.weir.testkit.TlsBytes.vector;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first message of a client that speaks TLS 1.3 and nothing else (RFC 8446, 4.1.2).
 *
 * @param share its point on P-256
 * @param ticket what it comes back with; null for nothing
 * @param early whether it does not wait for the server
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TlsHello(byte[] share, RawTls.@Nullable Ticket ticket, boolean early) {
  static final int KEY_SHARE = 51;
  private static final int P_256 = 23;
  private static final int GROUPS = 10;
  private static final int SIGNATURES = 13;
  private static final int PROTOCOLS = 16;
  private static final int PRE_SHARED_KEY = 41;
  private static final int EARLY_DATA = 42;
  private static final int VERSIONS = 43;
  private static final int PRE_SHARED_KEY_MODES = 45;

  /** The message, with a binder by this secret if there is a ticket. */
  byte[] message(byte[] earlySecret) {
    byte[] hello = message(1, body());
    if (ticket != null) {
      byte[] bound = Arrays.copyOf(hello, hello.length - 3 - TlsSecrets.HASH_BYTES);
      byte[] key = TlsSecrets.derive(earlySecret, "res binder", new byte[0]);
      byte[] binder = TlsSecrets.finished(key, bound);
      System.arraycopy(binder, 0, hello, hello.length - binder.length, binder.length);
    }
    return hello;
  }

  static byte[] message(int type, byte[] body) {
    return join(number(1, type), vector(3, body));
  }

  static byte[] record(byte[] message) {
    return join(number(1, 22), number(2, 0x0301), vector(2, message));
  }

  private byte[] body() {
    return join(
        number(2, 0x0303),
        new byte[32],
        vector(1, new byte[32]),
        vector(2, number(2, 0x1301)),
        vector(1, number(1, 0)),
        vector(2, extensions()));
  }

  private byte[] extensions() {
    byte[] always =
        join(
            extension(VERSIONS, vector(1, number(2, 0x0304))),
            extension(GROUPS, vector(2, number(2, P_256))),
            extension(SIGNATURES, vector(2, number(2, 0x0403), number(2, 0x0804))),
            extension(KEY_SHARE, vector(2, number(2, P_256), vector(2, share))),
            extension(PROTOCOLS, vector(2, vector(1, "h2".getBytes(US_ASCII)))),
            extension(PRE_SHARED_KEY_MODES, vector(1, number(1, 1))));
    if (ticket == null) {
      return always;
    }
    byte[] identity = join(vector(2, ticket.bytes()), number(4, 0));
    return join(
        always,
        early ? extension(EARLY_DATA) : new byte[0],
        extension(
            PRE_SHARED_KEY,
            vector(2, identity),
            vector(2, vector(1, new byte[TlsSecrets.HASH_BYTES]))));
  }

  private static byte[] extension(int type, byte[]... content) {
    return join(number(2, type), vector(2, content));
  }
}
