package dev.weir.model;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toUnmodifiableMap;

import dev.weir.model.GatewayConfig.PolicySource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.SoftReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The policies as they are on the disk whenever they are asked for, read anew only when a file has
 * changed: each key that is written asks, and to read all of them takes longer than to write it.
 * For all threads.
 */
public final class CurrentPolicies {
  /** What the system changes with each write: the times that people can set are not enough. */
  private static final String STAMP = "unix:dev,ino,size,ctime";

  /** Of two writes in one tick of a file system's clock the stamp tells only one. */
  private static final Duration TICK = Duration.ofSeconds(3);

  private final PolicySource source;
  private final PolicyReader reader = new PolicyReader();
  private final InstantSource clock;
  private final ReentrantLock looking = new ReentrantLock();
  private final AtomicLong begun = new AtomicLong();

  /** Which of the looks that have begun was the last to end; as what follows, for one at a time. */
  private long ended;

  /** Goes when memory is short: there may be thousands, and what counts for calls is elsewhere. */
  private SoftReference<Known> known = new SoftReference<>(null);

  /**
   * What was found.
   *
   * @param stamps of all files that it was read from
   * @param isSettled whether a file that is written from now on gets another stamp, and nothing was
   *     wrong that may be right the next time, as where the system had no descriptor to give
   */
  private record Known(
      Map<Path, Map<String, Object>> stamps,
      Map<String, PolicyDefinition> policies,
      boolean isSettled) {}

  /**
   * Those of a source.
   *
   * @param clock of the system that the files are on
   */
  public CurrentPolicies(PolicySource source, InstantSource clock) {
    this.source = source;
    this.clock = clock;
  }

  /**
   * Those without an error, by their ids: the same object while no file has changed. One look at
   * the files is enough for all who have asked before it began. Blocks.
   */
  public Map<String, PolicyDefinition> now() {
    long before = begun.get();
    looking.lock();
    try {
      Known last = known.get();
      if (last == null || ended <= before) {
        long mine = begun.incrementAndGet();
        last = look(last);
        known = new SoftReference<>(last);
        ended = mine;
      }
      return last.policies();
    } finally {
      looking.unlock();
    }
  }

  private Known look(@Nullable Known last) {
    Instant now = clock.instant();
    Map<Path, Map<String, Object>> stamps = stamps();
    if (last != null && last.isSettled() && stamps.equals(last.stamps())) {
      return last;
    }
    PolicyFolder read = reader.read(source);
    boolean isSettled =
        read.problems().stream().noneMatch(Problem::isError)
            && stamps.values().stream().allMatch(stamp -> isOlder(stamp, now.minus(TICK)))
            && stamps.equals(stamps());
    return new Known(stamps, Collections.unmodifiableMap(read.policies()), isSettled);
  }

  private static boolean isOlder(Map<String, Object> stamp, Instant than) {
    return stamp.get("ctime") instanceof FileTime changed && changed.toInstant().isBefore(than);
  }

  private Map<Path, Map<String, Object>> stamps() {
    return files().collect(toUnmodifiableMap(file -> file, CurrentPolicies::stamp));
  }

  /** All that {@link PolicyReader#read} looks at. */
  private Stream<Path> files() {
    Path folder = source.folder();
    Path record = source.record();
    if (folder == null) {
      return Stream.ofNullable(record);
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all =
          files
              .filter(file -> file.toString().endsWith(".json"))
              .collect(toCollection(ArrayList::new));
      all.add(folder);
      return all.stream();
    } catch (IOException | UncheckedIOException e) {
      return Stream.of(folder);
    }
  }

  /** Nothing for a file that is not there. */
  private static Map<String, Object> stamp(Path file) {
    try {
      return Files.readAttributes(file, STAMP);
    } catch (IOException e) {
      return Map.of();
    }
  }
}
