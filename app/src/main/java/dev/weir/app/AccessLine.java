package dev.weir.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.engine.EndedCall;
import dev.weir.filter.NameAndPassword;
import dev.weir.http2.HeaderField;
import dev.weir.model.AccessLogField;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Instant;
import java.util.ArrayList;
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
  private static final long NANOS_OF_SECOND = 1_000_000_000;
  private static final int MICRO_DIGITS = 6;
  private static final byte[] BEGIN = ascii("{\"ts\":\"");
  private static final byte[] ZONE = ascii("Z\"");
  private static final byte[] END = ascii("}\n");

  private static final byte[] HIDDEN = ascii("\"****");

  private final AccessLogField[] fields;

  /** What is in front of each one's value. */
  private final byte[][] names;

  private final List<Run> runs = new ArrayList<>();
  private final QuotedTexts<String> apis = words(AccessLogField.API_ID);
  private final QuotedTexts<String> statuses = words(AccessLogField.GRPC_STATUS);
  private final QuotedTexts<String> errors = words(AccessLogField.ERROR);
  private final QuotedTexts<String> endpoints = words(AccessLogField.UPSTREAM_ADDR);
  private final QuotedTexts<InetAddress> clients =
      new QuotedTexts<>(name(AccessLogField.CLIENT_IP), InetAddress::getHostAddress);
  private final QuotedTexts<InetSocketAddress> peers =
      new QuotedTexts<>(name(AccessLogField.REMOTE_ADDR), AccessLine::words);

  /** Of the last line: most lines are of the same second as the one before. */
  private long second = Long.MIN_VALUE;

  private byte[] secondText = {};

  /**
   * Fields in a row.
   *
   * @param end after the last one
   * @param texts for several that most calls of a connection have the same of; null for others
   */
  private record Run(int begin, int end, @Nullable HeadTexts texts) {}

  AccessLine(List<AccessLogField> fields) {
    this.fields = fields.toArray(AccessLogField[]::new);
    this.names = fields.stream().map(AccessLine::name).toArray(byte[][]::new);
    int end;
    for (int begin = 0; begin < fields.size(); begin = end) {
      boolean isOfHead = isOfHead(fields.get(begin));
      end = begin + 1;
      while (end < fields.size() && isOfHead(fields.get(end)) == isOfHead) {
        end++;
      }
      runs.add(new Run(begin, end, isOfHead && end > begin + 1 ? new HeadTexts() : null));
    }
  }

  /** There are no calls now: lets go of what was kept of the last ones. */
  void rest() {
    for (Run run : runs) {
      if (run.texts() != null) {
        run.texts().clear();
      }
    }
  }

  /** Whether it is found in {@link HeadTexts}. */
  private static boolean isOfHead(AccessLogField field) {
    return switch (field) {
      case API_ID, CLIENT_IP, REMOTE_ADDR, HOST, METHOD, PATH, USER_AGENT -> true;
      case API_KEY,
          STATUS,
          GRPC_STATUS,
          ERROR,
          DURATION_US,
          LATENCY_TOTAL,
          UPSTREAM_ADDR,
          ATTEMPTS,
          BYTES_IN,
          BYTES_OUT,
          TRACE_ID ->
          false;
    };
  }

  private static QuotedTexts<String> words(AccessLogField field) {
    return new QuotedTexts<>(name(field), text -> text);
  }

  private static byte[] name(AccessLogField field) {
    return ascii(",\"" + field.label() + "\":");
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /**
   * Appends a call's line, with its end.
   *
   * @param begunNanos since 1970, when the call began
   */
  void append(LogText text, EndedCall call, long begunNanos) {
    time(text.append(BEGIN), begunNanos);
    for (int i = 0; i < runs.size(); i++) {
      append(text, call, runs.get(i));
    }
    text.append(END);
  }

  private void append(LogText text, EndedCall call, Run run) {
    HeadTexts texts = run.texts();
    byte[] kept = texts == null ? null : texts.find(call.head());
    if (kept != null) {
      text.append(kept);
      return;
    }
    int begin = text.length();
    for (int i = run.begin(); i < run.end(); i++) {
      append(text, call, fields[i], names[i]);
    }
    if (texts != null) {
      texts.keep(call.head(), text, begin);
    }
  }

  private void time(LogText text, long nanos) {
    long now = Math.floorDiv(nanos, NANOS_OF_SECOND);
    if (now != second) {
      second = now;
      String whole = Instant.ofEpochSecond(now).toString();
      secondText = ascii(whole.substring(0, whole.length() - 1) + ".");
    }
    text.append(secondText)
        .append((nanos - now * NANOS_OF_SECOND) / NANOS_OF_MICRO, MICRO_DIGITS)
        .append(ZONE);
  }

  private void append(LogText text, EndedCall call, AccessLogField field, byte[] name) {
    EndedCall.Head head = call.head();
    switch (field) {
      case API_ID -> append(text, apis, head.api());
      case API_KEY -> key(text, name, call.credential());
      case CLIENT_IP -> client(text, name, head.client());
      case REMOTE_ADDR -> peer(text, name, address(head.peer()));
      case HOST -> append(text, name, head.authority());
      case METHOD -> append(text, name, head.method());
      case PATH -> append(text, name, head.path());
      case USER_AGENT -> append(text, name, head.userAgent());
      case STATUS -> {
        if (!head.grpc() && call.httpStatus() != EndedCall.BROKEN) {
          text.append(name).append(call.httpStatus());
        }
      }
      case GRPC_STATUS -> append(text, statuses, head.grpc() ? call.grpcStatus().name() : null);
      case ERROR -> append(text, errors, call.error() == null ? null : call.error().name());
      case DURATION_US -> text.append(name).append(call.tookNanos() / NANOS_OF_MICRO);
      case LATENCY_TOTAL -> text.append(name).append(call.tookNanos() / NANOS_OF_MILLI);
      case UPSTREAM_ADDR -> append(text, endpoints, call.endpoint());
      case ATTEMPTS -> text.append(name).append(call.attempts());
      case BYTES_IN -> text.append(name).append(call.bytesIn());
      case BYTES_OUT -> text.append(name).append(call.bytesOut());
      case TRACE_ID -> trace(text, name, head.trace());
    }
  }

  private static <T> void append(LogText text, QuotedTexts<T> texts, @Nullable T value) {
    if (value != null) {
      text.append(texts.of(value));
    }
  }

  private void client(LogText text, byte[] name, @Nullable InetAddress client) {
    if (client == null || !client.isLinkLocalAddress()) {
      append(text, clients, client);
    } else {
      // Those of two networks are equal, though their texts are not.
      text.append(name).quote(client.getHostAddress());
    }
  }

  private void peer(LogText text, byte[] name, @Nullable InetSocketAddress peer) {
    if (peer == null || !peer.getAddress().isLinkLocalAddress()) {
      append(text, peers, peer);
    } else {
      text.append(name).quote(words(peer));
    }
  }

  private static String words(InetSocketAddress peer) {
    return peer.getAddress().getHostAddress() + ":" + peer.getPort();
  }

  private static void append(LogText text, byte[] name, @Nullable HeaderField value) {
    if (value != null) {
      text.append(name).quote(value.value());
    }
  }

  private static @Nullable InetSocketAddress address(SocketAddress peer) {
    return peer instanceof InetSocketAddress address && address.getAddress() != null
        ? address
        : null;
  }

  /** So much that its owner can tell which one it is: of a password, which is one too, nothing. */
  private static void key(LogText text, byte[] name, @Nullable HeaderField credential) {
    if (credential != null) {
      byte[] key = credential.value();
      boolean isShown = key.length >= 4 * SHOWN_OF_KEY && !NameAndPassword.isScheme(key);
      int shown = isShown ? SHOWN_OF_KEY : 0;
      text.append(name).append(HIDDEN).endQuote(key, key.length - shown, key.length);
    }
  }

  /** The trace that the caller takes the call for a part of (W3C Trace Context, 3.2.2). */
  private static void trace(LogText text, byte[] name, @Nullable HeaderField parent) {
    if (parent != null && parent.value().length >= TRACE_END) {
      text.append(name).quote(parent.value(), TRACE_BEGIN, TRACE_END);
    }
  }
}
