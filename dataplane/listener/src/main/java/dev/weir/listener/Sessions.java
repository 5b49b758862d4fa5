package dev.weir.listener;

import io.netty.handler.ssl.ReferenceCountedOpenSslContext;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslContext;
import io.netty.internal.tcnative.SSL;
import javax.net.ssl.SSLEngine;

/**
 * What is kept of a handshake so that the client's next one is short: all of it by the client, in a
 * ticket (RFC 5077; RFC 8446, 4.6.1), so that handshakes fill no memory here. The keys of tickets
 * are random, change with time, and belong to one context: a ticket is worth nothing where another
 * certificate is shown, or another demand made, and nothing once either has changed.
 */
final class Sessions {
  private Sessions() {}

  /** Has a context of a server remember nobody. */
  static void keepNone(SslContext context) {
    if (context instanceof ReferenceCountedOpenSslContext openSsl) {
      openSsl.sessionContext().setSessionCacheEnabled(false);
    } else {
      context.sessionContext().setSessionCacheSize(1); // 0 is without a limit
    }
  }

  /**
   * Gives tickets to those who are asked for no certificate. Others prove each time that they have
   * its key, and it is judged each time; Java gives them tickets all the same.
   */
  static void arrange(SSLEngine engine, ClientDemand demand) {
    if (engine instanceof ReferenceCountedOpenSslEngine openSsl) {
      if (demand.asks()) {
        SSL.setOptions(openSsl.sslPointer(), SSL.SSL_OP_NO_TICKET);
      } else {
        SSL.clearOptions(openSsl.sslPointer(), SSL.SSL_OP_NO_TICKET);
      }
    }
  }
}
