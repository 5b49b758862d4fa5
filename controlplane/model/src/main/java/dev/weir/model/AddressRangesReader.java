package dev.weir.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list of addresses and ranges of addresses (CIDR, RFC 4632 and RFC 4291, 2.3). Whoever
 * trusts a range has to mean it, so that what can be read in two ways is an error.
 */
final class AddressRangesReader {

  /** Four numbers without zeros before them, which some would read as octal. */
  private static final Pattern IPV4 =
      Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*");
  private static final Pattern BITS = Pattern.compile("0|[1-9][0-9]{0,2}");
  private static final Pattern ZEROS = Pattern.compile("(^|:)0(:0)+(:|$)");

  /** What is in front of an address of IPv4 that is written as one of IPv6 (RFC 4291, 2.5.5.2). */
  private static final int MAPPED_BITS = 96;

  private static final String FORM = "write it as 10.1.2.3, 10.0.0.0/8 or 2001:db8::/32";

  private final Settings settings;
  private final List<Problem> problems;
  private final boolean trusted;

  /**
   * @param trusted whether who is in a list is believed: everybody is warned of then, and IPv4 is
   *     not written as IPv6
   */
  AddressRangesReader(Settings settings, List<Problem> problems, boolean trusted) {
    this.settings = settings;
    this.problems = problems;
    this.trusted = trusted;
  }

  /** The entries at this path that can be understood. */
  List<AddressRange> read(String path) {
    return settings.items(path).stream()
        .map(item -> item instanceof Json.Text text ? range(path, text) : null)
        .filter(Objects::nonNull)
        .toList();
  }

  private @Nullable AddressRange range(String path, Json.Text item) {
    String text = item.value();
    int slash = text.indexOf('/');
    InetAddress address = address(slash < 0 ? text : text.substring(0, slash));
    if (address == null) {
      return refused(
          path, item, quoted(text) + " is neither an address nor a range of addresses", FORM);
    }
    int most = address.getAddress().length * Byte.SIZE;
    int before = most == Integer.SIZE && text.indexOf(':') >= 0 ? MAPPED_BITS : 0;
    int bits = slash < 0 ? most : bits(text.substring(slash + 1), before + most) - before;
    if (bits < 0) {
      return refused(
          path,
          item,
          "%s has no number from %d to %d at its end"
              .formatted(quoted(text), before, before + most),
          FORM);
    }
    return checked(path, item, address, bits);
  }

  private @Nullable AddressRange checked(
      String path, Json.Text item, InetAddress address, int bits) {
    var range = new AddressRange(first(address, bits), bits);
    if (!range.first().equals(address)) {
      return refused(
          path,
          item,
          quoted(item.value()) + " is not the first address of its range",
          "write %s/%d for the range, or %s for the one address"
              .formatted(shortText(range.first()), bits, shortText(address)));
    }
    if (trusted && bits == 0) {
      problems.add(
          item.origin()
              .warning(
                  path,
                  quoted(item.value()) + " is everybody, who can claim to be anybody then",
                  "name the proxies"));
    }
    return range;
  }

  private @Nullable AddressRange refused(String path, Json.Text item, String message, String hint) {
    problems.add(item.origin().error(path, message, hint));
    return null;
  }

  /** Null for what is none: names are not looked up. */
  private @Nullable InetAddress address(String text) {
    boolean six = IPV6.matcher(text).matches();
    if (!six && !IPV4.matcher(text).matches()) {
      return null;
    }
    try {
      InetAddress address = InetAddress.ofLiteral(text);
      return !trusted || six == (address.getAddress().length == 16) ? address : null;
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }

  private static int bits(String text, int most) {
    int bits = BITS.matcher(text).matches() ? Integer.parseInt(text) : -1;
    return bits > most ? -1 : bits;
  }

  private static InetAddress first(InetAddress address, int bits) {
    byte[] bytes = address.getAddress();
    for (int i = 0; i < bytes.length; i++) {
      int kept = Math.clamp(bits - i * Byte.SIZE, 0, Byte.SIZE);
      bytes[i] &= (byte) (0xff00 >> kept);
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String shortText(InetAddress address) {
    return ZEROS.matcher(address.getHostAddress()).replaceFirst("::");
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
