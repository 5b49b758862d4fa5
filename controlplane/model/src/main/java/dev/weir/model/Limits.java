package dev.weir.model;

import java.util.EnumMap;
import java.util.Map;

/** What every {@link Limit} is set to. Immutable. */
public record Limits(Map<Limit, Integer> values) {

  /** Every limit at its default. */
  public static final Limits DEFAULTS = new Limits(Map.of());

  public Limits {
    Map<Limit, Integer> all = new EnumMap<>(Limit.class);
    for (Limit limit : Limit.values()) {
      all.put(limit, values.getOrDefault(limit, limit.byDefault()));
    }
    values = Map.copyOf(all);
  }

  public int get(Limit limit) {
    return values.getOrDefault(limit, limit.byDefault());
  }
}
