package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The name of a header field, lower case. Names that the gateway knows are interned: there is one
 * instance of each, so that they compare by identity. Other names are plain values. Immutable; safe
 * for use by all threads.
 */
public final class HeaderName {
  private static final int TABLE_SIZE = 512;
  private static final @Nullable HeaderName[] KNOWN = new @Nullable HeaderName[TABLE_SIZE];

  /** Names whose values differ from call to call, beside those that end with {@code -bin}. */
  private static final Set<String> VOLATILE =
      Set.of(
          "content-length",
          "date",
          "grpc-message",
          "grpc-timeout",
          "traceparent",
          "tracestate",
          "x-request-id");

  /**
   * Names of fields that a proxy reads, changes or leaves out, beside pseudo-fields and addresses.
   */
  private static final Set<String> PROXYS_OWN =
      Set.of("grpc-timeout", "host", "proxy-authenticate", "proxy-authorization", "te");

  /** Names that speak of one connection (RFC 9113, 8.2.2). */
  private static final Set<String> CONNECTION_SPECIFIC =
      Set.of("connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade");

  static {
    for (int i = 0; i < StaticTable.Text.ENTRIES.length; i++) {
      intern(StaticTable.Text.ENTRIES[i][0], i + 1);
    }
  }

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
  public static final HeaderName X_FORWARDED_FOR = known("x-forwarded-for");
  public static final HeaderName X_REQUEST_ID = known("x-request-id");

  private final byte[] bytes;
  private final int hash;
  private final int staticIndex;
  private final boolean volatileValue;
  private final boolean connectionSpecific;
  private final boolean binary;
  private final boolean malformed;
  private final boolean forwarded;
  private final boolean underscore;
  private final boolean pseudo;
  private final boolean plain;
  private final int foldedHash;

  private HeaderName(
      byte[] bytes,
      int hash,
      int staticIndex,
      boolean volatileValue,
      boolean connectionSpecific,
      boolean proxysOwn) {
    this.bytes = bytes;
    this.pseudo = bytes.length > 0 && bytes[0] == ':';
    this.hash = hash;
    this.staticIndex = staticIndex;
    this.binary = endsWithBin(bytes);
    this.volatileValue = volatileValue || binary;
    this.connectionSpecific = connectionSpecific;
    this.malformed = !isFieldName(bytes);
    this.forwarded = ForwardedNames.has(bytes);
    this.plain = !pseudo && !forwarded && !proxysOwn;
    this.underscore = hasUnderscore(bytes);
    this.foldedHash = underscore ? foldedHash(bytes) : hash;
  }

  /** The interned name for these bytes, or a new one. Does not keep the array. */
  public static HeaderName of(byte[] source, int offset, int length) {
    int hash = hash(source, offset, length);
    HeaderName known = lookUp(source, offset, length, hash);
    return known != null ? known : unknown(source, offset, length, hash);
  }

  /**
   * The same as {@link #of(byte[], int, int)}, but an unknown name may be an earlier instance.
   *
   * @param recent unknown names of earlier calls; a power of two of places
   */
  static HeaderName of(byte[] source, int offset, int length, @Nullable HeaderName[] recent) {
    int hash = hash(source, offset, length);
    HeaderName known = lookUp(source, offset, length, hash);
    if (known != null) {
      return known;
    }
    int slot = hash & (recent.length - 1);
    HeaderName candidate = recent[slot];
    if (candidate != null && candidate.isText(source, offset, length, hash)) {
      return candidate;
    }
    HeaderName unknown = unknown(source, offset, length, hash);
    recent[slot] = unknown;
    return unknown;
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
    return pseudo;
  }

  /**
   * Whether a proxy hands fields of this name on without a look at them, unless somebody asks for
   * more: they are no pseudo-fields, say nothing of who calls, and are none of the few that change
   * or end on the way. Found out once, when the name is made.
   */
  public boolean isPlain() {
    return plain;
  }

  /** Whether both names have the same bytes; for known names the same as {@code ==}. */
  public boolean sameText(HeaderName that) {
    return this == that || (hash == that.hash && Arrays.equals(bytes, that.bytes));
  }

