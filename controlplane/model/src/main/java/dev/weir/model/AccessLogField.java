package dev.weir.model;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a line of the access log may tell of a call, in the order of the line. */
public enum AccessLogField {
  API_ID,
  API_KEY,
  CLIENT_IP,
  REMOTE_ADDR,
  HOST,
  METHOD,
  PATH,
  USER_AGENT,
  STATUS,
  GRPC_STATUS,
  ERROR,
  DURATION_US,
  /** Milliseconds, as Tyk has it: for those who ask for it. */
  LATENCY_TOTAL,
  UPSTREAM_ADDR,
  ATTEMPTS,
  BYTES_IN,
  BYTES_OUT,
  TRACE_ID;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** Its name in the line and in {@code access_logs.template}. */
  public String label() {
    return label;
  }

  static Optional<AccessLogField> of(String label) {
    return Stream.of(values()).filter(field -> field.label().equals(label)).findFirst();
  }
}
