package dev.weir.http2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns fields into header blocks (RFC 7541) for one direction of one connection. Strings go out
 * plain: Huffman coding costs both sides more time than it saves on a local network.
 *
 * <p>What goes into the dynamic table: values that come back. A field is inserted when it is seen
 * for the second time, a few that are known to come back at once, and those that change with every
 * call never, so in steady state every stable field is one or two octets and little is evicted. A
 * field that its sender marked as never indexed is sent on the same way. Confined to one event
 * loop.
 */
final class HpackEncoder {
  /** The most bytes that {@link #beginBlock} writes. */
  static final int MAX_UPDATE_BYTES = 12;

  /** Own bound of the table: a peer's setting can make it smaller but never larger. */
  static final int MAX_TABLE_SIZE = 4096;

  private static final int MAX_FIELD_OVERHEAD = 16;
  private static final int INDEXED = 0x80;
  private static final int INCREMENTAL = 0x40;
  private static final int SIZE_UPDATE = 0x20;
  private static final int NEVER_INDEXED = 0x10;
  private static final int NOT_INDEXED = 0x00;
  private static final int SHORT_SECRET = 20;
  private static final int MISSES_FOR_ROOM = 8;
  private static final int NONE = -1;

  private final DynamicTable table = new DynamicTable(MAX_TABLE_SIZE, MAX_TABLE_SIZE);
  private final FieldIndex index = new FieldIndex(table);
  private final SecondSight candidates = new SecondSight();
  private int missedBytes;
  private int wantedTableSize = MAX_TABLE_SIZE;
  private int smallestTableSize = MAX_TABLE_SIZE;

  /**
   * Follows the peer's SETTINGS_HEADER_TABLE_SIZE; the next block announces it.
   *
   * @param setting as an unsigned 32-bit number
   */
  void peerTableSize(int setting) {
    wantedTableSize =
        Integer.compareUnsigned(setting, MAX_TABLE_SIZE) < 0 ? setting : MAX_TABLE_SIZE;
    smallestTableSize = Math.min(smallestTableSize, wantedTableSize);
  }

  /** The room that {@link #encode} wants for this field. */
  static int maxEncodedSize(HeaderField field) {
    return field.size() - HeaderField.OVERHEAD + MAX_FIELD_OVERHEAD;
  }

  /**
   * Begins a header block: writes the table size updates that are due.
   *
   * @return the position behind them
   */
  int beginBlock(byte[] out, int position) {
    if (smallestTableSize == table.maxSize() && wantedTableSize == smallestTableSize) {
      return position;
    }
    return writeTableSizes(out, position);
  }

  /**
   * Writes one field.
   *
   * @param out has {@link #maxEncodedSize} bytes of room at {@code position}
   * @return the position behind it
   */
  int encode(HeaderField field, byte[] out, int position) {
    int staticIndex = field.staticIndex();
    if (staticIndex != 0) {
      out[position] = (byte) (INDEXED | staticIndex);
      return position + 1;
    }
    if (field.isNeverIndexed()) {
      return writeLiteral(field, NEVER_INDEXED, 0x0f, out, position);
    }
    if (field.name().hasVolatileValue()) {
      return writeLiteral(field, NOT_INDEXED, 0x0f, out, position);
    }
    int age = index.ageOf(field);
    if (age != NONE) {
      return writeInteger(INDEXED, 0x7f, StaticTable.SIZE + 1 + age, out, position);
    }
    return encodeUnindexed(field, out, position);
  }

  private int encodeUnindexed(HeaderField field, byte[] out, int position) {
    if (!isWorthInserting(field) || !index.hasPlaceFor(field)) {
      return writeLiteral(field, NOT_INDEXED, 0x0f, out, position);
    }
    index.insert(field);
    return writeLiteral(field, INCREMENTAL, 0x3f, out, position);
  }

  private boolean isWorthInserting(HeaderField field) {
    if (field.size() > table.maxSize() / 2 || isGuessableSecret(field)) {
      return false;
    }
    return (isKnownToComeBack(field) || candidates.isSecond(field.textHash()))
        && hasEarnedRoom(field.size());
  }

  /**
   * Whether there is room, or others should give way. That has to be earned by literals that came
   * back and found no place: when more comes back than the table holds, say a token of each of many
   * callers, it would otherwise be written anew with every call and serve nobody.
   */
  private boolean hasEarnedRoom(int size) {
    if (table.hasRoomFor(size)) {
      return true;
    }
    missedBytes += size;
    if (missedBytes < MISSES_FOR_ROOM * size) {
      return false;
    }
    missedBytes = 0;
    return true;
  }

  /**
   * Whether this is a credential so short that it could be found by trying: whoever shares the
   * connection and sees its packets would learn from their size which guess is in the table (RFC
   * 7541, 7.1.3).
   */
  private static boolean isGuessableSecret(HeaderField field) {
    HeaderName name = field.name();
    return field.value().length < SHORT_SECRET
        && (name == HeaderName.AUTHORIZATION
            || name == HeaderName.PROXY_AUTHORIZATION
            || name == HeaderName.COOKIE);
  }

