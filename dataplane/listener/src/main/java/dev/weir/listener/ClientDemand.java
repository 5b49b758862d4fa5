package dev.weir.listener;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a handshake demands of the client, by the host that it means. */
public sealed interface ClientDemand {

  /** Nothing: the client is not asked who it is. */
  record None() implements ClientDemand {}

  /** A certificate, if the client has one; what it is good for shows with each call. */
  record Asked() implements ClientDemand {}

  /** Nobody comes in without one that is trusted. */
  record Required(ClientTrust trust) implements ClientDemand {}

  /** Whether the client is asked for a certificate. */
  default boolean asks() {
    return !(this instanceof None);
  }

  /**
   * Why a client with this chain may not come in, or null.
   *
   * @param chain empty when it has shown none
   */
  default @Nullable String refusal(List<X509Certificate> chain) {
    return switch (this) {
      case None() -> null;
      case Asked() -> ClientTrust.tooLong(chain);
      case Required(ClientTrust trust) ->
          chain.isEmpty() ? "the client shows no certificate" : trust.refusal(chain);
    };
  }

  /** Has handshakes demand it. */
  default SslContextBuilder apply(SslContextBuilder builder) {
    return switch (this) {
      case None() -> builder.clientAuth(ClientAuth.NONE);
      case Asked() -> builder.clientAuth(ClientAuth.OPTIONAL).trustManager(check());
      case Required(ClientTrust _) -> builder.clientAuth(ClientAuth.REQUIRE).trustManager(check());
    };
  }

  private ClientCheck check() {
    return new ClientCheck(this::refusal);
  }
}
