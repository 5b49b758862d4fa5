package dev.weir.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.engine.Rewrite.Condition;
import dev.weir.engine.Rewrite.Trigger;
import dev.weir.filter.PathCapture;
import dev.weir.filter.ValuePattern;
import dev.weir.http2.FieldList;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Rewrite} comes to for one path: all that the path alone decides is decided, so that
 * only what differs from call to call is asked of a call. Immutable.
 */
final class PathRewrite {
  private final PathCapture.Found found;
  private final Choice[] choices;

  private PathRewrite(PathCapture.Found found, List<Choice> choices) {
    this.found = found;
    this.choices = choices.toArray(Choice[]::new);
  }

  /**
   * Where a call may go.
   *
   * @param open what is still to be asked; nothing for a choice that is made
   * @param isFixed whether all calls go to the same place
   * @param fixed that place; null where it is no path
   */
  private record Choice(
      boolean all,
      List<Condition> open,
      boolean isFixed,
      NewPath to,
      @Nullable Destination fixed) {}

  /**
   * For a path and its query, as its caller sent them; null where it is not rewritten.
   *
   * @param path of {@link PathCapture#LONGEST} bytes at most
   */
  static @Nullable PathRewrite of(Rewrite rewrite, byte[] path) {
    PathCapture.Found found = rewrite.pattern().in(path);
    if (found == null) {
      return null;
    }
    var choices = new ArrayList<Choice>();
    for (Trigger trigger : rewrite.triggers()) {
      var open = new ArrayList<Condition>();
      boolean decided = decide(trigger, new String(path, ISO_8859_1), open);
      if (decided || !open.isEmpty()) {
        choices.add(choice(trigger.all(), decided ? List.of() : open, trigger.to(), found));
      }
      if (decided) {
        return new PathRewrite(found, choices);
      }
    }
    choices.add(choice(true, List.of(), rewrite.to(), found));
    return new PathRewrite(found, choices);
  }

  private static Choice choice(
      boolean all, List<Condition> open, NewPath to, PathCapture.Found found) {
    boolean isFixed = to.isFixed();
    return new Choice(all, open, isFixed, to, isFixed ? to.of(found, null) : null);
  }

  /**
   * Whether the path alone fires a trigger; if it does not, adds what is open, unless it cannot.
   */
  private static boolean decide(Trigger trigger, String path, List<Condition> open) {
    for (Condition condition : trigger.conditions()) {
      boolean holds;
      switch (condition) {
        case Rewrite.PathPart(ValuePattern value) -> holds = hasPart(path, value);
        case Rewrite.Query(String name, ValuePattern value) ->
            holds = hasParameter(path, name, value);
        case Rewrite.Header _, Rewrite.Known _ -> {
          open.add(condition);
          continue;
        }
      }
      if (holds != trigger.all()) {
        open.clear();
        return holds;
      }
    }
    return trigger.all() && open.isEmpty();
  }

  private static boolean hasPart(String path, ValuePattern value) {
    String asked = path.split("\\?", 2)[0];
    return Arrays.stream(asked.split("/", -1))
        .skip(1)
        .anyMatch(part -> value.matches(part.getBytes(ISO_8859_1)));
  }

  private static boolean hasParameter(String path, String name, ValuePattern value) {
    String[] parts = path.split("\\?", 2);
    return parts.length == 2
        && Arrays.stream(parts[1].split("&", -1))
            .map(parameter -> parameter.split("=", 2))
            .anyMatch(parameter ->
                name.equals(decoded(parameter[0]))
                    && value.matches(
                        parameter.length == 2
                            ? decoded(parameter[1]).getBytes(UTF_8)
                            : new byte[0]));
  }

  /** What is no escape stands for itself. */
  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  /** Where a call goes; null where what it is made of makes no path. */
  @Nullable Destination destination(CallFacts facts) {
    for (Choice choice : choices) {
      if (choice.open().isEmpty() || isMade(choice, facts)) {
        return choice.isFixed() ? choice.fixed() : choice.to().of(found, facts);
      }
    }
    throw new IllegalStateException("the last choice is always made");
  }

  /** Whether all calls of the path for which that choice is made go there. */
  boolean isFixed(Destination to) {
    for (Choice choice : choices) {
      if (to.equals(choice.fixed())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isMade(Choice choice, CallFacts facts) {
    for (Condition condition : choice.open()) {
      if (holds(condition, facts) != choice.all()) {
        return !choice.all();
      }
    }
    return choice.all();
  }

  private static boolean holds(Condition condition, CallFacts facts) {
    return switch (condition) {
      case Rewrite.Header(FoldedNames name, ValuePattern value) -> {
        FieldList head = facts.head();
        for (int i = 0; i < head.size(); i++) {
          HeaderField field = head.get(i);
          if (name.has(field.name()) && facts.counts(field) && value.matches(field.value())) {
            yield true;
          }
        }
        yield false;
      }
      case Rewrite.Known(Template.Part part, ValuePattern value) -> {
        String text = facts.of(part);
        yield !text.isEmpty() && value.matches(text.getBytes(ISO_8859_1));
      }
      case Rewrite.PathPart _, Rewrite.Query _ -> false;
    };
  }
}
