package dev.weir.model;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every value of a checked document by its path, such as {@code http_server_options.read_timeout},
 * with Tyk's default where nothing is set. Immutable. Has no text form, since secrets are in it.
 */
public final class Settings {

  private final Json.Obj written;
  private final Json.Obj values;
  private final Shape.Fields shape;
  private final @Nullable Path file;
  private final Json.@Nullable Obj translated;

  /** Found out when it is asked for, since a reload compares thousands; null before. */
  private @Nullable String fingerprint;

  Settings(Json.Obj values, Shape.Fields shape, @Nullable Path file) {
    this(values, values, shape, file, null);
  }

  /**
   * @param written the document with its secret references as they stand, for writing it back
   * @param values the same with the references followed
   * @param translated the OAS document that it was made of; null for none
   */
  Settings(
      Json.Obj written,
      Json.Obj values,
      Shape.Fields shape,
      @Nullable Path file,
      Json.@Nullable Obj translated) {
    this.written = written;
    this.values = values;
    this.shape = shape;
    this.file = file;
    this.translated = translated;
  }

  /** The document's file as the user named it; null when there is none. */
  public @Nullable Path file() {
    return file;
  }

  /**
   * What the document says, with references followed: equal for documents that differ in their
   * layout only. 64 hexadecimal digits.
   */
  public String fingerprint() {
    String known = fingerprint;
    if (known == null) {
      String text = JsonWriter.text(values);
      known = Fingerprint.of(oasDocument().map(text::concat).orElse(text));
      fingerprint = known; // the same text, whoever else is at it
    }
    return known;
  }

  /** The OAS document that the definition was made of, on one line; empty for none. */
  public Optional<String> oasDocument() {
    return Optional.ofNullable(translated).map(JsonWriter::text);
  }

  /** Whether the definition was made of an OAS document. */
  boolean isOfOas() {
    return translated != null;
  }

  /** Whether it depends on what other files hold. */
  boolean refersToFiles() {
    return SecretReferences.isToFile(written);
  }

  /** The document on one line as it was written: with all of its fields, no reference followed. */
  public String document() {
    return JsonWriter.text(written);
  }

  /** All of the document, with references followed. */
  Json.Obj values() {
    return values;
  }

  /** Whether the path is set, be it to a zero. */
  public boolean isSet(String path) {
    return find(path) != null;
  }

  /** Whether the path is set to something: not false, 0, or empty. */
  public boolean says(String path) {
    Json value = find(path);
    return value != null && !value.isZero();
  }

  public String text(String path) {
    return find(path) instanceof Json.Text(_, String value) ? value : literal(path, "");
  }

  public boolean flag(String path) {
    return find(path) instanceof Json.Bool(_, boolean value)
        ? value
        : Boolean.parseBoolean(literal(path, "false"));
  }

  /** A whole number, cut to the nearest long. */
  public long number(String path) {
    var number = new BigInteger(numeral(path));
    return number.bitLength() < Long.SIZE ? number.longValue() : Long.MAX_VALUE;
  }

  public double decimal(String path) {
    return Double.parseDouble(numeral(path));
  }

