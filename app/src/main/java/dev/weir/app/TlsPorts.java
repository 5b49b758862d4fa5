package dev.weir.app;

import dev.weir.certificates.CertificateSource;
import dev.weir.listener.ServerNames;
import dev.weir.listener.TlsPort;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The ports that speak TLS, and what looks after their certificates. For one thread. */
final class TlsPorts implements AutoCloseable {
  private final Map<Integer, TlsPort> ports = new HashMap<>();
  private @Nullable CertificateWatch watch;

  /**
   * @param http2 whether clients may choose HTTP/2
   */
  TlsPorts(boolean http2, Map<Integer, ServerNames> names) {
    names.forEach((port, here) -> ports.put(port, new TlsPort(http2, here)));
  }

  boolean isEmpty() {
    return ports.isEmpty();
  }

  /** What a port speaks TLS with; null for one that speaks clear text. */
  @Nullable TlsPort at(int port) {
    return ports.get(port);
  }

  /**
   * Has handshakes use certificates that change, from now on.
   *
   * @param again gives the names of all ports, with certificates by this source
   */
  void keepUp(CertificateSource source, Supplier<Map<Integer, ServerNames>> again) {
    if (!source.inUse().isEmpty()) {
      watch =
          CertificateWatch.start(
              source, InstantSource.system(), () -> again.get().forEach(this::replace));
    }
  }

  /** A port that spoke clear text at first goes on to do so. */
  private void replace(int port, ServerNames names) {
    TlsPort here = ports.get(port);
    if (here != null) {
      here.replace(names);
    }
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
