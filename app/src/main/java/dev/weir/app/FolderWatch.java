package dev.weir.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Looks for changes in the folders of API definitions and policies, in a thread of its own, and has
 * them served when nothing changes any more: whoever copies many files, or writes one in pieces,
 * gets one reload.
 */
final class FolderWatch implements AutoCloseable {
  /** Polled: the system's notices of changes miss network drives and containers' volumes. */
  private static final Duration EVERY = Duration.ofMillis(500);

  private final List<Path> folders;
  private final Runnable reload;
  private Map<Path, Object> served;
  private Map<Path, Object> last;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("weir-definitions").factory());

  private FolderWatch(List<Path> folders, Runnable reload) {
    this.folders = folders;
    this.reload = reload;
    this.served = stamps();
    this.last = served;
  }

  /**
   * Begins.
   *
   * @param reload asks for one, and does not wait
   */
  static FolderWatch start(List<Path> folders, Runnable reload) {
    var watch = new FolderWatch(folders, reload);
    watch.thread.scheduleWithFixedDelay(
        watch::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  private void look() {
    Map<Path, Object> now = stamps();
    if (now.equals(last) && !now.equals(served)) {
      served = now;
      reload.run();
    }
    last = now;
  }

  /** A folder that cannot be read has none; the reload that follows says why. */
  private Map<Path, Object> stamps() {
    Map<Path, Object> stamps = new TreeMap<>();
    folders.forEach(folder -> stamps.putAll(stamps(folder)));
    return stamps;
  }

  private static Map<Path, Object> stamps(Path folder) {
    Map<Path, Object> stamps = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        stamps.put(file, stamp(file));
      }
    } catch (IOException | UncheckedIOException e) {
      stamps.clear();
    }
    return stamps;
  }

  private static Object stamp(Path file) {
    try {
      var found = Files.readAttributes(file, BasicFileAttributes.class);
      return found.fileKey() + " " + found.size() + " " + found.lastModifiedTime();
    } catch (IOException e) {
      return "gone";
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
