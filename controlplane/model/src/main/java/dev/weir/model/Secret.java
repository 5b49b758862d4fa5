package dev.weir.model;

/**
 * A text that must never be printed.
 *
 * @param text empty when not set
 */
public record Secret(String text) {
  /** None. */
  static final Secret NONE = new Secret("");

  public boolean isSet() {
    return !text.isEmpty();
  }

  @Override
  public String toString() {
    return isSet() ? "***" : "";
  }
}
