package dev.weir.listener;

import org.jspecify.annotations.Nullable;

/** What a port speaks, which may be exchanged while clients have begun. For all threads. */
final class Spoken {
  private volatile @Nullable TlsPort tls;

  /**
   * @param tls null for clear text
   */
  Spoken(@Nullable TlsPort tls) {
    this.tls = tls;
  }

  /** What it speaks now; null for clear text. */
  @Nullable TlsPort now() {
    return tls;
  }

  /**
   * Has it speak something else.
   *
   * @return whether clients have to come anew: clear text took the place of TLS, or TLS that of
   *     clear text, or some are asked for a certificate now whose handshake did not ask
   */
  boolean exchange(@Nullable TlsPort next) {
    TlsPort before = tls;
    tls = next;
    if (before == null || next == null) {
      return (before == null) != (next == null);
    }
    return next.names().asksMoreThan(before.names());
  }

  /** Whether a client that begins to speak in clear text has to come anew. */
  boolean isSecure() {
    return tls != null;
  }

  /**
   * The same for one whose handshake is complete.
   *
   * @param host that it meant; null when it named none
   * @param made what its handshake demanded
   */
  boolean isOver(@Nullable String host, ClientDemand made) {
    TlsPort now = tls;
    return now == null || (!made.asks() && now.names().asks(host));
  }
}
