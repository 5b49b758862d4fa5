package dev.weir.model;

/** What an API's {@code protocol} field asks its port to speak. */
public enum ApiProtocol {
  HTTP("http"),
  HTTPS("https"),
  H2C("h2c"),
  TCP("tcp"),
  TLS("tls");

  private final String label;

  ApiProtocol(String label) {
    this.label = label;
  }

  /** The text in the file, and the key in {@code ports_whitelist}. */
  public String label() {
    return label;
  }
}
