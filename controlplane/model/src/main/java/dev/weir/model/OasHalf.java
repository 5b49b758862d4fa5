package dev.weir.model;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is in the place of the classic half of an OAS document. A document counts beside what was
 * made of one, or beside nothing: what cannot be read may be a classic API, in the place of which
 * nothing more open may come to life.
 */
public enum OasHalf {
  MISSING,
  /** Has {@code is_oas}: was made of an OAS document, be it this one or not. */
  MADE,
  /** An API of its own. */
  CLASSIC,
  UNREADABLE;

  /** What is beside the document in a file. */
  public static OasHalf beside(Path oas) {
    Path half = ApiReader.classicHalf(oas);
    return Files.exists(half, LinkOption.NOFOLLOW_LINKS)
        ? of(DocumentFile.readRegular(half).value())
        : MISSING;
  }

  /** What a text would be there. */
  public static OasHalf of(String text) {
    return of(JsonReader.read("", text).value());
  }

  /**
   * @param json null for what cannot be read
   */
  static OasHalf of(@Nullable Json json) {
    if (!(json instanceof Json.Obj object)) {
      return UNREADABLE;
    }
    return member(object, "is_oas") instanceof Json.Bool(_, boolean on) && on ? MADE : CLASSIC;
  }

  /** The id that a half has; null for none. */
  static @Nullable String id(@Nullable Json json) {
    return json instanceof Json.Obj object
            && member(object, "api_id") instanceof Json.Text(_, String id)
        ? id
        : null;
  }

  /** The same as an API of its own. */
  static Json alone(Json half) {
    if (!(half instanceof Json.Obj object)) {
      return half;
    }
    var members = new LinkedHashMap<>(object.members());
    members.keySet().removeIf("is_oas"::equalsIgnoreCase);
    return new Json.Obj(object.origin(), members);
  }

  /** A member, found without regard to case, as Go does. */
  private static @Nullable Json member(Json.Obj object, String name) {
    Json found = null;
    for (Map.Entry<String, Json.Member> member : object.members().entrySet()) {
      found = member.getKey().equalsIgnoreCase(name) ? member.getValue().value() : found;
    }
    return found;
  }
}
