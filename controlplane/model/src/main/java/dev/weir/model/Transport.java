package dev.weir.model;

import java.util.Locale;

/** Which kernel interface carries the sockets ({@code weir.transport}). */
public enum Transport {
  /** The fastest one this machine has. */
  AUTO,
  /** Linux epoll; the start is refused where it cannot be loaded. */
  EPOLL,
  /** Java's own selector, everywhere. */
  NIO;

  /** The text in the file. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
