package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;

/**
 * What stands for a token wherever tokens are kept: HMAC-SHA-256 of it, with a key that comes from
 * the secret of the store. Who has the files but not the secret cannot even try guessed tokens. The
 * same token has the same hash, so that it is found by it, without a comparison that takes longer
 * the more of it is right. For all threads.
 */
public final class KeyHash {
  private final byte[] key;

  /** The hash of one store. */
  public KeyHash(StoreSecret secret) {
    this.key = secret.derive("tokens");
  }

  /** 64 hexadecimal digits. */
  public String of(String token) {
    return HexFormat.of().formatHex(StoreSecret.mac(key).doFinal(token.getBytes(UTF_8)));
  }
}
