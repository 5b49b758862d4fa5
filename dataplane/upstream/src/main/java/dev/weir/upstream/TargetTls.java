package dev.weir.upstream;

import dev.weir.balance.Transport;
import dev.weir.http2.BoringTls;
import dev.weir.http2.JdkTls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 in TLS (RFC 9113, 3.2) by one rule, with all that its connections share: made once, and
 * with the sessions that servers let us resume. Those of other rules never meet them. That asks
 * nobody about the certificate, so no session is resumed where lists of revoked ones count: it may
 * be on one by now, or the list be late; nor is any once a certificate has expired that was
 * accepted here. For all threads.
 */
public final class TargetTls implements Transport {
  private final TlsRule rule;
  private final ServerTrust trust;
  private final SslContext context;

  /**
   * @param clock tells whether certificates are still valid that were accepted
   * @throws SSLException when the rule cannot be used, and why
   */
  public TargetTls(TlsRule rule, InstantSource clock) throws SSLException {
    this.rule = rule;
    this.trust = new ServerTrust(rule.proof(), clock);
    this.context = context(rule, trust);
  }

  private static SslContext context(TlsRule rule, ServerTrust trust) throws SSLException {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
            .protocols(rule.versions())
            .ciphers(rule.ciphers())
            // In memory only: the default one derives a key by 10,000 rounds each time.
            .keyStoreType("JKS")
            .trustManager(trust)
            // Done by the trust manager, which is asked by every provider in the same way.
            .endpointIdentificationAlgorithm(null)
            .applicationProtocolConfig(
                new ApplicationProtocolConfig(
                    Protocol.ALPN,
                    SelectorFailureBehavior.NO_ADVERTISE,
                    SelectedListenerFailureBehavior.ACCEPT,
                    ApplicationProtocolNames.HTTP_2));
    ClientIdentity identity = rule.identity();
    if (identity != null) {
      builder.keyManager(identity.key(), identity.chain());
    }
    SNIHostName name = serverName(rule.proof().host());
    return (name == null ? builder : builder.serverName(name)).build();
  }

  /**
   * What the server is asked for, without the dot of a root; addresses are not (RFC 6066, 3). Nor
   * are names that are none by the rules for hosts, such as those with underscores, over which
   * servers of Java end a handshake. The certificate has to be for them all the same.
   */
  private static @Nullable SNIHostName serverName(String host) {
    if (PresentedNames.address(host) != null) {
      return null;
    }
    try {
      return new SNIHostName(host.endsWith(".") ? host.substring(0, host.length() - 1) : host);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  /** One for each connection; sessions are resumed with the same address only. */
  SslHandler newHandler(ByteBufAllocator allocator, InetSocketAddress address) {
    SslHandler made =
        trust.acceptsAllAgain()
            ? context.newHandler(
                allocator, address.getAddress().getHostAddress(), address.getPort())
            : context.newHandler(allocator); // sessions are found by the address
    return context instanceof JdkSslContext ? new JdkTls(made.engine()) : BoringTls.of(made);
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TargetTls that && rule.equals(that.rule);
  }

  @Override
  public int hashCode() {
    return rule.hashCode();
  }

  @Override
  public String toString() {
    return "TLS with " + rule.proof().host();
  }
}
