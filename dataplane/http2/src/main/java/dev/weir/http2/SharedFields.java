package dev.weir.http2;

import org.jspecify.annotations.Nullable;

/**
 * Fields that several peers of an event loop have in their tables: all of them get the same object.
 * Many clients of one kind send the same fields, so what a call touches is in the cache of the core
 * already, and an encoder knows them by identity. Whoever comes later with another field of the
 * same place takes it: at worst a field is there more than once. Confined to one event loop.
 */
final class SharedFields {
  private static final int PLACES = 512;

  /** Larger ones are few, and each place may hold one for as long as the loop lives. */
  private static final int MOST_BYTES = 256;

  private final @Nullable HeaderField[] places = new @Nullable HeaderField[PLACES];

  /** The object that stands for fields of this text: this one, or one that came before. */
  HeaderField instanceOf(HeaderField field) {
    if (!isShared(field)) {
      return field;
    }
    int place = field.textHash() & (PLACES - 1);
    HeaderField earlier = places[place];
    if (earlier != null && earlier.sameText(field)) {
      return earlier;
    }
    places[place] = field;
    return field;
  }

  /** A path carries what is known about it on its connection, and secrets stay where they are. */
  private static boolean isShared(HeaderField field) {
    HeaderName name = field.name();
    return name != HeaderName.PATH
        && name != HeaderName.AUTHORIZATION
        && name != HeaderName.PROXY_AUTHORIZATION
        && name != HeaderName.COOKIE
        && !field.isNeverIndexed()
        && field.size() <= MOST_BYTES;
  }
}
