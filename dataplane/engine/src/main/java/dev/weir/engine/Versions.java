package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.http2.FieldList;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The versions of an API, of which a field of a call names one. What a field names stays with it,
 * so that whoever repeats it is looked up once. Immutable, for all threads.
 */
public final class Versions {
  private static final int MISSING = -1;
  private static final int UNKNOWN = -2;
  private static final int SEVERAL = -3;
  private static final int TOLD_CHARACTERS = 64;

  private final FoldedNames names;
  private final String field;
  private final Map<String, Integer> byName = new HashMap<>();
  private final List<ApiVersion> all = new ArrayList<>();
  private final RouteAction.Forward any;
  private final int byDefault;
  private final int unknown;

  /** What a field stands for, kept on the field. */
  private record Named(Versions of, int index) {}

  /**
   * These versions.
   *
   * @param field the name of the field, in lower case
   * @param any the API in the place of which they are, for calls that are for none
   * @param versions by their names; one at least
   * @param byDefault the name of the one that calls without the field are for; null for none
   * @param fallsBack whether calls that name another one are for that, too
   */
  public Versions(
      String field,
      RouteAction.Forward any,
      Map<String, ApiVersion> versions,
      @Nullable String byDefault,
      boolean fallsBack) {
    this.field = field;
    this.any = any;
    this.names = FoldedNames.of(List.of(field));
    versions.forEach((name, version) -> {
      byName.put(name, all.size());
      all.add(version);
    });
    this.byDefault = byDefault == null ? MISSING : byName.getOrDefault(byDefault, MISSING);
    this.unknown = fallsBack && this.byDefault >= 0 ? this.byDefault : UNKNOWN;
  }

  int size() {
    return all.size();
  }

  ApiVersion get(int index) {
    return all.get(index);
  }

  /** The API in the place of which they are. */
  RouteAction.Forward any() {
    return any;
  }

  /** A path without what any of them takes from queries as a secret. */
  HeaderField tellable(HeaderField path) {
    HeaderField rest = path;
    for (ApiVersion version : all) {
      rest = version.outside().tellable(rest);
    }
    return rest;
  }

  /**
   * The one that a call is for; below 0 for none, see {@link #refusal}.
   *
   * @param client may have sent fields that only proxies may set
   */
  int index(FieldList head, ClientAddress client) {
    HeaderField only = null;
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      if (names.has(field.name()) && client.mayName(field)) {
        if (only != null) {
          return SEVERAL;
        }
        only = field;
      }
    }
    return only == null || only.value().length == 0 ? byDefault : named(only);
  }

  private int named(HeaderField shown) {
    if (shown.memo() instanceof Named known && known.of() == this) {
      return known.index();
    }
    int index = byName.getOrDefault(shown.valueText(), unknown);
    shown.memo(new Named(this, index));
    return index;
  }

  /** Why a call is for none. */
  ProxyError refusal(int none, FieldList head, ClientAddress client) {
    return switch (none) {
      case UNKNOWN -> any.error(Kind.VERSION_UNKNOWN, "has no version " + told(head, client));
      case SEVERAL ->
          any.error(Kind.VERSION_MISSING, "there is more than one " + field + ", send one");
      default -> any.error(Kind.VERSION_MISSING, "has versions, name one in the metadata " + field);
    };
  }

  private String told(FieldList head, ClientAddress client) {
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      if (names.has(field.name()) && client.mayName(field)) {
        String text = field.valueText();
        return text.length() <= TOLD_CHARACTERS ? text : text.substring(0, TOLD_CHARACTERS) + "…";
      }
    }
    return "";
  }
}
