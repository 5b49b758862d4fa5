package dev.weir.model;

import dev.weir.model.GatewayConfig.TlsVersions;

/** Reads which versions TLS may have. */
final class TlsVersionsReader {
  private static final int OLDEST_TLS = 769;
  private static final int OLDEST_SPOKEN = 771;
  private static final int NEWEST_TLS = 772;
  private static final String SUCH_AS = "771 is TLS 1.2, 772 is TLS 1.3";

  private final Settings settings;
  private final Checks checks;

  TlsVersionsReader(Settings settings, Checks checks) {
    this.settings = settings;
    this.checks = checks;
  }

  /** The older ones are broken, and HTTP/2 has none of them (RFC 9113, 9.2). */
  TlsVersions read(String minPath, String maxPath) {
    int min = version(minPath, OLDEST_SPOKEN);
    int max = version(maxPath, NEWEST_TLS);
    if (min < OLDEST_SPOKEN) {
      checks.warning(minPath, "TLS 1.0 and 1.1 are not spoken, 1.2 is the lowest");
    }
    if (max < OLDEST_SPOKEN) {
      checks.error(maxPath, "leaves no version, TLS 1.2 is the lowest", SUCH_AS);
    } else if (min > max) {
      checks.error(minPath, min + " is above " + maxPath + ", " + max);
    }
    return new TlsVersions(Math.max(min, OLDEST_SPOKEN), max);
  }

  private int version(String path, int other) {
    int version = settings.integer(path);
    if (version != 0 && (version < OLDEST_TLS || version > NEWEST_TLS)) {
      checks.error(path, version + " is not a TLS version", SUCH_AS);
      return other;
    }
    return version == 0 ? other : version;
  }
}
