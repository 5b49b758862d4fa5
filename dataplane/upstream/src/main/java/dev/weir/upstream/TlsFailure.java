package dev.weir.upstream;

/** Why there is no TLS with a server. Each has a label for counters. */
public enum TlsFailure {
  /** Nobody that is trusted vouches for the server's certificate. */
  UNKNOWN_ISSUER("unknown_issuer"),
  /** The certificate is for others. */
  NAME_MISMATCH("name_mismatch"),
  /** The common name of the certificate is another one, which was asked to be the host. */
  COMMON_NAME_MISMATCH("common_name_mismatch"),
  EXPIRED("expired"),
  NOT_YET_VALID("not_yet_valid"),
  /** It was taken back by its issuer, or whether it was cannot be told. */
  REVOKED("revoked"),
  /** The certificate is no good for another reason. */
  BAD_CERTIFICATE("bad_certificate"),
  /** The key of the server is not one of those that are pinned. */
  WRONG_PIN("wrong_pin"),
  /** The server does not agree to HTTP/2. */
  NO_HTTP2("no_http2"),
  /** The server ends the handshake, as one does that wants a certificate of us. */
  REFUSED("refused"),
  /** What the server sends is not TLS. */
  NO_TLS("no_tls"),
  /** What came after the handshake is no record of this connection. */
  BAD_RECORD("bad_record"),
  TIMEOUT("timeout");

  private final String label;

  TlsFailure(String label) {
    this.label = label;
  }

  /** The name in counters. */
  public String label() {
    return label;
  }
}
