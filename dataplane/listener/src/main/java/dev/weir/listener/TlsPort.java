package dev.weir.listener;

/** What the TLS of a port is made of; may be exchanged while it serves. For all threads. */
public final class TlsPort {
  private final boolean http2;
  private volatile ServerNames names;

  /**
   * @param http2 whether clients may choose HTTP/2, beside HTTP/1.1
   */
  public TlsPort(boolean http2, ServerNames names) {
    this.http2 = http2;
    this.names = names;
  }

  /** Has handshakes that begin from now on use these. */
  public void replace(ServerNames newNames) {
    names = newNames;
  }

  ServerNames names() {
    return names;
  }

  boolean http2() {
    return http2;
  }
}
