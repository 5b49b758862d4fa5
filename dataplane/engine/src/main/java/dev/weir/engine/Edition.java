package dev.weir.engine;

import dev.weir.http2.FieldList;
import dev.weir.http2.FoldedNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which version of an API calls are for, and for how long.
 *
 * @param version null for an API without versions
 * @param naming names of the fields that name it
 * @param expires when it is served no more, in seconds since 1970; {@link Long#MAX_VALUE} for never
 */
public record Edition(@Nullable String version, FoldedNames naming, long expires) {
  /** The only one, for ever. */
  public static final Edition ONLY = until(Long.MAX_VALUE);

  /** The only one, until then. */
  public static Edition until(long expires) {
    return new Edition(null, FoldedNames.of(List.of()), expires);
  }

  /** Whether fields have one that would name a version. */
  boolean isNamedBy(FieldList fields) {
    for (int i = 0; i < fields.size(); i++) {
      if (naming.has(fields.get(i).name())) {
        return true;
      }
    }
    return false;
  }
}
