package dev.weir.http2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns header blocks into fields (RFC 7541) for one direction of one connection. When the peer
 * repeats a field, by index or as a literal, the same {@link HeaderField} object is given out
 * again: it is decoded and validated once, and a repeated call allocates nothing. Fields that break
 * RFC 9113, 8.2.1 are given out too and say so: {@link HeaderField#isMalformed}. Confined to one
 * event loop.
 */
final class HpackDecoder {
  static final int DEFAULT_MAX_LIST_BYTES = 65_536;
  static final int DEFAULT_MAX_FIELDS = 128;

  /** The table size that holds until the peer has seen our settings (RFC 9113, 6.5.2). */
  private static final int INITIAL_TABLE_SIZE = 4096;

  private static final int MAX_TABLE_UPDATES = 2;
  private static final int INITIAL_SCRATCH = 256;
  private static final int MAX_SCRATCH_KEPT = 2048;
  private static final int RECENT_NAMES = 32;
  private static final int MAX_RECENT_NAME = 64;

  /** About what one takes on the heap that is as long as names are. */
  private static final int RECENT_NAME_HEAP_BYTES = 64;

  private final HpackReader in = new HpackReader();
  private final DynamicTable table;
  private final LiteralMemo memo = new LiteralMemo();
  private final SharedFields shared;
  private boolean remembersLiterals = true;
  private final int tableSizeSetting;
  private int tableSizeBound;
  private boolean updateDue;
  private int maxListBytes = DEFAULT_MAX_LIST_BYTES;
  private int maxFields = DEFAULT_MAX_FIELDS;
  private int maxExcessBytes = 2 * DEFAULT_MAX_LIST_BYTES;
  private @Nullable HeaderName @Nullable [] recentNames;
  private byte[] scratch = {};

  /** What the block at hand holds so far; over a limit, where in it that happened. */
  private long listBytes;

  private int fieldCount;
  private boolean overLimit;
  private int overLimitAt;

  /**
   * A decoder with an empty table.
   *
   * @param maxTableSize our SETTINGS_HEADER_TABLE_SIZE; a smaller one than the initial 4096 binds
   *     the peer from {@link #settingAcknowledged} on
   */
  HpackDecoder(int maxTableSize) {
    this(maxTableSize, new SharedFields());
  }

  /**
   * A decoder with an empty table.
   *
   * @param maxTableSize as above
   * @param shared the fields of other decoders of the event loop
   */
  HpackDecoder(int maxTableSize, SharedFields shared) {
    this.shared = shared;
    tableSizeSetting = maxTableSize;
    tableSizeBound = Math.max(maxTableSize, INITIAL_TABLE_SIZE);
    table = new DynamicTable(tableSizeBound, INITIAL_TABLE_SIZE);
  }

  /**
   * Bounds the header lists to come.
   *
   * @param newMaxListBytes counted as RFC 9113, 6.5.2 does, 32 bytes for each field included
   * @param newMaxExcessBytes encoded bytes behind these limits that are still read, for the table's
   *     sake; more are a fault of the peer
   */
  void limits(int newMaxListBytes, int newMaxFields, int newMaxExcessBytes) {
    maxListBytes = newMaxListBytes;
    maxFields = newMaxFields;
    maxExcessBytes = newMaxExcessBytes;
  }

  /** Whether literals that are new are kept for the next time. */
  void rememberLiterals(boolean remember) {
    remembersLiterals = remember;
  }

  /** About what is kept on the heap from one block to the next. */
  int heapBytes() {
    int tableBytes = table.size() + table.count() * HeaderField.HEAP_OVERHEAD;
    int nameBytes = recentNames == null ? 0 : RECENT_NAMES * RECENT_NAME_HEAP_BYTES;
    return tableBytes + nameBytes + scratch.length + memo.heapBytes();
  }

  /** The dynamic table, to look at. */
  DynamicTable table() {
    return table;
  }

  /** The peer acknowledged our settings: from its next block on its table is within ours. */
  void settingAcknowledged() {
    tableSizeBound = tableSizeSetting;
    updateDue = table.maxSize() > tableSizeSetting;
  }

  /**
   * Decodes one complete header block.
   *
   * @param out gets the fields added, in order
   * @return false if the header list is over a limit: then {@code out} has only the fields before
   *     that, and the rest of the block has been read for the table's sake
   * @throws ConnectionFault if the block cannot be decoded; the decoder is of no use after that
   */
  boolean decode(byte[] block, int offset, int length, FieldList out) {
    in.open(block, offset, length);
    listBytes = 0;
    fieldCount = 0;
    overLimit = false;
    memo.beginBlock();
    readTableUpdates();
    while (in.hasMore()) {
      HeaderField field = readField();
      if (field != null) {
        take(field, out);
      }
    }
    in.close();
    return !overLimit;
  }

  /** The size of the whole list that was decoded last, also if it is over a limit. */
  HeaderListSize listSize() {
    return new HeaderListSize(listBytes, fieldCount);
  }

  private void take(HeaderField field, FieldList out) {
    listBytes += field.size();
    fieldCount++;
    if (overLimit) {
      checkExcess();
      return;
    }
    if (listBytes > maxListBytes || fieldCount > maxFields) {
      overLimit = true;
      overLimitAt = in.position();
      return;
    }
    out.add(field);
  }

  /** Beyond the limit decoding is for free, for the sender, so it ends some way behind it. */
  private void checkExcess() {
    if (in.position() - overLimitAt > maxExcessBytes) {
      throw new ConnectionFault(
          PeerFault.HEADER_BLOCK, "header block goes on far beyond the header list limit");
    }
  }

  /** The next field, or null if it is over the limit and of no interest to the table. */
  private @Nullable HeaderField readField() {
    int first = in.peek();
    if (first >= 0x80) {
      return fieldAt(in.integer(in.octet(), 0x7f));
    }
    if (first >= 0x40) {
      HeaderField inserted = shared.instanceOf(literal());
      table.insertEvicting(inserted);
      return inserted;
    }
    if (first >= 0x20) {
      throw HpackReader.malformed("table size update behind a field");
    }
    return overLimit ? skipLiteral() : literal();
  }

  private HeaderField fieldAt(int index) {
    if (index > StaticTable.SIZE) {
      int age = index - StaticTable.SIZE - 1;
      if (age < table.count()) {
        return table.get(age);
      }
    } else if (index > 0) {
      return StaticTable.get(index);
    }
    throw HpackReader.malformed("no field at index " + index);
  }

  private HeaderField literal() {
    LiteralMemo.Literal expected = memo.expected();
    if (expected != null && in.skip(expected.bytes())) {
      memo.advance(expected);
      return expected.field();
    }
    int from = in.position();
    int nameIndex = nameIndex();
    if (nameIndex == 0) {
      in.string();
    }
    in.string();
    if (nameIndex > StaticTable.SIZE) {
      // The same bytes may stand for another name next time.
      return newField(from);
    }
    LiteralMemo.Literal kept = memo.find(in.block(), from, in.position());
    if (kept != null) {
      return kept.field();
    }
    HeaderField field = newField(from);
    if (remembersLiterals) {
      memo.offer(field, in.block(), from, in.position());
    }
    return field;
  }

  /** Reads the octet that tells the kind of literal, and the rest of the index in it. */
  private int nameIndex() {
    int first = in.octet();
    return in.integer(first, first >= 0x40 ? 0x3f : 0x0f);
  }

  /** Reads a literal once more, for what it means. */
  private HeaderField newField(int from) {
    in.moveTo(from);
    boolean neverIndexed = in.peek() >> 4 == 1;
    int nameIndex = nameIndex();
    HeaderName name = nameIndex == 0 ? readName() : fieldAt(nameIndex).name();
    in.string();
    return newField(name, neverIndexed);
  }

  private HeaderField newField(HeaderName name, boolean neverIndexed) {
    byte[] value = stringCopy();
    return neverIndexed ? HeaderField.neverIndexed(name, value) : HeaderField.of(name, value);
  }

  private byte[] stringCopy() {
    int offset = in.stringOffset();
    if (in.isHuffman()) {
      byte[] decoded = scratchFor(in.stringLength());
      return Arrays.copyOf(decoded, decodeHuffman(decoded));
    }
    return Arrays.copyOfRange(in.block(), offset, offset + in.stringLength());
  }

  private HeaderName readName() {
    in.string();
    if (in.isHuffman()) {
      byte[] decoded = scratchFor(in.stringLength());
      return nameOf(decoded, 0, decodeHuffman(decoded));
    }
    return nameOf(in.block(), in.stringOffset(), in.stringLength());
  }

  private HeaderName nameOf(byte[] source, int offset, int length) {
    if (length > MAX_RECENT_NAME) {
      return HeaderName.of(source, offset, length);
    }
    if (recentNames == null) {
      recentNames = new @Nullable HeaderName[RECENT_NAMES];
    }
    return HeaderName.of(source, offset, length, recentNames);
  }

  /** Counts a literal that goes into no table; null for convenience. */
  private @Nullable HeaderField skipLiteral() {
    int nameIndex = nameIndex();
    int nameLength = nameIndex == 0 ? skipString() : fieldAt(nameIndex).name().length();
    listBytes += nameLength + skipString() + HeaderField.OVERHEAD;
    fieldCount++;
    checkExcess();
    return null;
  }

  private int skipString() {
    in.string();
    int length = in.stringLength();
    return in.isHuffman() ? decodeHuffman(scratchFor(length)) : length;
  }

  private int decodeHuffman(byte[] target) {
    int decoded = Huffman.decode(in.block(), in.stringOffset(), in.stringLength(), target);
    if (decoded < 0) {
      throw HpackReader.malformed("malformed Huffman string");
    }
    return decoded;
  }

  /** Room to decode a Huffman string into; kept for the next one unless it is large. */
  private byte[] scratchFor(int encodedLength) {
    int wanted = Huffman.maxDecodedLength(encodedLength);
    if (wanted <= scratch.length) {
      return scratch;
    }
    byte[] larger = new byte[Math.max(wanted, INITIAL_SCRATCH)];
    if (larger.length <= MAX_SCRATCH_KEPT) {
      scratch = larger;
    }
    return larger;
  }

  private void readTableUpdates() {
    int updates = 0;
    while (in.hasMore() && (in.peek() & 0xe0) == 0x20) {
      if (++updates > MAX_TABLE_UPDATES) {
        throw HpackReader.malformed("more than two table size updates in one block");
      }
      resizeTable(in.integer(in.octet(), 0x1f));
    }
    if (updateDue) {
      throw HpackReader.malformed("no update to the smaller table size that was acknowledged");
    }
  }

  private void resizeTable(int newSize) {
    if (newSize > tableSizeBound) {
      throw HpackReader.malformed("table size update above SETTINGS_HEADER_TABLE_SIZE");
    }
    table.resize(newSize);
    updateDue = false;
  }
}
