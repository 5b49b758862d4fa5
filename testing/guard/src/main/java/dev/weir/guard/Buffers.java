package dev.weir.guard;

import io.netty.buffer.ByteBuf;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.Reference;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Netty's leak detector, which also knows every buffer that is not released yet: one that is still
 * in use as well as one that was lost. Safe for use from any thread.
 */
final class Buffers extends ResourceLeakDetector<ByteBuf> {
  /** What Netty writes before the place where a buffer was made. */
  private static final String MADE_AT = "Created at:";

  private static final String OWN = Buffers.class.getName() + ".";
  private static final Set<Use> UNRELEASED = ConcurrentHashMap.newKeySet();

  private Buffers(int samplingInterval) {
    super(ByteBuf.class, samplingInterval);
  }

  /** Takes Netty's detector's place; to be called before Netty makes its first buffer. */
  static void install() {
    ResourceLeakDetector.setLevel(Level.PARANOID);
    ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Factory());
  }

  /** Those that are not released. A buffer on the heap of an unpooled allocator is none. */
  static List<Use> unreleased() {
    return List.copyOf(UNRELEASED);
  }

  /** Those that have been told of need not be told of again. */
  static void forget(Collection<Use> told) {
    UNRELEASED.removeAll(told);
  }

  /** Those that the garbage collector took before they were released; forgets them. */
  static List<Use> takeCollected() {
    List<Use> collected = UNRELEASED.stream().filter(Use::isCollected).toList();
    forget(collected);
    return collected;
  }

  /** The first place outside of Netty that a buffer's making went through. */
  static String maker(String records) {
    return records
        .substring(Math.max(0, records.lastIndexOf(MADE_AT)))
        .lines()
        .skip(1)
        .map(String::strip)
        .filter(place -> !place.startsWith("io.netty.") && !place.startsWith(OWN))
        .findFirst()
        .orElse("");
  }

  @Override
  public @Nullable ResourceLeakTracker<ByteBuf> track(ByteBuf buffer) {
    ResourceLeakTracker<ByteBuf> tracker = super.track(buffer);
    if (tracker == null) {
      return null;
    }
    Use use = new Use(tracker);
    UNRELEASED.add(use);
    return use;
  }

  /** Netty would report what was lost when it next makes a buffer, and forget where it was used. */
  @Override
  protected boolean needReport() {
    return false;
  }

  /** The time from a buffer's making to its release. */
  static final class Use implements ResourceLeakTracker<ByteBuf> {
    private final ResourceLeakTracker<ByteBuf> tracker;
    private boolean released;

    private Use(ResourceLeakTracker<ByteBuf> tracker) {
      this.tracker = tracker;
    }

    @Override
    public void record() {
      tracker.record();
    }

    @Override
    public void record(Object hint) {
      tracker.record(hint);
    }

    @Override
    public synchronized boolean close(ByteBuf buffer) {
      released = true;
      UNRELEASED.remove(this);
      return tracker.close(buffer);
    }

    @Override
    public @Nullable Throwable getCloseStackTraceIfAny() {
      return tracker.getCloseStackTraceIfAny();
    }

    private boolean isCollected() {
      return tracker instanceof Reference<?> buffer && buffer.refersTo(null);
    }

    /** Where it was made and last used, as Netty tells it; null once it is released. */
    synchronized @Nullable String records() {
      return released ? null : tracker.toString();
    }
  }

  private static final class Factory extends ResourceLeakDetectorFactory {
    @Override
    @SuppressWarnings("unchecked") // T is ByteBuf where it says so.
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval) {
      return type == ByteBuf.class
          ? (ResourceLeakDetector<T>) new Buffers(interval)
          : new ResourceLeakDetector<>(type, interval);
    }

    @Override
    @Deprecated
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(
        Class<T> type, int interval, long maxActive) {
      throw new UnsupportedOperationException();
    }
  }
}
