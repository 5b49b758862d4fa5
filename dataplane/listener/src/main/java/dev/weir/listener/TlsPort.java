package dev.weir.listener;

/**
 * What the TLS of a port is made of.
 *
 * @param http2 whether clients may choose HTTP/2, beside HTTP/1.1
 */
public record TlsPort(boolean http2, ServerNames names) {}