  /** A hash over the bytes. */
  int textHash() {
    return hash;
  }

  /** The same for all names that differ by {@code _} in place of {@code -}. */
  int foldedHash() {
    return foldedHash;
  }

  /** Whether both names have the same bytes, if {@code _} is {@code -}. */
  boolean isFolded(HeaderName that) {
    boolean same = foldedHash == that.foldedHash && bytes.length == that.bytes.length;
    for (int i = 0; same && i < bytes.length; i++) {
      same = folded(bytes[i]) == folded(that.bytes[i]);
    }
    return same;
  }

  /** The first index of this name in HPACK's static table, or 0. */
  int staticIndex() {
    return staticIndex;
  }

  /** Whether values of this name differ from call to call, so that no table should keep them. */
  boolean hasVolatileValue() {
    return volatileValue;
  }

  /**
   * Whether a proxy says with this field whom it calls for, or who has proved to be its client: see
   * {@link ForwardedNames}. Found out once, when the name is made.
   */
  public boolean isForwarded() {
    return forwarded;
  }

  /**
   * Whether there is a {@code _} in it, which some servers cannot tell from {@code -}. Found out
   * once, when the name is made.
   */
  public boolean hasUnderscore() {
    return underscore;
  }

  /** Whether values are binary metadata of gRPC, in base64. */
  boolean isBinary() {
    return binary;
  }

  /** Whether no message may have this field; {@code te} may say "trailers" (RFC 9113, 8.2.2). */
  boolean isConnectionSpecific() {
    return connectionSpecific;
  }

  /**
   * Whether this is no field name: a token without upper case letters, which a colon may precede
   * (RFC 9113, 8.2.1 and 8.3).
   */
  boolean isMalformed() {
    return malformed;
  }

  @Override
  public String toString() {
    return new String(bytes, ISO_8859_1);
  }

  /** Interns a name; only while classes of this package are initialised. */
  static HeaderName known(String name) {
    return intern(name, 0);
  }

  private static HeaderName intern(String name, int staticIndex) {
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
    HeaderName added =
        new HeaderName(
            bytes,
            hash,
            staticIndex,
            VOLATILE.contains(name),
            CONNECTION_SPECIFIC.contains(name),
            PROXYS_OWN.contains(name));
    KNOWN[slot] = added;
    return added;
  }

  private static HeaderName unknown(byte[] source, int offset, int length, int hash) {
    return new HeaderName(
        Arrays.copyOfRange(source, offset, offset + length), hash, 0, false, false, false);
  }

  private static @Nullable HeaderName lookUp(byte[] source, int offset, int length, int hash) {
    int slot = hash & (TABLE_SIZE - 1);
    for (HeaderName candidate = KNOWN[slot]; candidate != null; candidate = KNOWN[slot]) {
      if (candidate.isText(source, offset, length, hash)) {
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

  private boolean isText(byte[] source, int offset, int length, int textHash) {
    return hash == textHash
        && Arrays.equals(bytes, 0, bytes.length, source, offset, offset + length);
  }

  private static boolean endsWithBin(byte[] name) {
    int end = name.length;
    return end >= 4
        && name[end - 4] == '-'
        && name[end - 3] == 'b'
        && name[end - 2] == 'i'
        && name[end - 1] == 'n';
  }

  private static boolean hasUnderscore(byte[] name) {
    for (byte b : name) {
      if (b == '_') {
        return true;
      }
    }
    return false;
  }

  private static byte folded(byte b) {
    return b == '_' ? (byte) '-' : b;
  }

  private static int foldedHash(byte[] name) {
    byte[] folded = name.clone();
    for (int i = 0; i < folded.length; i++) {
      folded[i] = folded(folded[i]);
    }
    return hash(folded, 0, folded.length);
  }

  private static boolean isFieldName(byte[] name) {
    int start = name.length > 0 && name[0] == ':' ? 1 : 0;
    for (int i = start; i < name.length; i++) {
      if (!isTokenByte(name[i])) {
        return false;
      }
    }
    return name.length > start;
  }

  private static boolean isTokenByte(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9') || "!#$%&'*+-.^_`|~".indexOf(b) >= 0;
  }
}
