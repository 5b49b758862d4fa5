package dev.weir.engine;

import dev.weir.http2.HeaderField;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a field was found to have for each credential that was asked for, kept with the field: what
 * is found out about a part stays with it. Confined to the event loop that decoded the field.
 */
final class FoundParts {
  /** More are left of configurations that are no more. */
  private static final int MOST = 8;

  private record Part(AskedCredential asked, @Nullable HeaderField field) {}

  private final List<Part> parts = new ArrayList<>(1);

  /** What its query has; see {@link HttpPlaces#inQuery}. */
  @Nullable HeaderField inQuery(AskedCredential asked, byte[] path) {
    Part known = find(asked);
    return known != null ? known.field() : keep(asked, asked.places().inQuery(path));
  }

  /** What its cookies have; see {@link HttpPlaces#inCookies}. */
  static @Nullable HeaderField inCookies(AskedCredential asked, HeaderField cookies) {
    FoundParts known = cookies.memo() instanceof FoundParts parts ? parts : new FoundParts();
    cookies.memo(known);
    Part part = known.find(asked);
    return part != null
        ? part.field()
        : known.keep(asked, asked.places().inCookies(cookies.value()));
  }

  private @Nullable Part find(AskedCredential asked) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).asked() == asked) {
        return parts.get(i);
      }
    }
    return null;
  }

  private @Nullable HeaderField keep(AskedCredential asked, @Nullable HeaderField found) {
    if (parts.size() == MOST) {
      parts.clear();
    }
    parts.add(new Part(asked, found));
    return found;
  }
}
