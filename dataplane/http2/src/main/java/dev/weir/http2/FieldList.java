package dev.weir.http2;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An ordered list of header fields that is filled and cleared again and again. Confined to one
 * event loop. Callbacks lend it: whoever needs fields later copies the references.
 */
public final class FieldList {
  private HeaderField[] fields = new HeaderField[32];
  private int size;

  public int size() {
    return size;
  }

  /** The size of the list as RFC 9113, 6.5.2 counts it. */
  int listBytes() {
    int bytes = 0;
    for (int i = 0; i < size; i++) {
      bytes += fields[i].size();
    }
    return bytes;
  }

  /** About what the fields take on the heap, where no other list has the same ones. */
  public int heapBytes() {
    return listBytes() + size * HeaderField.HEAP_OVERHEAD;
  }

  public HeaderField get(int index) {
    return fields[index];
  }

  public void add(HeaderField field) {
    if (size == fields.length) {
      fields = Arrays.copyOf(fields, size * 2);
    }
    fields[size++] = field;
  }

  public void set(int index, HeaderField field) {
    fields[index] = field;
  }

  public void addAll(FieldList other) {
    if (size + other.size > fields.length) {
      fields = Arrays.copyOf(fields, 2 * (size + other.size));
    }
    System.arraycopy(other.fields, 0, fields, size, other.size);
    size += other.size;
  }

  /** Empties the list and lets go of the fields. */
  public void clear() {
    Arrays.fill(fields, 0, size, null);
    size = 0;
  }

  /** The first field with this interned name, or null. */
  public @Nullable HeaderField find(HeaderName name) {
    for (int i = 0; i < size; i++) {
      if (fields[i].name() == name) {
        return fields[i];
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return Arrays.asList(fields).subList(0, size).toString();
  }
}
