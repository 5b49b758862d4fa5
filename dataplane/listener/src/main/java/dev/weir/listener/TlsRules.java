package dev.weir.listener;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * How ports speak TLS with their clients.
 *
 * @param versions by the names of Java, such as {@code TLSv1.3}
 * @param ciphers by their IANA names, the preferred ones first
 * @param http2 whether clients may choose HTTP/2, beside HTTP/1.1
 */
public record TlsRules(List<String> versions, List<String> ciphers, boolean http2) {
  /**
   * Netty passes the key through a store in memory. The default kind encrypts it there with a key
   * that takes milliseconds to derive, which tells nobody anything less.
   */
  private static final String KEY_STORE = "JKS";

  /** A client's certificate and those that it was issued by; Java has this limit by itself. */
  private static final int MAX_CHAIN_BYTES = 32 << 10;

  public TlsRules {
    versions = List.copyOf(versions);
    ciphers = List.copyOf(ciphers);
  }

  /** Who does the cryptography: BoringSSL where it can be loaded, the JDK elsewhere. */
  public static String provider() {
    return OpenSsl.isAvailable() ? OpenSsl.versionString() : "JDK " + Runtime.version().feature();
  }

  SslContext apply(SslContextBuilder builder) throws SSLException {
    if (OpenSsl.isAvailable()) {
      builder
          .sslProvider(SslProvider.OPENSSL)
          .option(OpenSslContextOption.MAX_CERTIFICATE_LIST_BYTES, MAX_CHAIN_BYTES);
    } else {
      builder.sslProvider(SslProvider.JDK);
    }
    return builder
        .keyStoreType(KEY_STORE)
        .protocols(versions)
        .ciphers(ciphers)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                Protocol.ALPN,
                SelectorFailureBehavior.NO_ADVERTISE,
                SelectedListenerFailureBehavior.ACCEPT,
                protocols()))
        .build();
  }

  private List<String> protocols() {
    return http2
        ? List.of(ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)
        : List.of(ApplicationProtocolNames.HTTP_1_1);
  }
}
