package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The secret of a store, 256 random bits in the file {@code store.key} of the data folder: what
 * documents are encrypted with and tokens are hashed with comes from it. Without it the files of a
 * store tell nothing, and are worth nothing.
 */
public final class StoreSecret {
  private static final String MAC = "HmacSHA256";
  private static final int BYTES = 32;
  private static final int MARK_DIGITS = 16;

  private final byte[] secret;

  private StoreSecret(byte[] secret) {
    this.secret = secret;
  }

  /**
   * The secret of the store in a data folder, made together with the store.
   *
   * @throws StoreException when it is not there but the store is, or when others may read it
   */
  public static StoreSecret of(Path dataFolder) throws StoreException {
    Failures failures = new Failures(dataFolder);
    try {
      return new StoreSecret(readOrMake(dataFolder, failures));
    } catch (IOException e) {
      throw failures.of(e);
    }
  }

  /** Where the secret of a data folder is. */
  static Path file(Path dataFolder) {
    return dataFolder.resolve("store.key");
  }

  private static byte[] readOrMake(Path dataFolder, Failures failures)
      throws IOException, StoreException {
    Path file = file(dataFolder);
    if (!Files.exists(file)) {
      make(dataFolder, file, failures);
    }
    String exposure = DurableFile.exposure(file, "chmod 600");
    if (exposure != null) {
      throw failures.key(exposure);
    }
    DurableFile.removeTwins(file);
    return parse(file, failures);
  }

  private static void make(Path dataFolder, Path file, Failures failures)
      throws IOException, StoreException {
    if (Files.exists(StoreFolder.database(dataFolder))) {
      throw failures.key(
          "there is no %s, without which the store beside it cannot be read: bring the file back"
              .formatted(file));
    }
    byte[] made = new byte[BYTES];
    new SecureRandom().nextBytes(made);
    DurableFile.createFolder(dataFolder);
    DurableFile.writeNew(file, (HexFormat.of().formatHex(made) + "\n").getBytes(UTF_8));
  }

  private static byte[] parse(Path file, Failures failures) throws IOException, StoreException {
    String text = Files.readString(file).strip();
    if (!text.matches("[0-9a-f]{" + 2 * BYTES + "}")) {
      throw failures.key(
          "%s is not the file that was made for the store, which holds %d hexadecimal digits"
              .formatted(file, 2 * BYTES));
    }
    return HexFormat.of().parseHex(text);
  }

  /** Tells secrets apart without telling the secret. */
  String mark() {
    return HexFormat.of().formatHex(derive("mark")).substring(0, MARK_DIGITS);
  }

  /** A key for one use, from which neither the secret nor another key can be found. */
  byte[] derive(String use) {
    return mac(secret).doFinal(("weir store " + use).getBytes(UTF_8));
  }

  /** HMAC-SHA-256 (RFC 2104) with a key. */
  static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC", e);
    }
  }

  @Override
  public String toString() {
    return "***";
  }
}
