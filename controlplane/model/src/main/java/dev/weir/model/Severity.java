package dev.weir.model;

import java.util.Locale;

/** How much a {@link Problem} matters: an error refuses the document, the others only inform. */
public enum Severity {
  ERROR,
  WARNING,
  NOTE;

  /** Lower-case name, as printed and as written to JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
