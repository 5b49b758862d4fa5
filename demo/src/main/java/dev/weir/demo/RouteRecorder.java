package dev.weir.demo;

import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A call of {@code RecordRoute}: counts and measures as points come in. */
final class RouteRecorder implements Service.Requests {
  private static final long NANOS_A_SECOND = 1_000_000_000;

  private final Service.Answer answer;
  private final LongSupplier nanoTime;
  private final long begin;
  private @Nullable Point last;
  private int points;
  private int features;
  private double metres;

  RouteRecorder(Service.Answer answer, LongSupplier nanoTime) {
    this.answer = answer;
    this.nanoTime = nanoTime;
    this.begin = nanoTime.getAsLong();
  }

  @Override
  public void onMessage(byte[] message) {
    Point point = Point.read(message);
    points++;
    if (!RouteGuide.featureAt(point).name().isEmpty()) {
      features++;
    }
    if (last != null) {
      metres += last.metresTo(point);
    }
    last = point;
  }

  @Override
  public void onEnd() {
    int seconds = (int) ((nanoTime.getAsLong() - begin) / NANOS_A_SECOND);
    answer.send(
        new ProtoWriter()
            .int32(1, points)
            .int32(2, features)
            .int32(3, (int) metres)
            .int32(4, seconds)
            .bytes());
    answer.finish();
  }
}
