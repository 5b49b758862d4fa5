package dev.weir.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Map;

/**
 * What a program can read of a status: the value of {@code grpc-status-details-bin}, a {@code
 * google.rpc.Status} whose details are messages of {@code google/rpc/error_details.proto}. For one
 * thread.
 */
public final class StatusDetails {

  /** Who gives the reasons. */
  public static final String DOMAIN = "weir.dev";

  private static final String TYPES = "type.googleapis.com/google.rpc.";
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final long SECOND = 1_000_000_000;

  private final ByteArrayOutputStream status = new ByteArrayOutputStream(256);

  /**
   * Without details.
   *
   * @param message as in {@code grpc-message}, before it is encoded
   */
  public StatusDetails(GrpcStatus code, String message) {
    number(status, 1, code.code());
    text(status, 2, message);
  }

  /**
   * Adds an {@code ErrorInfo} of our {@link #DOMAIN}.
   *
   * @param reason in {@code UPPER_SNAKE_CASE}, at most 63 characters
   */
  public StatusDetails errorInfo(String reason, Map<String, String> metadata) {
    var info = new ByteArrayOutputStream();
    text(info, 1, reason);
    text(info, 2, DOMAIN);
    metadata.forEach((key, value) -> {
      var entry = new ByteArrayOutputStream();
      text(entry, 1, key);
      text(entry, 2, value);
      bytes(info, 3, entry.toByteArray());
    });
    return detail("ErrorInfo", info);
  }

  /** Adds a {@code RetryInfo}: after that many nanoseconds a call may be tried again. */
  public StatusDetails retryInfo(long delayNanos) {
    long delay = Math.max(0, delayNanos);
    var duration = new ByteArrayOutputStream();
    number(duration, 1, delay / SECOND);
    number(duration, 2, delay % SECOND);
    var info = new ByteArrayOutputStream();
    bytes(info, 1, duration.toByteArray());
    return detail("RetryInfo", info);
  }

  /**
   * Adds a {@code QuotaFailure} of one violation.
   *
   * @param subject whose quota it is
   * @param description of the quota, for a person
   */
  public StatusDetails quotaFailure(String subject, String description) {
    var violation = new ByteArrayOutputStream();
    text(violation, 1, subject);
    text(violation, 2, description);
    var failure = new ByteArrayOutputStream();
    bytes(failure, 1, violation.toByteArray());
    return detail("QuotaFailure", failure);
  }

  private StatusDetails detail(String type, ByteArrayOutputStream message) {
    var any = new ByteArrayOutputStream();
    text(any, 1, TYPES + type);
    bytes(any, 2, message.toByteArray());
    bytes(status, 3, any.toByteArray());
    return this;
  }

  /** The value of the field, in base64 without padding (gRPC document "PROTOCOL-HTTP2"). */
  public byte[] encode() {
    return Base64.getEncoder().withoutPadding().encode(status.toByteArray());
  }

  private static void text(ByteArrayOutputStream out, int field, String text) {
    bytes(out, field, text.getBytes(UTF_8));
  }

  private static void bytes(ByteArrayOutputStream out, int field, byte[] bytes) {
    out.write((field << 3) | BYTES);
    varint(out, bytes.length);
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, int field, long number) {
    out.write((field << 3) | VARINT);
    varint(out, number);
  }

  private static void varint(ByteArrayOutputStream out, long number) {
    long left = number;
    while (left > 0x7F) {
      out.write(((int) left & 0x7F) | 0x80);
      left >>>= 7;
    }
    out.write((int) left);
  }
}
