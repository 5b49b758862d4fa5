package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.engine.EndedCall;
import dev.weir.http2.HeaderField;
import dev.weir.model.AccessLogField;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the access log: one JSON object for each call, in ASCII, whatever its caller has
 * sent. A field that has no value is left out. For one thread.
 */
final class AccessLine {
  private static final int SHOWN_OF_KEY = 4;
  private static final int TRACE_BEGIN = 3;
  private static final int TRACE_END = 35;
  private static final int NANOS_OF_MICRO = 1000;
  private static final long NANOS_OF_MILLI = 1_000_000;
  private static final String HEX = "0123456789abcdef";

  /** Digits of a microsecond, with a one in front that keeps the zeros. */
  private static final int MICROS = 1_000_000;

  private final List<AccessLogField> fields;

  /** Of the last line: most lines are of the same second as the one before. */
  private long second = Long.MIN_VALUE;

  private String secondText = "";

  AccessLine(List<AccessLogField> fields) {
    this.fields = List.copyOf(fields);
  }

  /**
   * Appends a call's line, with its end.
   *
   * @param begun when the call began
   */
  void append(StringBuilder text, EndedCall call, Instant begun) {
    time(text.append("{\"ts\":\""), begun);
    for (AccessLogField field : fields) {
      append(text, call, field);
    }
    text.append("}\n");
  }

  private void time(StringBuilder text, Instant begun) {
    if (begun.getEpochSecond() != second) {
      second = begun.getEpochSecond();
      String whole = begun.truncatedTo(ChronoUnit.SECONDS).toString();
      secondText = whole.substring(0, whole.length() - 1);
    }
    int from = text.append(secondText).length();
    text.append(MICROS + begun.getNano() / NANOS_OF_MICRO).append("Z\"").setCharAt(from, '.');
  }

  private static void append(StringBuilder text, EndedCall call, AccessLogField field) {
    EndedCall.Head head = call.head();
    switch (field) {
      case API_ID -> append(text, field, head.api());
      case API_KEY -> append(text, field, key(call.credential()));
      case CLIENT_IP ->
          append(text, field, head.client() == null ? null : head.client().getHostAddress());
      case REMOTE_ADDR -> append(text, field, address(head));
      case HOST -> append(text, field, head.authority());
      case METHOD -> append(text, field, head.method());
      case PATH -> append(text, field, head.path());
      case USER_AGENT -> append(text, field, head.userAgent());
      case STATUS -> {
        if (!head.grpc() && call.httpStatus() != EndedCall.BROKEN) {
          append(text, field, call.httpStatus());
        }
      }
      case GRPC_STATUS -> append(text, field, head.grpc() ? call.grpcStatus().name() : null);
      case ERROR -> append(text, field, call.error() == null ? null : call.error().name());
      case DURATION_US -> append(text, field, call.tookNanos() / NANOS_OF_MICRO);
      case LATENCY_TOTAL -> append(text, field, call.tookNanos() / NANOS_OF_MILLI);
      case UPSTREAM_ADDR -> append(text, field, call.endpoint());
      case ATTEMPTS -> append(text, field, call.attempts());
      case BYTES_IN -> append(text, field, call.bytesIn());
      case BYTES_OUT -> append(text, field, call.bytesOut());
      case TRACE_ID -> append(text, field, trace(head.trace()));
    }
  }

  private static @Nullable String address(EndedCall.Head head) {
    return head.peer() instanceof InetSocketAddress peer && peer.getAddress() != null
        ? peer.getAddress().getHostAddress() + ":" + peer.getPort()
        : null;
  }

  /** So much that its owner can tell which one it is: of a password, which is one too, nothing. */
  private static @Nullable String key(@Nullable HeaderField credential) {
    if (credential == null) {
      return null;
    }
    String text = credential.valueText();
    boolean shown =
        text.length() >= 4 * SHOWN_OF_KEY && !text.regionMatches(true, 0, "basic ", 0, 6);
    return shown ? "****" + text.substring(text.length() - SHOWN_OF_KEY) : "****";
  }

  /** The trace that the caller takes the call for a part of (W3C Trace Context, 3.2.2). */
  private static @Nullable String trace(@Nullable HeaderField parent) {
    return parent == null || parent.value().length < TRACE_END
        ? null
        : parent.valueText().substring(TRACE_BEGIN, TRACE_END);
  }

  private static void append(StringBuilder text, AccessLogField field, long value) {
    name(text, field).append(value);
  }

  private static void append(StringBuilder text, AccessLogField field, @Nullable String value) {
    if (value != null) {
      name(text, field).append('"');
      if (isPlain(value)) {
        text.append(value);
      } else {
        value.chars().forEach(c -> append(text, (char) c));
      }
      text.append('"');
    }
  }

  private static boolean isPlain(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (!isPlain(value.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f && c != '"' && c != '\\';
  }

  /** What is no UTF-8 becomes U+FFFD: no reader has to guess. */
  private static void append(
      StringBuilder text, AccessLogField field, @Nullable HeaderField value) {
    if (value != null) {
      append(text, field, new String(value.value(), UTF_8));
    }
  }

  private static StringBuilder name(StringBuilder text, AccessLogField field) {
    return text.append(",\"").append(field.label()).append("\":");
  }

  private static void append(StringBuilder text, char c) {
    if (c == '"' || c == '\\') {
      text.append('\\').append(c);
    } else if (isPlain(c)) {
      text.append(c);
    } else {
      text.append("\\u");
      for (int shift = 12; shift >= 0; shift -= 4) {
        text.append(HEX.charAt(c >> shift & 0xf));
      }
    }
  }
}
