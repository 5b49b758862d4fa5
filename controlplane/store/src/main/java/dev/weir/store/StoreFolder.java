package dev.weir.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The folder {@code store} of a data folder, held by one process at a time: by a lock of the
 * operating system, which ends with the process however it ends.
 */
final class StoreFolder implements AutoCloseable {
  private static final String DATABASE = "weir.db";

  /** Closing any file that has been locked gives up the lock of the whole process (fcntl). */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel lock;

  private StoreFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /** Where the database of a data folder is, if there is one. */
  static Path database(Path dataFolder) {
    return of(dataFolder).resolve(DATABASE);
  }

  static Path of(Path dataFolder) {
    return dataFolder.resolve("store");
  }

  /** Takes the folder, which is made when it is not there. */
  static StoreFolder hold(Path dataFolder, Failures failures) throws StoreException, IOException {
    DurableFile.createFolder(of(dataFolder));
    Path folder = of(dataFolder).toRealPath();
    String exposure = DurableFile.exposure(folder, "chmod 700");
    if (exposure != null) {
      throw failures.key(exposure);
    }
    if (!HELD.add(folder)) {
      throw failures.locked("this process already", null);
    }
    try {
      return prepared(new StoreFolder(folder, lock(folder.resolve("lock"), failures)));
    } catch (IOException | StoreException | RuntimeException e) {
      HELD.remove(folder);
      throw e;
    }
  }

  private static StoreFolder prepared(StoreFolder held) throws IOException {
    try {
      held.prepare();
      return held;
    } catch (IOException e) {
      held.close();
      throw e;
    }
  }

  private static FileChannel lock(Path file, Failures failures) throws IOException, StoreException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      FileLock taken = channel.tryLock();
      if (taken == null) {
        throw failures.locked("process " + Files.readString(file).strip(), null);
      }
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)));
      return channel;
    } catch (IOException | StoreException e) {
      channel.close();
      throw e;
    }
  }

  /** SQLite gives its other files the permissions of the database. */
  private void prepare() throws IOException {
    takeInRestored();
    try {
      Files.createFile(
          database(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException e) {
      // It is not the first start.
    }
  }

  /**
   * Puts what was restored in the place of the database, also when a process was killed over it.
   * The log of the old database goes first: it would be taken for that of the new one.
   */
  void takeInRestored() throws IOException {
    if (Files.exists(restored())) {
      DurableFile.delete(folder.resolve(DATABASE + "-wal"));
      DurableFile.delete(folder.resolve(DATABASE + "-shm"));
      DurableFile.publish(restored(), database());
    }
  }

  /** A whole database that waits to become the one of this folder. */
  Path restored() {
    return folder.resolve(DATABASE + ".restored");
  }

  Path folder() {
    return folder;
  }

  Path database() {
    return folder.resolve(DATABASE);
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      // The lock ends with the process at the latest.
    } finally {
      HELD.remove(folder);
    }
  }
}
