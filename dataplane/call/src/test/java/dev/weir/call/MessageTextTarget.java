package dev.weir.call;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import java.net.URLDecoder;

/**
 * F-8: a {@code grpc-message} is printable and says to who decodes it what it said before. There is
 * no decoder here to fuzz: messages of others pass as they are.
 */
final class MessageTextTarget implements FuzzTarget {

  @Override
  public void run(byte[] input) {
    String message = new String(input, UTF_8);
    String text = new String(GrpcMessage.encode(message), US_ASCII);
    assertThat(text).matches("([ -$&-~]|%[0-9A-F]{2})*");
    assertThat(URLDecoder.decode(text.replace("+", "%2B"), UTF_8)).isEqualTo(message);
    checkHalfCharacters(input);
  }

  /** UTF-16 as it is in no valid text: it loses the halves of characters, and nothing else. */
  private static void checkHalfCharacters(byte[] input) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i + 1 < input.length; i += 2) {
      text.append((char) ((input[i] & 0xff) << 8 | (input[i + 1] & 0xff)));
    }
    String message = text.toString();
    String decoded =
        URLDecoder.decode(
            new String(GrpcMessage.encode(message), US_ASCII).replace("+", "%2B"), UTF_8);
    assertThat(decoded).isEqualTo(new String(message.getBytes(UTF_8), UTF_8));
  }
}
