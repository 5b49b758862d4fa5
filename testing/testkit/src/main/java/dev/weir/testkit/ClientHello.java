package dev.weir.testkit;

import static dev.weir.testkit.TlsBytes.join;
import static dev.weir.testkit.TlsBytes.number;
import static dev.weir.testkit.TlsBytes.vector;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.List;

/**
 * The first record of a TLS client, byte by byte, as no library would write it (RFC 5246, 7.4.1.2).
 *
 * @param version the highest that it offers, as on the wire: 0x0303 is TLS 1.2
 * @param suites the numbers of the cipher suites that it offers
 * @param protocols by ALPN; empty for no ALPN
 */
public record ClientHello(int version, List<Integer> suites, List<String> protocols) {
  private static final int RECORD = 22;
  private static final int HELLO = 1;
  private static final int RANDOM_BYTES = 32;
  private static final int CURVES = 10;
  private static final int SIGNATURES = 13;
  private static final int PROTOCOLS = 16;

  /** For a version and a suite. */
  public static ClientHello offering(int version, int suite) {
    return new ClientHello(version, List.of(suite), List.of());
  }

  /** The record. */
  public byte[] bytes() {
    byte[] hello =
        join(
            number(2, version),
            new byte[RANDOM_BYTES],
            vector(1),
            vector(2, suites.stream().map(suite -> number(2, suite)).toArray(byte[][]::new)),
            vector(1, number(1, 0)),
            vector(2, extensions()));
    byte[] message = join(number(1, HELLO), vector(3, hello));
    return join(number(1, RECORD), number(2, Math.min(version, 0x0301)), vector(2, message));
  }

  private byte[] extensions() {
    byte[] curves = extension(CURVES, vector(2, number(2, 23), number(2, 29)));
    byte[] signatures =
        extension(
            SIGNATURES,
            vector(2, number(2, 0x0403), number(2, 0x0401), number(2, 0x0203), number(2, 0x0201)));
    byte[][] names =
        protocols.stream().map(name -> vector(1, name.getBytes(ISO_8859_1))).toArray(byte[][]::new);
    return protocols.isEmpty()
        ? join(curves, signatures)
        : join(curves, signatures, extension(PROTOCOLS, vector(2, names)));
  }

  private static byte[] extension(int type, byte[] content) {
    return join(number(2, type), vector(2, content));
  }
}
