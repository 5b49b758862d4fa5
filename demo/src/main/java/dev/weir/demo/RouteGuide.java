package dev.weir.demo;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code routeguide.RouteGuide}: one method of each kind of call. Confined to one event loop, since
 * all callers share the notes.
 */
public final class RouteGuide implements Service {
  private static final int MAX_PLACES = 1000;
  private static final int MAX_NOTES_AT_A_PLACE = 10;

  private final LongSupplier nanoTime;
  private final Map<Point, ArrayDeque<RouteNote>> notes =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Point, ArrayDeque<RouteNote>> eldest) {
          return size() > MAX_PLACES;
        }
      };

  /**
   * @param nanoTime monotonic nanoseconds
   */
  public RouteGuide(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public @Nullable Method method(String path) {
    return switch (path) {
      case "/routeguide.RouteGuide/GetFeature" -> Service.ofOneRequest(RouteGuide::getFeature);
      case "/routeguide.RouteGuide/ListFeatures" -> Service.ofOneRequest(RouteGuide::listFeatures);
      case "/routeguide.RouteGuide/RecordRoute" -> answer -> new RouteRecorder(answer, nanoTime);
      case "/routeguide.RouteGuide/RouteChat" -> RouteChat::new;
      default -> null;
    };
  }

  private static void getFeature(byte[] request, Answer answer) {
    answer.send(featureAt(Point.read(request)).bytes());
  }

  private static void listFeatures(byte[] request, Answer answer) {
    Rectangle rectangle = Rectangle.read(request);
    for (Feature feature : Feature.MAP) {
      if (rectangle.contains(feature.location())) {
        answer.send(feature.bytes());
      }
    }
  }

  /** What is exactly there; a feature without a name when nothing is known. */
  static Feature featureAt(Point point) {
    for (Feature feature : Feature.MAP) {
      if (feature.location().equals(point)) {
        return feature;
      }
    }
    return new Feature("", point);
  }

  /** A call of {@code RouteChat}: keeps each note and answers with the latest ones at its place. */
  private final class RouteChat implements Requests {
    private final Answer answer;

    RouteChat(Answer answer) {
      this.answer = answer;
    }

    @Override
    public void onMessage(byte[] message) {
      RouteNote note = RouteNote.read(message);
      ArrayDeque<RouteNote> here =
          notes.computeIfAbsent(note.location(), place -> new ArrayDeque<>());
      if (here.size() == MAX_NOTES_AT_A_PLACE) {
        here.removeFirst();
      }
      here.addLast(note);
      here.forEach(each -> answer.send(each.bytes()));
    }

    @Override
    public void onEnd() {
      answer.finish();
    }
  }
}
