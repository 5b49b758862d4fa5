package dev.weir.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to change the documents of a folder, which is one thread's of one of the
 * gateways that have it: by a lock of the operating system on a file in it that stays, which ends
 * with the process however it ends. For all threads; in a process there is one for a folder, since
 * closing a file that has been locked gives up the lock of the whole process (fcntl).
 */
public final class FolderTurn {
  private static final Pattern FILE = Pattern.compile("\\.weir-[a-z]+\\.lock");

  private final Path folder;
  private final String what;
  private final Duration patience;
  private final ReentrantLock own = new ReentrantLock();

  /** What is done in a turn. */
  public interface Work<T> {
    T run() throws IOException;
  }

  /**
   * @param what the folder is changed for, in small letters: it may have others for other things
   * @param patience how long another gateway is waited for
   */
  public FolderTurn(Path folder, String what, Duration patience) {
    this.folder = folder;
    this.what = what;
    this.patience = patience;
  }

  /** Whether a file is that which gateways lock. */
  public static boolean isLock(Path file) {
    return FILE.matcher(String.valueOf(file.getFileName())).matches();
  }

  /** Whether it is that of this thread. */
  public boolean isMine() {
    return own.isHeldByCurrentThread();
  }

  /** Looks at a folder while no other thread of this process changes it, and changes nothing. */
  public <T> T look(Work<T> work) throws IOException {
    own.lock();
    try {
      return work.run();
    } finally {
      own.unlock();
    }
  }

  /** Does something while nobody else changes the folder; a turn in a turn is the same. */
  public <T> T change(Work<T> work) throws IOException {
    return isMine() ? work.run() : look(() -> alone(work));
  }

  private <T> T alone(Work<T> work) throws IOException {
    FileChannel channel = open();
    if (channel == null) {
      return work.run();
    }
    try (channel) {
      lock(channel);
      return work.run();
    }
  }

  /** Null where there can be no such file: what is to be written tells better why. */
  private @Nullable FileChannel open() {
    Path file = folder.resolve(".weir-" + what + ".lock");
    try {
      if (!Files.exists(file)) {
        Files.createFile(file);
        Files.setPosixFilePermissions(file, permissions());
      }
    } catch (IOException | UnsupportedOperationException e) {
      // Another gateway was faster, or opening it fails as well.
    }
    try {
      return FileChannel.open(file, StandardOpenOption.WRITE);
    } catch (IOException e) {
      return null;
    }
  }

  /** Who may write to the folder may lock it, and nobody else may hold them up. */
  private Set<PosixFilePermission> permissions() throws IOException {
    Set<PosixFilePermission> ofFolder = Files.getPosixFilePermissions(folder);
    var permissions = EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
    if (ofFolder.contains(PosixFilePermission.GROUP_WRITE)) {
      permissions.add(PosixFilePermission.GROUP_WRITE);
    }
    if (ofFolder.contains(PosixFilePermission.OTHERS_WRITE)) {
      permissions.add(PosixFilePermission.OTHERS_WRITE);
    }
    return permissions;
  }

  /** Whether nobody else has it: now it is ours. Where there are no locks nobody ever has it. */
  private static boolean isFree(FileChannel channel) {
    try {
      return channel.tryLock() != null;
    } catch (IOException e) {
      return true;
    }
  }

  /** Waits in a thread of its own, which closing the file ends. */
  private void lock(FileChannel channel) throws IOException {
    var locked = new FutureTask<FileLock>(channel::lock);
    if (isFree(channel)) {
      return;
    }
    Thread.ofVirtual().name("weir-folder").start(locked);
    try {
      locked.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new FileSystemException(
          folder.toString(),
          null,
          "another gateway has been changing the folder for %d s, try again"
              .formatted(patience.toSeconds()));
    } catch (ExecutionException e) {
      throw new IOException("the folder cannot be locked", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
