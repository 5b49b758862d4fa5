package dev.weir.listener;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContextBuilder;

/** What a handshake demands of the client, by the host that it means. */
public sealed interface ClientDemand {

  /** Nothing: the client is not asked who it is. */
  record None() implements ClientDemand {}

  /** A certificate, if the client has one; what it is good for shows with each call. */
  record Asked() implements ClientDemand {}

  /** Nobody comes in without one that is trusted. */
  record Required(ClientTrust trust) implements ClientDemand {}

  /** Has handshakes demand it. */
  default SslContextBuilder apply(SslContextBuilder builder) {
    return switch (this) {
      case None() -> builder.clientAuth(ClientAuth.NONE);
      case Asked() ->
          builder.clientAuth(ClientAuth.OPTIONAL).trustManager(new ClientCheck(chain -> null));
      case Required(ClientTrust trust) ->
          builder.clientAuth(ClientAuth.REQUIRE).trustManager(new ClientCheck(trust::refusal));
    };
  }
}
