package dev.weir.compiler;

import dev.weir.filter.Identity;
import dev.weir.jwt.Claims;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Who shows a token whose signature was right, as a {@link TokenTable} keeps it. */
abstract sealed class RememberedToken implements Identity permits ProvenToken, ClientToken {
  private final Map<String, String> told;
  private volatile boolean forgotten;

  /**
   * @param told what may be asked for of it
   */
  RememberedToken(Map<String, String> told) {
    this.told = told;
  }

  /** Those of the claims that may be asked for. */
  static Map<String, String> told(Claims claims, Set<String> names) {
    return names.stream().collect(Collectors.toUnmodifiableMap(name -> name, claims::told));
  }

  /** Its calls go on; the next one has it checked anew. */
  final void isForgotten() {
    forgotten = true;
  }

  /** It is not among those that are kept. */
  abstract void release(long epochSeconds);

  /** Whether what it was found good by is still so. */
  abstract boolean isTrusted();

  @Override
  public final boolean isKnown() {
    return !forgotten && isTrusted();
  }

  @Override
  public final String claim(String name) {
    return told.getOrDefault(name, "");
  }
}
