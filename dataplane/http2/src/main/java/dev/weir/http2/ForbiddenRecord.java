package dev.weir.http2;

import javax.net.ssl.SSLException;

/** A record that Java would take, and that ends the connection here; the message says why. */
public final class ForbiddenRecord extends SSLException {
  private static final long serialVersionUID = 1L;

  ForbiddenRecord(String why) {
    super(why);
  }
}
