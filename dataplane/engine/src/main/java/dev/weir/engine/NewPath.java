package dev.weir.engine;

import dev.weir.balance.EndpointGroup;
import dev.weir.filter.PathCapture;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a path is made of that stands in the place of another one. Immutable, for all threads.
 *
 * @param pieces one after the other
 * @param group that has the endpoints; null for the API's own
 */
public record NewPath(List<Piece> pieces, @Nullable EndpointGroup group) {
  public NewPath {
    pieces = List.copyOf(pieces);
  }

  /** A piece of a path. */
  public sealed interface Piece {}

  /** The same for every call. */
  public record Text(String text) implements Piece {}

  /** What a group of the expression has found. */
  public record Group(int number) implements Piece {}

  /** What is known of the call. */
  public record Known(Template.Part part) implements Piece {}

  /** Whether all calls to one path go to the same one. */
  boolean isFixed() {
    return pieces.stream().noneMatch(piece -> piece instanceof Known);
  }

  /**
   * Where a call goes; null where what it is made of makes no path.
   *
   * @param facts null where it {@link #isFixed}
   */
  @Nullable Destination of(PathCapture.Found found, @Nullable CallFacts facts) {
    var text = new PathText();
    for (Piece piece : pieces) {
      switch (piece) {
        case Text(String same) -> text.literal(same);
        case Group(int number) -> text.found(found.group(number), found.isOfQuery(number));
        case Known(Template.Part part) -> text.known(facts == null ? "" : facts.of(part));
      }
    }
    return text.finish(group);
  }
}
