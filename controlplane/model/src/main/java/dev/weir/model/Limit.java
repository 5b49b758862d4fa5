package dev.weir.model;

import java.util.Locale;

/**
 * A limit on what peers may do, as it stands in the {@code weir} object: its place there, its
 * default, and what it may be set to. A new limit is one line here.
 */
public enum Limit {
  MAX_CONCURRENT_STREAMS("http2", 100, 1, 1_000_000),
  MAX_HEADER_LIST_BYTES("http2", 64 << 10, 1 << 10, 128 << 10),
  MAX_HEADER_FIELDS("http2", 128, 8, 10_000),
  MAX_CONTINUATIONS("http2", 8, 0, 64),
  STREAM_WINDOW_BYTES("http2", 64 << 10, 1 << 10, 1 << 30),
  CONNECTION_WINDOW_BYTES("http2", 1 << 20, 65_535, 1 << 30),
  MAX_UNREAD_ANSWERS("http2", 1000, 1, 1_000_000),
  RESETS_BURST("http2", 200, 1, 1_000_000_000),
  RESETS_PER_SECOND("http2", 20, 1, 1_000_000_000),
  PINGS_BURST("http2", 60, 1, 1_000_000_000),
  PINGS_PER_SECOND("http2", 1, 1, 1_000_000_000),
  SETTINGS_BURST("http2", 10, 1, 1_000_000_000),
  SETTINGS_PER_SECOND("http2", 1, 1, 1_000_000_000),
  PRIORITIES_BURST("http2", 100, 1, 1_000_000_000),
  PRIORITIES_PER_SECOND("http2", 10, 1, 1_000_000_000),
  MAX_SETTINGS_ENTRIES("http2", 32, 8, 2730),
  MAX_EMPTY_FRAMES("http2", 10, 0, 1_000_000_000),
  SMALL_DATA_BYTES("http2", 64 << 10, 0, 1_000_000_000),
  WINDOW_UPDATES_PER_DATA("http2", 10, 2, 1_000_000),
  WASTE_BYTES("http2", 1 << 20, 0, 1_000_000_000),
  MAX_DRIBBLES("http2", 100, 0, 1_000_000_000),
  DRIBBLE_BYTES("http2", 512, 1, 16 << 10),
  STALL_SECONDS("http2", 60, 0, 86_400),
  PROGRESS_BYTES("http2", 1 << 10, 1, 1 << 20),
  PREFACE_SECONDS("http2", 5, 1, 3600),
  SETTINGS_SECONDS("http2", 10, 1, 3600),
  HEAD_SECONDS("http2", 10, 1, 3600),
  HTTP1_IDLE_SECONDS("http2", 60, 1, 86_400),
  MAX_UPSTREAM_CONTINUATIONS("http2", 72, 0, 1024),
  UPSTREAM_CONNECTION_WINDOW_BYTES("http2", 16 << 20, 65_535, 1 << 30),
  UPSTREAM_CONNECT_SECONDS("http2", 5, 1, 3600),
  UPSTREAM_WAIT_SECONDS("http2", 10, 1, 3600),
  UPSTREAM_RESETS_BURST("http2", 36, 1, 1_000_000_000),
  UPSTREAM_RESETS_PER_SECOND("http2", 1, 1, 1_000_000_000),
  UPSTREAM_KEEPALIVE_SECONDS("http2", 0, 0, 86_400),
  UPSTREAM_KEEPALIVE_TIMEOUT_SECONDS("http2", 10, 1, 3600),

  MAX_CONNECTIONS("limits", 10_000, 1, 10_000_000),
  MAX_CONNECTIONS_PER_ADDRESS("limits", 5_000, 1, 10_000_000),
  MAX_STREAMS("limits", 100_000, 1, 100_000_000),
  MAX_BUFFERED_MIB("limits", 0, 0, 1 << 20),
  MAX_WINDOW_GROWTH_MIB("limits", 32, 0, 1 << 20),
  FAILED_CREDENTIALS_BURST("limits", 40, 0, 1_000_000),
  FAILED_CREDENTIALS_PER_SECOND("limits", 5, 1, 1_000_000);

  private final String group;
  private final int byDefault;
  private final int least;
  private final int most;

  Limit(String group, int byDefault, int least, int most) {
    this.group = group;
    this.byDefault = byDefault;
    this.least = least;
    this.most = most;
  }

  /** The object within {@code weir} that it stands in. */
  String group() {
    return group;
  }

  /** Its name in that object. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its place in the document. */
  public String path() {
    return "weir." + group + "." + key();
  }

  public int byDefault() {
    return byDefault;
  }

  int least() {
    return least;
  }

  int most() {
    return most;
  }
}
