package dev.weir.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who signs tokens (JWT): every part of them as the test wants it, so that what is wrong
 * can be written too. What has single quotes gets double ones.
 */
public final class TokenIssuer {
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();
  private static final Map<String, KeyPair> PAIRS = new HashMap<>();

  private final String algorithm;
  private final String keyId;
  private final Signer signer;
  private final byte[] file;
  private final PublicKey key;

  /** Signs bytes. */
  public interface Signer {
    byte[] sign(byte[] input) throws GeneralSecurityException;
  }

  private TokenIssuer(String algorithm, String keyId, Signer signer, byte[] file, PublicKey key) {
    this.algorithm = algorithm;
    this.keyId = keyId;
    this.signer = signer;
    this.file = file;
    this.key = key;
  }

  /** With an RSA key, RS256. Of the same {@code keyId} it is always the same. */
  public static TokenIssuer rsa(String keyId) {
    return of("RS256", keyId, pair("RSA " + keyId, "RSA", null), "SHA256withRSA");
  }

  /** The same key by another name. */
  public TokenIssuer named(String otherKeyId) {
    return new TokenIssuer(algorithm, otherKeyId, signer, file, key);
  }

  /** With a key of P-256, ES256. */
  public static TokenIssuer ec(String keyId) {
    KeyPair pair = pair("EC " + keyId, "EC", "secp256r1");
    return of("ES256", keyId, pair, "SHA256withECDSAinP1363Format");
  }

  /** With a key of P-384, ES384. */
  public static TokenIssuer ec384(String keyId) {
    KeyPair pair = pair("EC384 " + keyId, "EC", "secp384r1");
    return of("ES384", keyId, pair, "SHA384withECDSAinP1363Format");
  }

  /** With a key of Ed25519. */
  public static TokenIssuer ed(String keyId) {
    return of("EdDSA", keyId, pair("Ed " + keyId, "Ed25519", null), "Ed25519");
  }

  /** With a secret, HS256. */
  public static TokenIssuer secret(byte[] secret) {
    // A public key is asked for by none who has a secret.
    PublicKey none = pair("RSA none", "RSA", null).getPublic();
    return new TokenIssuer("HS256", "secret", hmac(secret), secret.clone(), none);
  }

  /** Signs with a secret, whatever it is. */
  public static Signer hmac(byte[] secret) {
    return input -> {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret, "HmacSHA256"));
      return mac.doFinal(input);
    };
  }

  private static TokenIssuer of(String algorithm, String keyId, KeyPair pair, String signature) {
    return new TokenIssuer(
        algorithm,
        keyId,
        signer(pair.getPrivate(), signature),
        pem(pair.getPublic()).getBytes(US_ASCII),
        pair.getPublic());
  }

  private static Signer signer(PrivateKey key, String algorithm) {
    return input -> {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(input);
      return signature.sign();
    };
  }

  private static synchronized KeyPair pair(String name, String algorithm, @Nullable String curve) {
    return PAIRS.computeIfAbsent(
        name,
        _ -> {
          try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (curve != null) {
              generator.initialize(new ECGenParameterSpec(curve));
            }
            return generator.generateKeyPair();
          } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static String pem(PublicKey key) {
    return "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(key.getEncoded()));
  }

  /** The file with its public key, or its secret. */
  public byte[] file() {
    return file.clone();
  }

  /** The same for {@code jwt_source}. */
  public String source() {
    return Base64.getEncoder().encodeToString(file);
  }

  public PublicKey key() {
    return key;
  }

  public Signer signer() {
    return signer;
  }

  /** The header of its tokens. */
  public String header() {
    return "{'alg':'%s','typ':'JWT','kid':'%s'}".formatted(algorithm, keyId);
  }

  /** A good token. */
  public String token(String claims) {
    return token(header(), claims);
  }

  /** One with another header. */
  public String token(String header, String claims) {
    return token(header, claims, signer);
  }

  /** One that is signed by somebody else. */
  public static String token(String header, String claims, Signer signer) {
    String signed = part(header) + "." + part(claims);
    try {
      return signed + "." + URL.encodeToString(signer.sign(signed.getBytes(US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** A part of a token. */
  public static String part(String json) {
    return URL.encodeToString(json.replace('\'', '"').getBytes(UTF_8));
  }

  /** Its public key as an entry of a key set. */
  public String jwk() {
    String of =
        switch (key) {
          case RSAPublicKey rsa ->
              "'kty':'RSA','n':'%s','e':'%s'"
                  .formatted(
                      number(rsa.getModulus(), rsa.getModulus().bitLength() / 8),
                      number(rsa.getPublicExponent(), 3));
          case ECPublicKey ec -> {
            int bytes = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
            yield "'kty':'EC','crv':'%s','x':'%s','y':'%s'"
                .formatted(
                    bytes == 32 ? "P-256" : "P-384",
                    number(ec.getW().getAffineX(), bytes),
                    number(ec.getW().getAffineY(), bytes));
          }
          default -> {
            byte[] encoded = key.getEncoded();
            yield "'kty':'OKP','crv':'Ed25519','x':'%s'"
                .formatted(
                    URL.encodeToString(
                        Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
          }
        };
    return "{'kid':'%s','use':'sig',%s}".formatted(keyId, of).replace('\'', '"');
  }

  private static String number(BigInteger number, int bytes) {
    byte[] all = number.toByteArray();
    byte[] exact = new byte[bytes];
    int length = Math.min(bytes, all.length);
    System.arraycopy(all, all.length - length, exact, bytes - length, length);
    return URL.encodeToString(exact);
  }
}
