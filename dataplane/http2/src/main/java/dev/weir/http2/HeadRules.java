package dev.weir.http2;

import org.jspecify.annotations.Nullable;

/**
 * What makes a head or trailers malformed (RFC 9113, 8.1 to 8.3). Each check answers with what is
 * wrong, or null.
 */
final class HeadRules {
  private static final int SEEN_METHOD = 1;
  private static final int SEEN_SCHEME = 2;
  private static final int SEEN_PATH = 4;
  private static final int SEEN_AUTHORITY = 8;
  private static final int REQUEST_NEEDS = SEEN_METHOD | SEEN_SCHEME | SEEN_PATH;
  private static final byte[] TRAILERS = {'t', 'r', 'a', 'i', 'l', 'e', 'r', 's'};
  private static final byte[] HEAD = {'H', 'E', 'A', 'D'};
  private static final int MAX_SHOWN = 64;
  private static final int SWITCHING_PROTOCOLS = 101;
  private static final int NO_CONTENT = 204;
  private static final int NOT_MODIFIED = 304;

  /** {@link #contentLength} found no such field. */
  static final long NO_LENGTH = -1;

  /** {@link #contentLength} found a malformed one. */
  static final long BAD_LENGTH = -2;

  private HeadRules() {}

  /**
   * RFC 9113, 8.3.1; CONNECT is not offered (8.5). An empty :authority says as much as none, which
   * is allowed, and as the empty Host that HTTP/1.1 asks for then (RFC 9112, 3.2).
   */
  static @Nullable String request(FieldList head) {
    int seen = 0;
    int i = 0;
    for (; i < head.size() && head.get(i).name().isPseudo(); i++) {
      HeaderField field = head.get(i);
      int bit = requestPseudo(field.name());
      if (bit == 0) {
        return "pseudo-field " + shown(field.name()) + " in a request";
      }
      if ((seen & bit) != 0) {
        return "two fields " + field.name();
      }
      seen |= bit;
      if (field.isMalformed() || (field.value().length == 0 && bit != SEEN_AUTHORITY)) {
        return "malformed " + field.name();
      }
    }
    if ((seen & REQUEST_NEEDS) != REQUEST_NEEDS) {
      return "a request without :method, :scheme or :path";
    }
    String fault = regular(head, i);
    return fault != null ? fault : host(head, i);
  }

  /** RFC 9113, 8.3.2 and 8.6, which leaves out 101. */
  static @Nullable String response(FieldList head) {
    if (head.size() == 0 || head.get(0).name() != HeaderName.STATUS) {
      return "a response without :status";
    }
    int status = status(head);
    if (status < 100 || status == SWITCHING_PROTOCOLS) {
      return "malformed :status";
    }
    return regular(head, 1);
  }

  /** Whether this is the head of a HEAD request. */
  static boolean isHead(FieldList request) {
    HeaderField method = request.find(HeaderName.METHOD);
    // GET and POST are entries of the static table.
    return method != null && method.staticIndex() == 0 && method.hasValue(HEAD);
  }

  /** Whether a response never has payload, whatever its content-length says (RFC 9110, 6.4.1). */
  static boolean hasNoContent(int status, boolean toHead) {
    return toHead || status == NO_CONTENT || status == NOT_MODIFIED;
  }

  /** RFC 9113, 8.1: no pseudo-fields in trailers. */
  static @Nullable String trailers(FieldList fields) {
    return regular(fields, 0);
  }

  /** The three digits of :status, or -1. */
  static int status(FieldList head) {
    byte[] value = head.get(0).value();
    if (value.length != 3) {
      return -1;
    }
    int status = 0;
    for (byte b : value) {
      if (b < '0' || b > '9') {
        return -1;
      }
      status = status * 10 + b - '0';
    }
    return status;
  }

  /** The value of content-length; there is one at most, also when they agree (RFC 9110, 8.6). */
  static long contentLength(FieldList head) {
    long length = NO_LENGTH;
    for (int i = 0; i < head.size(); i++) {
      if (head.get(i).name() == HeaderName.CONTENT_LENGTH) {
        long value = digits(head.get(i).value());
        if (value == BAD_LENGTH || length != NO_LENGTH) {
          return BAD_LENGTH;
        }
        length = value;
      }
    }
    return length;
  }

  /** What is wrong with this content-length; one that is not 0 promises payload. */
  static @Nullable String lengthFault(long length, boolean endStream) {
    if (length == BAD_LENGTH) {
      return "malformed content-length";
    }
    return endStream && length > 0 ? "payload differs from content-length" : null;
  }

  private static long digits(byte[] value) {
    if (value.length == 0 || value.length > 18) {
      return BAD_LENGTH;
    }
    long number = 0;
    for (byte b : value) {
      if (b < '0' || b > '9') {
        return BAD_LENGTH;
      }
      number = number * 10 + b - '0';
    }
    return number;
  }

  private static int requestPseudo(HeaderName name) {
    if (name == HeaderName.METHOD) {
      return SEEN_METHOD;
    }
    if (name == HeaderName.SCHEME) {
      return SEEN_SCHEME;
    }
    if (name == HeaderName.PATH) {
      return SEEN_PATH;
    }
    return name == HeaderName.AUTHORITY ? SEEN_AUTHORITY : 0;
  }

  private static @Nullable String regular(FieldList fields, int from) {
    for (int i = from; i < fields.size(); i++) {
      HeaderField field = fields.get(i);
      if (field.isMalformed()) {
        return "malformed field " + shown(field.name());
      }
      if (field.name().isPseudo()) {
        return "pseudo-field " + shown(field.name()) + " after other fields";
      }
      if (isConnectionSpecific(field)) {
        return "connection-specific field " + field.name();
      }
    }
    return null;
  }

  /** A peer chose this name, for a log and perhaps another peer to read. */
  private static String shown(HeaderName name) {
    return name.length() <= MAX_SHOWN ? name.toString() : name.toString().substring(0, MAX_SHOWN);
  }

  /** RFC 9113, 8.2.2. */
  private static boolean isConnectionSpecific(HeaderField field) {
    HeaderName name = field.name();
    return name.isConnectionSpecific() && (name != HeaderName.TE || !field.hasValue(TRAILERS));
  }

  /**
   * RFC 9113, 8.3.1: a Host field names what :authority names. There is one at most: which of two
   * counts would be a matter of taste, and so a way around a rule.
   */
  private static @Nullable String host(FieldList head, int from) {
    HeaderField host = null;
    for (int i = from; i < head.size(); i++) {
      HeaderField field = head.get(i);
      if (field.name() == HeaderName.HOST) {
        if (host != null) {
          return "two fields host";
        }
        host = field;
      }
    }
    return host == null || isAuthority(host, head.find(HeaderName.AUTHORITY))
        ? null
        : "malformed host or another one than :authority";
  }

  private static boolean isAuthority(HeaderField host, @Nullable HeaderField authority) {
    byte[] value = host.value();
    if (authority != null) {
      return Bytes.equalsIgnoreCase(value, authority.value());
    }
    return value.length == 0 || PseudoFieldRules.isAuthority(value);
  }
}
