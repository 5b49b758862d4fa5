package dev.weir.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables that override {@code tyk.conf}: {@code TYK_GW_} and the Go field path
 * in upper case, its parts joined by {@code _} (the rule of Tyk's envconfig library),, {@code
 * WEIR_} and the path of a key in the {@code weir} object, and {@code SSL_CERT_FILE}.
 */
final class EnvironmentNames {

  static final String TYK_PREFIX = "TYK_GW_";
  static final String WEIR_PREFIX = "WEIR_";

  /** Where much of the field looks for those whom it trusts. */
  static final String TRUST = "SSL_CERT_FILE";

  static final String OMIT_FILE = TYK_PREFIX + "OMITCONFIGFILE";

  /**
   * What a variable sets.
   *
   * @param path of the key in the document
   */
  record Bound(String path, Key key) {}

  private final Map<String, Bound> byName = new LinkedHashMap<>();

  EnvironmentNames(Shape.Fields root) {
    addAll(TYK_PREFIX, "", root);
    Key weir = root.find("weir");
    if (weir != null && weir.shape() instanceof Shape.Fields fields) {
      addOwn(WEIR_PREFIX, weir.name(), fields);
      byName.put(TRUST, Objects.requireNonNull(byName.get(WEIR_PREFIX + TRUST)));
    }
  }

  private void addOwn(String prefix, String path, Shape.Fields fields) {
    for (Key key : fields.byLowerCase().values()) {
      String name = prefix + key.name().toUpperCase(Locale.ROOT);
      String inner = ShapeReader.join(path, key.name());
      if (key.shape() instanceof Shape.Fields innerFields) {
        addOwn(name + "_", inner, innerFields);
      } else {
        byName.put(name, new Bound(inner, key));
      }
    }
  }

  private void addAll(String prefix, String path, Shape.Fields fields) {
    for (Key key : fields.byLowerCase().values()) {
      if (!key.goName().isEmpty()) {
        add(
            prefix + key.goName().toUpperCase(Locale.ROOT),
            ShapeReader.join(path, key.name()),
            key);
      }
    }
  }

  private void add(String name, String path, Key key) {
    if (key.shape() instanceof Shape.Fields inner) {
      addAll(name + "_", path, inner);
    } else {
      byName.put(name, new Bound(path, key));
    }
  }

  /** Null for a name that sets nothing. */
  @Nullable Bound find(String name) {
    return byName.get(name);
  }

  /** The variable that sets a key; empty for none. */
  String nameOf(String path) {
    return byName.entrySet().stream()
        .filter(entry -> entry.getValue().path().equals(path))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("");
  }

  /**
   * Whether the name belongs to a part that is kept and not looked into, such as OpenTelemetry's.
   */
  boolean isInsideFree(String name) {
    return name.startsWith(TYK_PREFIX + "PRIVATE_")
        || byName.entrySet().stream()
            .anyMatch(entry ->
                entry.getValue().key().shape() instanceof Shape.Free
                    && name.startsWith(entry.getKey() + "_"));
  }

  Collection<String> all() {
    return byName.keySet();
  }
}
