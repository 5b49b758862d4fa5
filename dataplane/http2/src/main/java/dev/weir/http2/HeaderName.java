package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The name of a header field, lower case. Names that the gateway knows are interned: there is one
 * instance of each, so that they compare by identity. Other names are plain values. Immutable; safe
 * for use by all threads.
 */
public final class HeaderName {
  private static final int TABLE_SIZE = 512;
  private static final @Nullable HeaderName[] KNOWN = new @Nullable HeaderName[TABLE_SIZE];

  public static final HeaderName AUTHORITY = known(":authority");
  public static final HeaderName METHOD = known(":method");
  public static final HeaderName PATH = known(":path");
  public static final HeaderName SCHEME = known(":scheme");
  public static final HeaderName STATUS = known(":status");
  public static final HeaderName PROTOCOL = known(":protocol");

  public static final HeaderName AUTHORIZATION = known("authorization");
  public static final HeaderName CONNECTION = known("connection");
  public static final HeaderName CONTENT_LENGTH = known("content-length");
  public static final HeaderName CONTENT_TYPE = known("content-type");
  public static final HeaderName COOKIE = known("cookie");
  public static final HeaderName DATE = known("date");
  public static final HeaderName GRPC_MESSAGE = known("grpc-message");
  public static final HeaderName GRPC_STATUS = known("grpc-status");
  public static final HeaderName GRPC_STATUS_DETAILS = known("grpc-status-details-bin");
  public static final HeaderName GRPC_TIMEOUT = known("grpc-timeout");
  public static final HeaderName GRPC_ENCODING = known("grpc-encoding");
  public static final HeaderName GRPC_ACCEPT_ENCODING = known("grpc-accept-encoding");
  public static final HeaderName HOST = known("host");
  public static final HeaderName KEEP_ALIVE = known("keep-alive");
  public static final HeaderName PROXY_AUTHENTICATE = known("proxy-authenticate");
  public static final HeaderName PROXY_AUTHORIZATION = known("proxy-authorization");
  public static final HeaderName PROXY_CONNECTION = known("proxy-connection");
  public static final HeaderName SERVER = known("server");
  public static final HeaderName TE = known("te");
  public static final HeaderName TRACEPARENT = known("traceparent");
  public static final HeaderName TRACESTATE = known("tracestate");
  public static final HeaderName TRAILER = known("trailer");
  public static final HeaderName TRANSFER_ENCODING = known("transfer-encoding");
  public static final HeaderName UPGRADE = known("upgrade");
  public static final HeaderName USER_AGENT = known("user-agent");
  public static final HeaderName X_REQUEST_ID = known("x-request-id");

  private final byte[] bytes;
  private final int hash;

  private HeaderName(byte[] bytes, int hash) {
    this.bytes = bytes;
    this.hash = hash;
  }

  /** The interned name for these bytes, or a new one. Does not keep the array. */
  public static HeaderName of(byte[] source, int offset, int length) {
    int hash = hash(source, offset, length);
    HeaderName known = lookUp(source, offset, length, hash);
    return known != null
        ? known
        : new HeaderName(Arrays.copyOfRange(source, offset, offset + length), hash);
  }

  /** The name for this text, which must be lower case Latin-1. */
  public static HeaderName of(String name) {
    byte[] bytes = name.getBytes(ISO_8859_1);
    return of(bytes, 0, bytes.length);
  }

  /** The name's bytes; shared, never to be written to. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return bytes.length;
  }

  /** Whether this is one of the names that begin with a colon (RFC 9113, 8.3). */
  public boolean isPseudo() {
    return bytes.length > 0 && bytes[0] == ':';
  }

  /** Whether both names have the same bytes; for known names the same as {@code ==}. */
  public boolean sameText(HeaderName that) {
    return this == that || (hash == that.hash && Arrays.equals(bytes, that.bytes));
  }

  /** A hash over the bytes. */
  int textHash() {
    return hash;
  }

  @Override
  public String toString() {
    return new String(bytes, ISO_8859_1);
  }

  /** Interns a name; only while classes of this package are initialised. */
  static HeaderName known(String name) {
    byte[] bytes = name.getBytes(ISO_8859_1);
    int hash = hash(bytes, 0, bytes.length);
    HeaderName existing = lookUp(bytes, 0, bytes.length, hash);
    if (existing != null) {
      return existing;
    }
    int slot = hash & (TABLE_SIZE - 1);
    while (KNOWN[slot] != null) {
      slot = (slot + 1) & (TABLE_SIZE - 1);
    }
    HeaderName added = new HeaderName(bytes, hash);
    KNOWN[slot] = added;
    return added;
  }

  private static @Nullable HeaderName lookUp(byte[] source, int offset, int length, int hash) {
    int slot = hash & (TABLE_SIZE - 1);
    for (HeaderName candidate = KNOWN[slot]; candidate != null; candidate = KNOWN[slot]) {
      if (candidate.hash == hash
          && Arrays.equals(
              candidate.bytes, 0, candidate.bytes.length, source, offset, offset + length)) {
        return candidate;
      }
      slot = (slot + 1) & (TABLE_SIZE - 1);
    }
    return null;
  }

  private static int hash(byte[] source, int offset, int length) {
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * 31 + source[i];
    }
    return hash ^ (hash >>> 15);
  }
}
