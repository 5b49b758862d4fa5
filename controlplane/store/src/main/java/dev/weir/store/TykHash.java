package dev.weir.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What Tyk keeps of a token where {@code hash_keys} is set.
 *
 * @param digits hexadecimal, in lower case, as many as the function gives
 */
public record TykHash(Function function, String digits) {

  /** The functions that Tyk has. Their labels are in the store: they stay. */
  public enum Function {
    /** Of what Tyk calls so there is no other implementation; see {@link Murmur3}. */
    MURMUR32("murmur32", 8, false),
    MURMUR64("murmur64", 16, false),
    MURMUR128("murmur128", 32, false),
    SHA256("sha256", 64, true);

    private final String label;
    private final int length;
    private final boolean isOneWay;

    Function(String label, int length, boolean isOneWay) {
      this.label = label;
      this.length = length;
      this.isOneWay = isOneWay;
    }

    /** What Tyk calls it. */
    public String label() {
      return label;
    }

    /** Whether nobody can find a token that has a hash. */
    public boolean isOneWay() {
      return isOneWay;
    }

    /** The one with a label; null for none. */
    public static @Nullable Function called(String label) {
      return Stream.of(values()).filter(known -> known.label.equals(label)).findAny().orElse(null);
    }

    /** The one that a token tells of; null for one that tells nothing. */
    public static @Nullable Function told(byte[] token) {
      // The brace and the quote of JSON in base64: most tokens cost no exception.
      if (token.length < 2 || token[0] != 'e' || token[1] != 'y') {
        return null;
      }
      try {
        String json = new String(Base64.getDecoder().decode(token), ISO_8859_1);
        return Stream.of(values())
            .filter(known -> json.endsWith("\"h\":\"" + known.label + "\"}"))
            .findAny()
            .orElse(null);
      } catch (IllegalArgumentException e) {
        return null;
      }
    }

    /** The one that Tyk has hashed a token with, whatever it is set to now. */
    public static Function by(byte[] token) {
      Function told = told(token);
      return told == null ? MURMUR32 : told;
    }

    /** The hash of a token. */
    public TykHash of(byte[] token) {
      HexFormat hex = HexFormat.of();
      return new TykHash(
          this,
          switch (this) {
            case MURMUR32 -> hex.toHexDigits(Murmur3.unfinished32(token));
            case MURMUR64 -> hex.toHexDigits(Murmur3.x64(token).high());
            case MURMUR128 -> {
              Murmur3.Sum sum = Murmur3.x64(token);
              yield hex.toHexDigits(sum.high()) + hex.toHexDigits(sum.low());
            }
            case SHA256 -> hex.formatHex(sha256(token));
          });
    }

    private static byte[] sha256(byte[] token) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(token);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-256", e);
      }
    }
  }

  /**
   * The hash that a text is: the function's name, a colon and the digits, or digits alone where
   * their number tells the function and is not that of {@link KeyHash} too; null for none.
   */
  public static @Nullable TykHash parse(String text) {
    int colon = text.indexOf(':');
    String digits = text.substring(colon + 1);
    if (!digits.matches("[0-9a-f]+")) {
      return null;
    }
    for (Function known : Function.values()) {
      boolean isIt = colon < 0 ? known != Function.SHA256 : text.startsWith(known.label + ":");
      if (isIt && digits.length() == known.length) {
        return new TykHash(known, digits);
      }
    }
    return null;
  }

  /** What {@link #parse} takes, for people. */
  public static String forms() {
    return Stream.of(Function.values())
        .map(known -> "%s:DIGITS (%d)".formatted(known.label, known.length))
        .collect(joining(", "));
  }

  /** As {@link #parse} takes it. */
  @Override
  public String toString() {
    return function.label + ":" + digits;
  }
}
