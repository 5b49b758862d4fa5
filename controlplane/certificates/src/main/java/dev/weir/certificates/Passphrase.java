package dev.weir.certificates;

/**
 * Opens private keys that are encrypted. It knows nothing of how: every start makes one, and the
 * classes that do it are in archives that are signed, whose long lists of digests are read first.
 *
 * @param text empty where there is none; never in a message
 */
public record Passphrase(String text) {
  /** For those who have no encrypted keys. */
  public static final Passphrase NONE = new Passphrase("");

  @Override
  public String toString() {
    return text.isEmpty() ? "" : "***";
  }
}
