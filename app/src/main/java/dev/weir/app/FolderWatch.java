package dev.weir.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks for changes in the folders of API definitions and policies, in a thread of its own, and has
 * them served when nothing changes any more: whoever copies many files, or writes one in pieces,
 * gets one reload, and whoever had them read already gets none.
 */
final class FolderWatch implements AutoCloseable {
  /** Polled: the system's notices of changes miss network drives and containers' volumes. */
  private static final Duration EVERY = Duration.ofMillis(500);

  private final Folders folders;
  private final Runnable reload;
  private Map<Path, Object> last;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("weir-definitions").factory());

  private FolderWatch(Folders folders, Runnable reload) {
    this.folders = folders;
    this.reload = reload;
    this.last = folders.stamps();
  }

  /**
   * Begins.
   *
   * @param reload asks for one, and does not wait
   */
  static FolderWatch start(Folders folders, Runnable reload) {
    var watch = new FolderWatch(folders, reload);
    watch.thread.scheduleWithFixedDelay(
        watch::look, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return watch;
  }

  private void look() {
    Map<Path, Object> now = folders.stamps();
    if (now.equals(last) && !folders.wereReadAs(now)) {
      reload.run();
    }
    last = now;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
