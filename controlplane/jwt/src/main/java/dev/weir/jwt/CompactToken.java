package dev.weir.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import java.text.ParseException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A token as it is sent: {@code HEADER.PAYLOAD.SIGNATURE} (RFC 7515, 7.1), each in base64url. What
 * the header says is not believed: it names an algorithm and a key, which are compared with what
 * the API says. Immutable.
 */
public final class CompactToken {
  private static final int PARTS = 3;

  private final JWSHeader header;
  private final byte[] signed;
  private final String payload;
  private final Base64URL signature;

  private CompactToken(JWSHeader header, byte[] signed, String payload, Base64URL signature) {
    this.header = header;
    this.signed = signed;
    this.payload = payload;
    this.signature = signature;
  }

  /**
   * Reads one. Whatever is not exactly one is refused: other characters, padding, five parts of an
   * encrypted token, extensions that have to be understood ({@code crit}).
   */
  public static CompactToken of(String text) throws BadToken {
    String[] parts = text.split("\\.", -1);
    if (parts.length != PARTS) {
      throw new BadToken("it has %d parts and not three".formatted(parts.length));
    }
    for (String part : parts) {
      if (!isCanonical(part)) {
        throw new BadToken("it is no base64url");
      }
    }
    return new CompactToken(
        header(parts[0]),
        text.substring(0, text.lastIndexOf('.')).getBytes(US_ASCII),
        parts[1],
        new Base64URL(parts[2]));
  }

  private static JWSHeader header(String part) throws BadToken {
    JWSHeader header;
    try {
      Base64URL encoded = new Base64URL(part);
      header = JWSHeader.parse(object(encoded.decodeToString()), encoded);
    } catch (ParseException | IllegalArgumentException e) {
      throw new BadToken("its header is none of a signed token");
    }
    if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
      throw new BadToken("its header asks for extensions");
    }
    return header;
  }

  /** What may be an object: to the parser {@code null} is one, and so is a list of pairs. */
  static String object(String json) throws ParseException {
    if (!json.stripLeading().startsWith("{")) {
      throw new ParseException("no object", 0);
    }
    return json;
  }

  /** Bits behind the end of what is encoded would make two texts of one token. */
  private static boolean isCanonical(String part) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      return part.equals(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  JWSHeader header() {
    return header;
  }

  /** The name of the key that it says it is signed with; null for none. */
  public @Nullable String keyId() {
    return header.getKeyID();
  }

  /** What is signed; read only. */
  byte[] signed() {
    return signed;
  }

  /** In base64url. */
  String payload() {
    return payload;
  }

  Base64URL signature() {
    return signature;
  }
}
