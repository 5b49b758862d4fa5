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
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of the access log: one JSON object for each call, in ASCII, whatever its caller has
 * sent. A field that has no value is left out. For one thread.
 */
final class AccessLine {
  private static final int SHOWN_OF_KEY = 4;
  private static final byte[] HIDDEN = ascii("****");
  private static final int TRACE_BEGIN = 3;
  private static final int TRACE_END = 35;
  private static final int NANOS_OF_MICRO = 1000;
  private static final long NANOS_OF_MILLI = 1_000_000;
  private static final long NANOS_OF_SECOND = 1_000_000_000;
  private static final int MICRO_DIGITS = 6;
  private static final byte[] BEGIN = ascii("{\"ts\":\"");
  private static final byte[] ZONE = ascii("Z\"");
  private static final byte[] END = ascii("}\n");

  private final AccessLogField[] fields;

  /** What is in front of each one's value. */
  private final byte[][] names;

  private final QuotedTexts<String> words = new QuotedTexts<>(text -> text);
  private final QuotedTexts<InetAddress> clients = new QuotedTexts<>(InetAddress::getHostAddress);
  private final QuotedTexts<InetSocketAddress> peers = new QuotedTexts<>(AccessLine::words);

  /** Of the last line: most lines are of the same second as the one before. */
  private long second = Long.MIN_VALUE;

  private byte[] secondText = {};

  AccessLine(List<AccessLogField> fields) {
    this.fields = fields.toArray(AccessLogField[]::new);
    this.names =
        fields.stream().map(field -> ascii(",\"" + field.label() + "\":")).toArray(byte[][]::new);
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
    for (int i = 0; i < fields.length; i++) {
      append(text, call, fields[i], names[i]);
    }
    text.append(END);
  }

  private void time(LogText text, long nanos) {
    long now = Math.floorDiv(nanos, NANOS_OF_SECOND);
    if (now != second) {
      second = now;
      String whole = Instant.ofEpochSecond(now).toString();
      secondText = ascii(whole.substring(0, whole.length() - 1) + ".");
    }
    text.append(secondText)
        .append(Math.floorMod(nanos, NANOS_OF_SECOND) / NANOS_OF_MICRO, MICRO_DIGITS)
        .append(ZONE);
  }

  private void append(LogText text, EndedCall call, AccessLogField field, byte[] name) {
    EndedCall.Head head = call.head();
    switch (field) {
      case API_ID -> append(text, name, words, head.api());
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
      case GRPC_STATUS -> append(text, name, words, head.grpc() ? call.grpcStatus().name() : null);
      case ERROR -> append(text, name, words, call.error() == null ? null : call.error().name());
      case DURATION_US -> text.append(name).append(call.tookNanos() / NANOS_OF_MICRO);
      case LATENCY_TOTAL -> text.append(name).append(call.tookNanos() / NANOS_OF_MILLI);
      case UPSTREAM_ADDR -> append(text, name, words, call.endpoint());
      case ATTEMPTS -> text.append(name).append(call.attempts());
      case BYTES_IN -> text.append(name).append(call.bytesIn());
      case BYTES_OUT -> text.append(name).append(call.bytesOut());
      case TRACE_ID -> trace(text, name, head.trace());
    }
  }

  private static <T> void append(
      LogText text, byte[] name, QuotedTexts<T> texts, @Nullable T value) {
    if (value != null) {
      text.append(name).append(texts.of(value));
    }
  }

  private void client(LogText text, byte[] name, @Nullable InetAddress client) {
    if (client == null || !client.isLinkLocalAddress()) {
      append(text, name, clients, client);
    } else {
      // Those of two networks are equal, though their texts are not.
      text.append(name).quote(client.getHostAddress());
    }
  }

  private void peer(LogText text, byte[] name, @Nullable InetSocketAddress peer) {
    if (peer == null || !peer.getAddress().isLinkLocalAddress()) {
      append(text, name, peers, peer);
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
      byte[] told = Arrays.copyOf(HIDDEN, HIDDEN.length + (isShown ? SHOWN_OF_KEY : 0));
      System.arraycopy(
          key,
          key.length - told.length + HIDDEN.length,
          told,
          HIDDEN.length,
          told.length - HIDDEN.length);
      text.append(name).quote(told);
    }
  }

  /** The trace that the caller takes the call for a part of (W3C Trace Context, 3.2.2). */
  private static void trace(LogText text, byte[] name, @Nullable HeaderField parent) {
    if (parent != null && parent.value().length >= TRACE_END) {
      text.append(name).quote(parent.value(), TRACE_BEGIN, TRACE_END);
    }
  }
}
