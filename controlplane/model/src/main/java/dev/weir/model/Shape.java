package dev.weir.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a place in a document may hold, as Tyk's Go types have it. */
sealed interface Shape {

  /** What is needed, in words, for messages. */
  String need();

  /** A single value. */
  enum Scalar implements Shape {
    TEXT("text"),
    FLAG("true or false"),
    INT("a whole number"),
    UINT16("a whole number from 0 to 65535"),
    UINT64("a whole number from 0"),
    DECIMAL("a number"),
    /** A Go duration: nanoseconds in JSON, {@code 10s} in the environment. */
    NANOS("a whole number of nanoseconds");

    private final String need;

    Scalar(String need) {
      this.need = need;
    }

    @Override
    public String need() {
      return need;
    }
  }

  /** Anything: a part that is kept and not looked into. */
  record Free() implements Shape {
    @Override
    public String need() {
      return "any value";
    }
  }

  record ListOf(Shape item) implements Shape {
    @Override
    public String need() {
      return "a list";
    }
  }

  /** An object whose names the user chooses. */
  record MapOf(Shape value) implements Shape {
    @Override
    public String need() {
      return "an object";
    }
  }

  /** An object with known names, found without regard to case, as Go does. */
  record Fields(Map<String, Key> byLowerCase) implements Shape {

    static Fields of(List<Key> keys) {
      var map = new LinkedHashMap<String, Key>();
      keys.forEach(key -> map.put(key.name().toLowerCase(Locale.ROOT), key));
      return new Fields(map);
    }

    @Nullable Key find(String name) {
      return byLowerCase.get(name.toLowerCase(Locale.ROOT));
    }

    /** Whether this build acts on any key below. */
    boolean isActedOn() {
      return byLowerCase.values().stream()
          .anyMatch(
              key -> key.actedOn() || (key.shape() instanceof Fields fields && fields.isActedOn()));
    }

    List<String> names() {
      return byLowerCase.values().stream().map(Key::name).toList();
    }

    @Override
    public String need() {
      return "an object";
    }
  }
}
