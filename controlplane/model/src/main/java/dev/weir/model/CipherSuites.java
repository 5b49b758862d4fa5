package dev.weir.model;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which cipher suites TLS uses: those with forward secrecy and authenticated encryption, all that
 * HTTP/2 allows (RFC 9113, 9.2.2). Users may choose from those of TLS 1.2; TLS 1.3 has no others.
 */
final class CipherSuites {
  private static final List<String> TLS_1_3 =
      List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256");

  private static final List<String> TLS_1_2 =
      List.of(
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /** Those beyond that which Tyk knows, and their kin. */
  private static final Pattern WEAK =
      Pattern.compile(
          "TLS_(RSA|ECDHE_RSA|ECDHE_ECDSA)_WITH_"
              + "(RC4_128_SHA|3DES_EDE_CBC_SHA|AES_(128|256)_CBC_SHA|AES_128_CBC_SHA256)"
              + "|TLS_RSA_WITH_(AES_256_CBC_SHA256|AES_128_GCM_SHA256|AES_256_GCM_SHA384)"
              + "|TLS_ECDHE_(RSA|ECDSA)_WITH_AES_256_CBC_SHA384");

  private CipherSuites() {}

  /** The suites that a list of names at {@code path} comes to, the preferred ones first. */
  static List<String> read(Settings settings, Checks checks, String path) {
    List<Json> items = settings.items(path);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Text(Origin at, String name)) {
        check(name, at, path + "[" + i + "]", checks);
      }
    }
    List<String> named = settings.texts(path);
    List<String> chosen = TLS_1_2.stream().filter(named::contains).toList();
    if (!named.isEmpty() && chosen.isEmpty() && named.stream().noneMatch(TLS_1_3::contains)) {
      checks.error(path, "leaves no cipher suite for TLS 1.2", "leave it out for all good ones");
    }
    return Stream.concat(TLS_1_3.stream(), (named.isEmpty() ? TLS_1_2 : chosen).stream()).toList();
  }

  private static void check(String name, Origin at, String place, Checks checks) {
    if (TLS_1_2.contains(name) || TLS_1_3.contains(name)) {
      return;
    }
    if (WEAK.matcher(name).matches()) {
      checks.add(at.warning(place, name + " is too weak for HTTP/2 and left out", null));
    } else {
      checks.add(
          at.error(
              place,
              name + " is no cipher suite",
              "use names such as TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
    }
  }
}