  /** A whole number, cut to the nearest int. */
  public int integer(String path) {
    return Math.clamp(number(path), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  private String numeral(String path) {
    return find(path) instanceof Json.Num(_, String value) ? value : literal(path, "0");
  }

  /** A list of texts; empty when not set. */
  public List<String> texts(String path) {
    if (!(find(path) instanceof Json.Arr(_, List<Json> items))) {
      return List.of();
    }
    return items.stream().map(Settings::text).filter(Objects::nonNull).toList();
  }

  /** An object of texts, in its order; empty when not set. */
  public Map<String, String> textMap(String path) {
    var map = new LinkedHashMap<String, String>();
    members(path)
        .forEach((name, value) -> {
          if (value instanceof Json.Text(_, String text)) {
            map.put(name, text);
          }
        });
    return map;
  }

  private static @Nullable String text(Json json) {
    return json instanceof Json.Text(_, String value) ? value : null;
  }

  /** As it stands in the document; null when not set. */
  @Nullable Json value(String path) {
    return find(path);
  }

  /** The members of an object, in its order; empty when not set. */
  Map<String, Json> members(String path) {
    var map = new LinkedHashMap<String, Json>();
    if (find(path) instanceof Json.Obj object) {
      object.members().forEach((name, member) -> map.put(name, member.value()));
    }
    return map;
  }

  /** The items of a list; empty when not set. */
  List<Json> items(String path) {
    return find(path) instanceof Json.Arr(_, List<Json> items) ? items : List.of();
  }

  /**
   * A file or folder. In the document it counts from the document's own folder, in the environment
   * from the working directory, as on a command line.
   */
  public Path path(String path) {
    return folderOf(path).resolve(text(path)).normalize();
  }

  /** From where the files that stand at a path count, see {@link #path}. */
  Path folderOf(String path) {
    Json value = find(path);
    Path document = file;
    if (document == null || (value != null && value.origin().isVariable())) {
      return Path.of("").toAbsolutePath();
    }
    Path folder = document.toAbsolutePath().getParent();
    return folder == null ? document.toAbsolutePath() : folder;
  }

  /** A problem of a path, with its place; for checks that need more than this document. */
  public Problem error(String path, String message, @Nullable String hint) {
    return origin(path).error(path, message, hint);
  }

  /** The same for what is no error. */
  public Problem warning(String path, String message, @Nullable String hint) {
    return origin(path).warning(path, message, hint);
  }

  /** Where a path was set; where it is not, the nearest object around it. */
  Origin origin(String path) {
    Json nearest = values;
    for (String name : names(path)) {
      Json inner = nearest instanceof Json.Obj object ? object.get(name) : null;
      if (inner == null) {
        break;
      }
      nearest = inner;
    }
    return nearest.origin();
  }

  /** The document as written, unknown fields and secret references included. */
  Json.Obj written() {
    return written;
  }

  /**
   * The same document with one version only.
   *
   * @param target the URL that calls to it are sent to; null for those of the API
   */
  Settings ofVersion(String name, Json.Obj version, @Nullable Json target) {
    Json.Obj data = object(values, "version_data");
    Json.Obj own = version.with("override_target", new Json.Text(version.origin(), ""));
    Json.Obj only =
        new Json.Obj(version.origin(), Map.of(name, new Json.Member(version.origin(), own)));
    Json.Obj whole =
        values.with(
            "version_data",
            data.with("not_versioned", new Json.Bool(data.origin(), true)).with("versions", only));
    if (target != null) {
      Json.Obj proxy = object(values, "proxy").with("target_url", target);
      Json.Bool off = new Json.Bool(target.origin(), false);
      whole = whole.with("proxy", proxy.with("enable_load_balancing", off));
    }
    return new Settings(whole, whole, shape, file, translated);
  }

  private static Json.Obj object(Json.Obj around, String name) {
    return around.get(name) instanceof Json.Obj object ? object : Json.Obj.empty(around.origin());
  }

  /** The items of a list that are not switched off by {@code disabled}. */
  List<Json> live(String path) {
    return items(path).stream().filter(item -> !isOn(item, "disabled")).toList();
  }

  private static boolean isOn(Json json, String name) {
    return json instanceof Json.Obj object
        && object.get(name) instanceof Json.Bool(_, boolean on)
        && on;
  }

  /** Keys that are set and that this build does not act on, in the order of the document. */
  public List<String> notActedOn() {
    var list = new ArrayList<String>();
    collectIdle("", values, shape, list);
    return List.copyOf(list);
  }

  private static void collectIdle(
      String path, Json.Obj object, Shape.Fields shape, List<String> list) {
    object
        .members()
        .forEach((name, member) -> {
          Key key = shape.find(name);
          if (key != null && !key.actedOn()) {
            collectIdle(ShapeReader.join(path, name), member.value(), key.shape(), list);
          }
        });
  }

  private static void collectIdle(String path, Json value, Shape shape, List<String> list) {
    if (value instanceof Json.Obj object
        && shape instanceof Shape.Fields fields
        && fields.isActedOn()) {
      collectIdle(path, object, fields, list);
    } else {
      list.add(path);
    }
  }

  /** Most paths have one name, and a large store asks for many. */
  private static List<String> names(String path) {
    return path.indexOf('.') < 0 ? List.of(path) : List.of(path.split("\\.", -1));
  }

  private @Nullable Json find(String path) {
    return path.indexOf('.') < 0 ? values.get(path) : find(names(path));
  }

  private @Nullable Json find(List<String> names) {
    Json value = values;
    for (String name : names) {
      value = value instanceof Json.Obj object ? object.get(name) : null;
    }
    return value;
  }

  /** The default of a path; a path that no table knows is a bug. */
  private String literal(String path, String zero) {
    Key key = null;
    Shape at = shape;
    for (String name : names(path)) {
      if (at instanceof Shape.MapOf(Shape any)) {
        at = any;
        continue;
      }
      key = at instanceof Shape.Fields fields ? fields.find(name) : null;
      if (key == null) {
        throw new IllegalArgumentException("unknown path: " + path);
      }
      at = key.shape();
    }
    String byDefault = key == null ? null : key.byDefault();
    return byDefault == null ? zero : byDefault;
  }
}