  private static boolean isKnownToComeBack(HeaderField field) {
    HeaderName name = field.name();
    return name == HeaderName.TE
        || name == HeaderName.CONTENT_TYPE
        || name == HeaderName.STATUS
        || (name == HeaderName.GRPC_STATUS && isStatusCode(field.value()));
  }

  /** Whether this is one of gRPC's status codes, 0 to 16. */
  private static boolean isStatusCode(byte[] value) {
    return switch (value.length) {
      case 1 -> value[0] >= '0' && value[0] <= '9';
      case 2 -> value[0] == '1' && value[1] >= '0' && value[1] <= '6';
      default -> false;
    };
  }

  private static int writeLiteral(
      HeaderField field, int kind, int prefix, byte[] out, int position) {
    HeaderName name = field.name();
    int next = writeInteger(kind, prefix, name.staticIndex(), out, position);
    if (name.staticIndex() == 0) {
      next = writeString(name.bytes(), out, next);
    }
    return writeString(field.value(), out, next);
  }

  private static int writeString(byte[] text, byte[] out, int position) {
    int next = writeInteger(0, 0x7f, text.length, out, position);
    System.arraycopy(text, 0, out, next, text.length);
    return next + text.length;
  }

  private static int writeInteger(int flags, int prefix, int value, byte[] out, int position) {
    if (value < prefix) {
      out[position] = (byte) (flags | value);
      return position + 1;
    }
    out[position] = (byte) (flags | prefix);
    return writeContinuation(value - prefix, out, position + 1);
  }

  private static int writeContinuation(int value, byte[] out, int position) {
    int rest = value;
    int next = position;
    while (rest >= 0x80) {
      out[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[next++] = (byte) rest;
    return next;
  }

  /** Announces the smallest size since the last block, then the present one (RFC 7541, 4.2). */
  private int writeTableSizes(byte[] out, int position) {
    int next = position;
    if (smallestTableSize < wantedTableSize && smallestTableSize < table.maxSize()) {
      next = writeTableSize(smallestTableSize, out, next);
    }
    if (wantedTableSize != table.maxSize()) {
      next = writeTableSize(wantedTableSize, out, next);
    }
    smallestTableSize = wantedTableSize;
    return next;
  }

  private int writeTableSize(int newSize, byte[] out, int position) {
    index.resize(newSize);
    return writeInteger(SIZE_UPDATE, 0x1f, newSize, out, position);
  }

  /**
   * Finds the fields of the table by their text: open addressing over their positions. A search
   * tries few places, so that a peer who sends fields of equal hash gains nothing: those that would
   * need more stay out of the table.
   */
  private static final class FieldIndex {
    private static final int MAX_TRIES = 8;

    private final DynamicTable table;
    private final int mask;

    /** A field's position in the table plus one; 0 is a free place. */
    private int @Nullable [] places;

    FieldIndex(DynamicTable table) {
      this.table = table;
      this.mask = table.positions() * 2 - 1;
    }

    /** How old the entry with this text is, or {@link #NONE}. */
    int ageOf(HeaderField field) {
      int hint = field.tablePosition();
      return table.holdsAt(hint, field) ? table.ageOf(hint) : search(field);
    }

    private int search(HeaderField field) {
      int[] all = places;
      if (all == null) {
        return NONE;
      }
      int i = field.textHash() & mask;
      for (int tries = 0; tries < MAX_TRIES && all[i] != 0; tries++) {
        int position = all[i] - 1;
        if (table.at(position).sameText(field)) {
          field.tablePosition(position);
          return table.ageOf(position);
        }
        i = (i + 1) & mask;
      }
      return NONE;
    }

    boolean hasPlaceFor(HeaderField field) {
      int[] all = places;
      if (all == null) {
        return true;
      }
      for (int tries = 0; tries < MAX_TRIES; tries++) {
        if (all[(field.textHash() + tries) & mask] == 0) {
          return true;
        }
      }
      return false;
    }

    void insert(HeaderField field) {
      while (!table.hasRoomFor(field.size())) {
        removeOldest();
      }
      table.insert(field);
      if (places == null) {
        places = new int[mask + 1];
      }
      place(places, table.positionOf(0), field);
      field.tablePosition(table.positionOf(0));
    }

    void resize(int newSize) {
      table.resize(newSize);
      if (places != null) {
        Arrays.fill(places, 0);
        for (int age = table.count() - 1; age >= 0; age--) {
          place(places, table.positionOf(age), table.get(age));
        }
      }
    }

    private void place(int[] all, int position, HeaderField field) {
      int i = field.textHash() & mask;
      while (all[i] != 0) {
        i = (i + 1) & mask;
      }
      all[i] = position + 1;
    }

    private void removeOldest() {
      int position = table.positionOf(table.count() - 1);
      HeaderField oldest = table.removeOldest();
      if (places != null) {
        remove(places, position, oldest);
      }
    }

    /** Frees a field's place and moves up those behind it that had to give way. */
    private void remove(int[] all, int position, HeaderField field) {
      int i = field.textHash() & mask;
      while (all[i] != position + 1) {
        i = (i + 1) & mask;
      }
      all[i] = 0;
      for (int j = (i + 1) & mask; all[j] != 0; j = (j + 1) & mask) {
        int moved = all[j] - 1;
        all[j] = 0;
        place(all, moved, table.at(moved));
      }
    }
  }
}
