package dev.weir.engine;

import dev.weir.filter.PathCapture;
import dev.weir.filter.ValuePattern;
import dev.weir.http2.FoldedNames;
import java.util.List;

/**
 * What stands in the place of some paths. Immutable, for all threads.
 *
 * @param pattern what a path has to match
 * @param triggers of which the first that fires says where the call goes
 * @param to where it goes if none does
 */
public record Rewrite(PathCapture pattern, List<Trigger> triggers, NewPath to) {
  public Rewrite {
    triggers = List.copyOf(triggers);
  }

  /**
   * Where calls go that have something about them.
   *
   * @param all whether all of the conditions have to hold, or any one
   */
  public record Trigger(boolean all, List<Condition> conditions, NewPath to) {
    public Trigger {
      conditions = List.copyOf(conditions);
    }
  }

  /** Something about a call. */
  public sealed interface Condition {}

  /** A segment of its path matches. */
  public record PathPart(ValuePattern value) implements Condition {}

  /** A parameter of its query matches. */
  public record Query(String name, ValuePattern value) implements Condition {}

  /** A field of its head matches. */
  public record Header(FoldedNames name, ValuePattern value) implements Condition {}

  /** What is known of it, and not empty, matches. */
  public record Known(Template.Part part, ValuePattern value) implements Condition {}
}
