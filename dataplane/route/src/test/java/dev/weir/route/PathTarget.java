package dev.weir.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import java.net.URI;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * F-6, of what there is: a path that a gRPC call may have is its own normal form to every reader,
 * and each that its grammar allows is one.
 */
final class PathTarget implements FuzzTarget {
  private static final Pattern SEGMENT =
      Pattern.compile("(?!\\.{1,2}\\z)[A-Za-z0-9\\-._~!$&'()*+,=:@]+");

  @Override
  public void run(byte[] input) {
    String path = new String(input, ISO_8859_1);
    boolean plain = GrpcPath.isPlain(input);
    assertThat(plain).as("%s", path).isEqualTo(isGrammatical(path));
    if (plain) {
      URI uri = URI.create("http://host" + path);
      assertThat(uri.normalize()).isEqualTo(uri);
      assertThat(uri.getPath()).isEqualTo(uri.getRawPath()).isEqualTo(path);
    }
  }

  private static boolean isGrammatical(String path) {
    return path.startsWith("/")
        && Arrays.stream(path.substring(1).split("/", -1))
            .allMatch(segment -> SEGMENT.matcher(segment).matches());
  }
}
