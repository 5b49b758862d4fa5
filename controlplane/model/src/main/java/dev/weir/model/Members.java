package dev.weir.model;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The members of an object with few of them, in their order: one array, in which names are searched
 * one after the other. Documents that stay in memory are made of such objects, thousands of
 * documents of dozens of objects each, and a map with a table and a node for each name takes four
 * times as much. Immutable.
 */
final class Members extends AbstractMap<String, Json.Member> {
  private static final int MOST = 32;

  /** Each name, and behind it what has it. */
  private final Object[] pairs;

  private Members(Map<String, Json.Member> members) {
    pairs = new Object[2 * members.size()];
    int next = 0;
    for (Map.Entry<String, Json.Member> member : members.entrySet()) {
      pairs[next++] = member.getKey();
      pairs[next++] = member.getValue();
    }
  }

  /** The same, not to be changed; what has many is a map with a table. */
  static Map<String, Json.Member> copyOf(Map<String, Json.Member> members) {
    if (members instanceof Members same) {
      return same;
    }
    return members.size() > MOST
        ? Collections.unmodifiableMap(new LinkedHashMap<>(members))
        : new Members(members);
  }

  @Override
  public int size() {
    return pairs.length / 2;
  }

  @Override
  public Json.@Nullable Member get(@Nullable Object name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return (Json.Member) pairs[i + 1];
      }
    }
    return null;
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return get(name) != null;
  }

  @Override
  public Set<Entry<String, Json.Member>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public int size() {
        return Members.this.size();
      }

      @Override
      public Iterator<Entry<String, Json.Member>> iterator() {
        return new InOrder();
      }
    };
  }

  private final class InOrder implements Iterator<Entry<String, Json.Member>> {
    private int next;

    @Override
    public boolean hasNext() {
      return next < pairs.length;
    }

    @Override
    public Entry<String, Json.Member> next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      next += 2;
      return Map.entry((String) pairs[next - 2], (Json.Member) pairs[next - 1]);
    }
  }
}
