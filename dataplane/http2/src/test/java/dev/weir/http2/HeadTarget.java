package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * F-5: a head or trailers are held to RFC 9113, 8.2 and 8.3, as grammars say it, and Netty's own
 * rules find nothing wrong with what we let pass, but for control characters that RFC 9113 leaves
 * alone and for an empty authority. The input is one octet that chooses, then names and values with
 * 0xff between them.
 */
final class HeadTarget implements FuzzTarget {
  private static final String TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
  private static final Pattern NAME = Pattern.compile("[!#$%&'*+\\-.^_`|~0-9a-z]+");
  private static final Pattern VALUE = Pattern.compile("(?s)(?![ \t])[^\\x00\r\n]*(?<![ \t])");
  private static final Pattern NETTY_ALONE =
      Pattern.compile("[\\x01-\\x08\\x0b-\\x1f\\x7f]|:authority: [,\\]]");
  private static final Pattern METHOD = Pattern.compile("(?!CONNECT\\z)(?=.{1,32}\\z)" + TOKEN);
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+\\-.]*");
  private static final Pattern PATH = Pattern.compile("[^\\x00-\\x20\\x7f]+");
  private static final Pattern HOST =
      Pattern.compile("([A-Za-z0-9\\-._~!$&'()*+,;=]+|\\[[0-9A-Fa-f:.]+])(:[0-9]*)?");
  private static final Pattern STATUS = Pattern.compile("(?!101)[1-9][0-9][0-9]");
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final Set<String> NEEDED = Set.of(":method", ":scheme", ":path");
  private static final Set<String> ALLOWED = Set.of(":method", ":scheme", ":path", ":authority");
  private static final Set<String> OF_THE_CONNECTION =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private record Pair(String name, String value) {
    boolean isPseudo() {
      return name.startsWith(":");
    }
  }

  @Override
  public void run(byte[] input) {
    List<Pair> pairs = pairs(input);
    FieldList fields = new FieldList();
    pairs.forEach(pair -> fields.add(HeaderField.of(pair.name(), pair.value())));
    switch (input.length == 0 ? 0 : input[0] % 3) {
      case 0 -> check(HeadRules.request(fields) == null, isRequest(pairs), fields, true);
      case 1 -> check(HeadRules.response(fields) == null, isResponse(pairs), fields, true);
      default -> check(HeadRules.trailers(fields) == null, areRegular(pairs, 0), fields, false);
    }
    assertThat(HeadRules.contentLength(fields)).isEqualTo(contentLength(pairs));
  }

  private static List<Pair> pairs(byte[] input) {
    List<Pair> pairs = new ArrayList<>();
    String text =
        new String(input, Math.min(1, input.length), Math.max(0, input.length - 1), ISO_8859_1);
    String[] parts = text.split("\u00ff", -1);
    for (int i = 0; i + 1 < parts.length; i += 2) {
      pairs.add(new Pair(parts[i], parts[i + 1]));
    }
    return pairs;
  }

  private static void check(boolean passes, boolean expected, FieldList fields, boolean head) {
    assertThat(passes).as("%s", fields).isEqualTo(expected);
    if (passes && head && !NETTY_ALONE.matcher(fields.toString()).find()) {
      checkThatNettyAgrees(fields);
    }
  }

  // ---- the grammar -----------------------------------------------------------------------------

  private static boolean isRequest(List<Pair> pairs) {
    int pseudo = 0;
    Set<String> seen = new HashSet<>();
    @Nullable String authority = null;
    for (Pair pair : pairs) {
      if (!pair.isPseudo()) {
        break;
      }
      pseudo++;
      if (!ALLOWED.contains(pair.name()) || !seen.add(pair.name()) || !isPseudoValue(pair)) {
        return false;
      }
      authority = pair.name().equals(":authority") ? pair.value() : authority;
    }
    return seen.containsAll(NEEDED)
        && areRegular(pairs, pseudo)
        && isHost(pairs.stream().filter(pair -> pair.name().equals("host")).toList(), authority);
  }

  private static boolean isPseudoValue(Pair pair) {
    return switch (pair.name()) {
      case ":method" -> matches(METHOD, pair.value());
      case ":scheme" -> matches(SCHEME, pair.value());
      case ":path" -> matches(PATH, pair.value());
      default -> pair.value().isEmpty() || isAuthority(pair.value());
    };
  }

  private static boolean isAuthority(String text) {
    int colon = text.lastIndexOf(':');
    String port = colon > text.lastIndexOf(']') ? text.substring(colon + 1) : "";
    String digits = port.replaceFirst("^0+", "");
    return matches(HOST, text)
        && digits.length() <= 5
        && (digits.isEmpty() || Integer.parseInt(digits) <= 65535);
  }

  private static boolean isHost(List<Pair> hosts, @Nullable String authority) {
    if (hosts.isEmpty()) {
      return true;
    }
    String host = hosts.getFirst().value();
    return hosts.size() == 1
        && (authority != null ? isSameHost(host, authority) : host.isEmpty() || isAuthority(host));
  }

  /** In ASCII's letters only. */
  private static boolean isSameHost(String one, String other) {
    return one.length() == other.length() && lower(one).equals(lower(other));
  }

  private static String lower(String text) {
    StringBuilder lower = new StringBuilder();
    text.chars().forEach(c -> lower.append((char) (c >= 'A' && c <= 'Z' ? c + 32 : c)));
    return lower.toString();
  }

  private static boolean isResponse(List<Pair> pairs) {
    return !pairs.isEmpty()
        && pairs.getFirst().name().equals(":status")
        && matches(STATUS, pairs.getFirst().value())
        && areRegular(pairs, 1);
  }

  private static boolean areRegular(List<Pair> pairs, int from) {
    return pairs.stream().skip(from).allMatch(HeadTarget::isRegular);
  }

  private static boolean isRegular(Pair pair) {
    return matches(NAME, pair.name())
        && matches(VALUE, pair.value())
        && !OF_THE_CONNECTION.contains(pair.name())
        && (!pair.name().equals("te") || pair.value().equals("trailers"));
  }

  private static long contentLength(List<Pair> pairs) {
    List<Pair> lengths =
        pairs.stream().filter(pair -> pair.name().equals("content-length")).toList();
    if (lengths.isEmpty()) {
      return HeadRules.NO_LENGTH;
    }
    String value = lengths.getFirst().value();
    return lengths.size() == 1 && matches(LENGTH, value)
        ? Long.parseLong(value)
        : HeadRules.BAD_LENGTH;
  }

  private static boolean matches(Pattern pattern, String text) {
    return pattern.matcher(text).matches();
  }

  // ---- the peer --------------------------------------------------------------------------------

  private static void checkThatNettyAgrees(FieldList fields) {
    byte[] out = new byte[fields.listBytes() + 64];
    HpackEncoder encoder = new HpackEncoder();
    int end = encoder.beginBlock(out, 0);
    for (int i = 0; i < fields.size(); i++) {
      end = encoder.encode(fields.get(i), out, end);
    }
    try {
      new DefaultHttp2HeadersDecoder(true, 1 << 24)
          .decodeHeaders(1, Unpooled.wrappedBuffer(Arrays.copyOf(out, end)));
    } catch (Http2Exception e) {
      throw new AssertionError("Netty refuses " + fields + ": " + e.getCause(), e);
    }
  }
}
