package dev.weir.model;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where calls go in place of the paths that they ask for.
 *
 * @param entries of which the first that a path is on counts
 */
public record UrlRewrites(List<Rewrite> entries) {
  static final UrlRewrites NONE = new UrlRewrites(List.of());

  public UrlRewrites {
    entries = List.copyOf(entries);
  }

  /** Whether all calls go where they ask to. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * What is made of some paths.
   *
   * @param pattern what a path has to match, and what {@code $1} stands for
   * @param triggers of which the first that fires says where the call goes
   * @param to where it goes if none does
   */
  public record Rewrite(
      PathLists.Entry paths, Expression pattern, List<Trigger> triggers, Destination to) {
    public Rewrite {
      triggers = List.copyOf(triggers);
    }
  }

  /**
   * Where calls go that have something about them.
   *
   * @param all whether all of the conditions have to hold, or any one
   */
  public record Trigger(boolean all, List<Condition> conditions, Destination to) {
    public Trigger {
      conditions = List.copyOf(conditions);
    }
  }

  /**
   * Something about a call.
   *
   * @param name of the field, the parameter, the entry of {@code meta_data} or the variable
   * @param reverse whether the value must not match
   */
  public record Condition(Kind kind, String name, Expression value, boolean reverse) {}

  /** What a condition looks at, by the name of its map. */
  public enum Kind {
    HEADER("header_matches"),
    QUERY("query_val_matches"),
    PATH_PART("path_part_matches"),
    META("session_meta_matches"),
    CONTEXT("request_context_matches");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** The map's name in a trigger. */
    String label() {
      return label;
    }
  }

  /**
   * A regular expression of RE2.
   *
   * @param place of it in the document
   */
  public record Expression(String text, Origin origin, String place) {
    /** An error at its place. */
    public Problem error(String message, @Nullable String hint) {
      return origin.error(place, message, hint);
    }
  }

  /**
   * Where a call goes.
   *
   * @param host empty for a target of the API
   * @param pieces of its path, one after the other
   * @param place of it in the document
   */
  public record Destination(
      Optional<Target> host, List<Piece> pieces, Origin origin, String place) {
    public Destination {
      pieces = List.copyOf(pieces);
    }

    /** An error at its place. */
    public Problem error(String message, @Nullable String hint) {
      return origin.error(place, message, hint);
    }
  }

  /** A piece of a path. */
  public sealed interface Piece {}

  /** {@code $1}: what the pattern found in the path. */
  public record Group(int number) implements Piece {}

  /** What a value of a field may have. */
  public record Value(HeaderValue.Part part) implements Piece {}
}
