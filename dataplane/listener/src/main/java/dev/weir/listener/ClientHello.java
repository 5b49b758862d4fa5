package dev.weir.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the first message of a TLS client says of where it wants to go and how it wants to speak
 * (RFC 8446, 4.1.2).
 *
 * @param serverName the host it means, in the form in which hosts are compared: lower case, without
 *     a final dot; null when it names none (RFC 6066, 3)
 * @param protocols the application protocols it offers, the dearest first (RFC 7301, 3.1); empty
 *     when it offers none
 * @param keys which kinds of keys it can have proven to it
 */
record ClientHello(@Nullable String serverName, List<String> protocols, ClientKeys keys) {
  private static final int VERSION_AND_RANDOM_BYTES = 2 + 32;
  private static final int SERVER_NAME = 0;
  private static final int SIGNATURES = 13;
  private static final int PROTOCOLS = 16;
  private static final int VERSIONS = 43;
  private static final int HOST_NAME = 0;
  private static final int MAX_HOST_BYTES = 255;

  /**
   * Reads a hello, from its version to its end.
   *
   * @param hello lent; its indices stay
   * @throws Malformed when it is none
   */
  static ClientHello read(ByteBuf hello) throws Malformed {
    ByteBuf rest = hello.slice();
    part(rest, VERSION_AND_RANDOM_BYTES);
    part(rest, length(rest, 1)); // session id
    ByteBuf suites = part(rest, length(rest, 2));
    part(rest, length(rest, 1)); // compression methods
    return extensions(rest.isReadable() ? part(rest, length(rest, 2)) : rest, suites);
  }

  private static ClientHello extensions(ByteBuf all, ByteBuf suites) throws Malformed {
    ByteBuf versions = null;
    ByteBuf signatures = null;
    String serverName = null;
    List<String> protocols = null;
    while (all.isReadable()) {
      int type = length(all, 2);
      ByteBuf extension = part(all, length(all, 2));
      switch (type) {
        case SERVER_NAME -> {
          once(serverName, "server_name");
          serverName = serverName(extension);
        }
        case PROTOCOLS -> {
          once(protocols, "application_layer_protocol_negotiation");
          protocols = protocols(extension);
        }
        case SIGNATURES -> {
          once(signatures, "signature_algorithms");
          signatures = part(extension, length(extension, 2));
        }
        case VERSIONS -> {
          once(versions, "supported_versions");
          versions = part(extension, length(extension, 1));
        }
        default -> {} // for the engine to read
      }
    }
    return new ClientHello(
        serverName,
        protocols == null ? List.of() : protocols,
        ClientKeys.of(suites, versions, signatures));
  }

  private static void once(@Nullable Object earlier, String extension) throws Malformed {
    if (earlier != null) {
      throw new Malformed("two extensions " + extension);
    }
  }

  private static String serverName(ByteBuf extension) throws Malformed {
    ByteBuf list = part(extension, length(extension, 2));
    if (length(list, 1) != HOST_NAME) {
      throw new Malformed("a server name that is no host name");
    }
    ByteBuf name = part(list, length(list, 2));
    if (list.isReadable()) {
      throw new Malformed("more than one server name");
    }
    return host(name.toString(US_ASCII));
  }

  private static String host(String name) throws Malformed {
    String host = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (host.isEmpty()
        || host.length() > MAX_HOST_BYTES
        || !host.chars().allMatch(ClientHello::isOfHost)) {
      throw new Malformed("a server name that no host can have");
    }
    return host.toLowerCase(Locale.ROOT);
  }

  /** Letters, digits, hyphens and dots; underscores, since there are hosts that have them. */
  private static boolean isOfHost(int c) {
    return c < 0x80 && (Character.isLetterOrDigit(c) || "-._".indexOf(c) >= 0);
  }

  private static List<String> protocols(ByteBuf extension) throws Malformed {
    ByteBuf list = part(extension, length(extension, 2));
    List<String> protocols = new ArrayList<>();
    while (list.isReadable()) {
      protocols.add(part(list, length(list, 1)).toString(US_ASCII));
    }
    return protocols;
  }

  private static int length(ByteBuf from, int bytes) throws Malformed {
    if (from.readableBytes() < bytes) {
      throw new Malformed("cut short");
    }
    return bytes == 1 ? from.readUnsignedByte() : from.readUnsignedShort();
  }

  private static ByteBuf part(ByteBuf from, int length) throws Malformed {
    if (from.readableBytes() < length) {
      throw new Malformed("cut short");
    }
    return from.readSlice(length);
  }

  /** What came is no hello that TLS knows. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String message) {
      super(message, null, false, false);
    }
  }
}
