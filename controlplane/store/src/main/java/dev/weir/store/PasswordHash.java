package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/**
 * What is kept of a password: bcrypt, as in Tyk. It is slow by intent, since people choose
 * passwords; a quarter of a second is not for an event loop. For all threads.
 */
public final class PasswordHash {
  /** The name of the function, as {@code basic_auth_data.hash_type} has it. */
  public static final String TYPE = "bcrypt";

  /** Longest password, in bytes of UTF-8: the function does not look at those behind them. */
  public static final int MOST_BYTES = 72;

  private static final String VERSION = "2b";
  private static final int COST = 12;
  private static final int SALT_BYTES = 16;

  /** A hash of no known password, as slow to compare with as any other. */
  public static final String OF_NOBODY =
      "$2b$12$DUliEJGsfwwqRUED5g.MiOtbuh2XizoY4DTCNjxJNfpb6jzCT4YfS";

  private final SecureRandom random = new SecureRandom();

  /**
   * Another one each time.
   *
   * @param password not longer than {@link #MOST_BYTES}
   */
  public String of(String password) {
    byte[] bytes = password.getBytes(UTF_8);
    if (bytes.length > MOST_BYTES) {
      throw new IllegalArgumentException("a password of " + bytes.length + " bytes");
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return OpenBSDBCrypt.generate(VERSION, bytes, salt, COST);
  }

  /**
   * Whether a hash is one of this password; as slow as making one.
   *
   * @param password in UTF-8; one that is too long is never right
   */
  public static boolean matches(String hash, byte[] password) {
    if (password.length > MOST_BYTES) {
      return false;
    }
    try {
      return OpenBSDBCrypt.checkPassword(hash, password);
    } catch (IllegalArgumentException e) {
      // The hash is none.
      return false;
    }
  }
}
