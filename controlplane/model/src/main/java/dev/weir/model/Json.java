package dev.weir.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON value that knows where it was written. Immutable; names keep their order. */
public sealed interface Json {

  Origin origin();

  /** What it is, in words, for messages. */
  String kind();

  /** Whether it says no more than leaving it out would: null, false, 0, or something empty. */
  boolean isZero();

  record Obj(Origin origin, Map<String, Member> members) implements Json {

    public Obj {
      members = Members.copyOf(members);
    }

    public static Obj empty(Origin origin) {
      return new Obj(origin, Map.of());
    }

    /** What has this name; null for nothing. */
    public @Nullable Json get(String name) {
      Member member = members.get(name);
      return member == null ? null : member.value();
    }

    /** The same object with one member more, or with another value for it. */
    public Obj with(String name, Json value) {
      var more = new LinkedHashMap<>(members);
      Member old = more.get(name);
      more.put(name, new Member(old == null ? value.origin() : old.nameOrigin(), value));
      return new Obj(origin, more);
    }

    @Override
    public String kind() {
      return "an object";
    }

    @Override
    public boolean isZero() {
      // The map would keep a view of its values.
      for (Map.Entry<String, Member> member : members.entrySet()) {
        if (!member.getValue().value().isZero()) {
          return false;
        }
      }
      return true;
    }
  }

  /** A value and the place of its name. */
  record Member(Origin nameOrigin, Json value) {}

  record Arr(Origin origin, List<Json> items) implements Json {

    public Arr {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }

    @Override
    public boolean isZero() {
      return items.isEmpty();
    }
  }

  record Text(Origin origin, String value) implements Json {

    @Override
    public String kind() {
      return "text";
    }

    @Override
    public boolean isZero() {
      return value.isEmpty();
    }
  }

  /**
   * A number as it was written, so that nothing is lost when it is written back.
   *
   * @param literal as the JSON grammar has it
   */
  record Num(Origin origin, String literal) implements Json {

    @Override
    public String kind() {
      return "a number";
    }

    @Override
    public boolean isZero() {
      return Double.parseDouble(literal) == 0;
    }
  }

  record Bool(Origin origin, boolean value) implements Json {

    @Override
    public String kind() {
      return String.valueOf(value);
    }

    @Override
    public boolean isZero() {
      return !value;
    }
  }

  record Null(Origin origin) implements Json {

    @Override
    public String kind() {
      return "null";
    }

    @Override
    public boolean isZero() {
      return true;
    }
  }
}
