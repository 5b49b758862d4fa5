package dev.weir.compiler;

import dev.weir.filter.Identity;
import dev.weir.jwt.BadToken;
import dev.weir.jwt.Claims;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Who shows a token whose signature was right, as a {@link TokenTable} keeps it. */
abstract sealed class RememberedToken implements Identity permits ProvenToken, ClientToken {
  /** Characters of what one may say to servers. */
  private static final int MOST_TOLD = 2048;

  private final int characters;
  private volatile Map<String, String> told;
  private volatile boolean forgotten;

  /**
   * @param told what may be asked for of it
   */
  RememberedToken(Map<String, String> told) {
    this.told = told;
    this.characters = characters(told);
  }

  /**
   * Those of the claims that may be asked for, and say something.
   *
   * @throws BadToken where they say more than is kept
   */
  static Map<String, String> told(Claims claims, Set<String> names) throws BadToken {
    Map<String, String> told = new HashMap<>();
    for (String name : names) {
      String text = claims.told(name);
      if (!text.isEmpty()) {
        told.put(name, text);
      }
    }
    if (characters(told) > MOST_TOLD) {
      throw new BadToken(
          "its claims that servers are told have more than %d characters".formatted(MOST_TOLD));
    }
    return Map.copyOf(told);
  }

  private static int characters(Map<String, String> told) {
    return told.values().stream().mapToInt(String::length).sum();
  }

  /** Of what it says, or has said. */
  final int characters() {
    return characters;
  }

  /**
   * Its calls go on; the next one has it checked anew. Event loops may remember it for long, and
   * not what it says.
   */
  final void isForgotten() {
    forgotten = true;
    told = Map.of();
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
  public final Map<String, String> claims() {
    return told;
  }
}
