package dev.weir.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.stream.Stream;

/**
 * Names of the fields in which proxies say whom they call for: the client's address, what it asked
 * for, and the certificate that it has proved to own. Servers believe them, so nobody but a proxy
 * may set them. Servers that hand fields on as variables (RFC 3875, 4.1.18) cannot tell {@code _}
 * from {@code -}, so both are one here.
 */
final class ForwardedNames {
  /** RFC 7239, RFC 9440, and what proxies and networks of proxies have in use. */
  private static final byte[][] WHOLE =
      bytes(
          "forwarded",
          "x-forwarded",
          "x-original-forwarded-for",
          "x-real-ip",
          "x-client-ip",
          "x-cluster-client-ip",
          "x-envoy-external-address",
          "x-envoy-internal",
          "true-client-ip",
          "cf-connecting-ip",
          "fastly-client-ip",
          "client-cert",
          "client-cert-chain",
          "x-client-cert");

  private static final byte[][] BEGINNINGS = bytes("x-forwarded-", "ssl-client-", "x-ssl-client-");

  private ForwardedNames() {}

  /** Whether this lower case name is one of them, however its words are joined. */
  static boolean has(byte[] name) {
    for (byte[] beginning : BEGINNINGS) {
      if (name.length >= beginning.length && begins(name, beginning)) {
        return true;
      }
    }
    for (byte[] whole : WHOLE) {
      if (name.length == whole.length && begins(name, whole)) {
        return true;
      }
    }
    return false;
  }

  private static boolean begins(byte[] name, byte[] beginning) {
    for (int i = 0; i < beginning.length; i++) {
      byte b = name[i] == '_' ? (byte) '-' : name[i];
      if (b != beginning[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[][] bytes(String... names) {
    return Stream.of(names).map(name -> name.getBytes(US_ASCII)).toArray(byte[][]::new);
  }
}
