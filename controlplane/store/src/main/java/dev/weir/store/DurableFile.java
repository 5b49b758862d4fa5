package dev.weir.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Files that are there as a whole or not at all, whenever the machine stops, and that only their
 * owner may read.
 */
public final class DurableFile {
  private static final Set<PosixFilePermission> OWNER_FILE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNER_FOLDER =
      PosixFilePermissions.fromString("rwx------");

  private static final Set<PosixFilePermission> EVERYBODY_FILE =
      PosixFilePermissions.fromString("rw-r--r--");

  /** As the system calls a temporary file with these ends. */
  private static final Pattern DRAFT = Pattern.compile("\\.[0-9]+\\.tmp");

  private DurableFile() {}

  /**
   * Writes a file, in place of the one that was there; when this returns, it stays. When it throws,
   * either is there as a whole, and it may be written again: see {@link #publish}.
   */
  public static void write(Path file, byte[] content) throws IOException {
    publish(draft(file, ".", content, OWNER_FILE), file);
  }

  /** The same for what everybody may read. */
  public static void writePublic(Path file, byte[] content) throws IOException {
    publish(draft(file, ".", content, EVERYBODY_FILE), file);
  }

  /**
   * The same with the permissions of the file that was there, if there was one. Where a link leads
   * to it, it is replaced where it is, and the link stays; one that leads nowhere is replaced.
   */
  public static void replace(Path file, byte[] content) throws IOException {
    Path meant = Files.isSymbolicLink(file) && Files.exists(file) ? file.toRealPath() : file;
    publish(draft(meant, ".", content, permissions(meant)), meant);
  }

  /** As they are, unless what is written could not be read by who has written it. */
  private static Set<PosixFilePermission> permissions(Path file) throws IOException {
    var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    return view != null && Files.isReadable(file)
        ? view.readAttributes().permissions()
        : OWNER_FILE;
  }

  /**
   * The same for several files, in their order; those without content are deleted. When this
   * throws, what was there before has been put back as far as the disk takes it, even where it has
   * taken the new; in the place of what could not be read the new stays.
   */
  public static void replaceAll(SequencedMap<Path, Optional<byte[]>> contents) throws IOException {
    List<Kept> before = new ArrayList<>();
    for (Path file : contents.keySet()) {
      before.add(new Kept(file));
    }
    try {
      for (Map.Entry<Path, Optional<byte[]>> one : contents.entrySet()) {
        if (one.getValue().isPresent()) {
          replace(one.getKey(), one.getValue().get());
        } else {
          delete(one.getKey());
        }
      }
    } catch (IOException e) {
      before.forEach(kept -> kept.putBack(e));
      throw e;
    }
  }

  /** A file as it was, if it was there, with what was in it, if that could be read. */
  private static final class Kept {
    private final Path file;
    private final boolean wasThere;
    private final @Nullable Path link;
    private final byte @Nullable [] content;
    private final Set<PosixFilePermission> permissions;

    Kept(Path file) throws IOException {
      this.file = file;
      wasThere = Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      link = Files.isSymbolicLink(file) ? Files.readSymbolicLink(file) : null;
      content = content(file);
      permissions = permissions(file);
    }

    private static byte @Nullable [] content(Path file) throws IOException {
      return Files.isRegularFile(file) && Files.isReadable(file) ? Files.readAllBytes(file) : null;
    }

    void putBack(IOException why) {
      try {
        if (link != null && content != null && !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.createSymbolicLink(file, link);
          force(folderOf(file));
        }
        byte[] now = content(file);
        if (content != null && !Arrays.equals(content, now)) {
          Path meant = now == null ? file : file.toRealPath();
          publish(draft(meant, ".", content, permissions), meant);
        } else if (!wasThere && now != null) {
          delete(file);
        }
      } catch (IOException e) {
        why.addSuppressed(e);
      }
    }
  }

  /**
   * Gives a file that is on the disk its name, in place of the one that had it. When the disk takes
   * the name but cannot say that it keeps it, this throws although everybody sees the new file:
   * whoever called must not tell that it stays, and what was there before cannot be had back.
   */
  static void publish(Path draft, Path file) throws IOException {
    try {
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(draft);
    }
    force(folderOf(file));
  }

  /** Writes a file unless there is one, whoever made it; when this returns, it stays. */
  public static void writeNew(Path file, byte[] content) throws IOException {
    Path draft = draft(file, draftsOf(file), content, OWNER_FILE);
    try {
      Files.createLink(file, draft);
    } catch (FileAlreadyExistsException e) {
      // Another process was faster; it may not have come to the next line yet.
    } finally {
      Files.deleteIfExists(draft);
    }
    force(folderOf(file));
  }

  /**
   * Removes what {@link #writeNew} leaves when it is killed after it has made the file: the same
   * file under the name of the draft, which nobody would guard as one guards the file.
   */
  public static void removeTwins(Path file) throws IOException {
    try (Stream<Path> all = Files.list(folderOf(file))) {
      for (Path other : all.toList()) {
        String name = other.getFileName().toString();
        if (name.startsWith(draftsOf(file)) && Files.isSameFile(other, file)) {
          Files.deleteIfExists(other);
        }
      }
    } catch (NoSuchFileException e) {
      // Its process has come to remove it itself.
    }
  }

  private static String draftsOf(Path file) {
    return "." + file.getFileName() + ".";
  }

  /**
   * Removes what processes have left in a folder that were killed while they wrote there.
   *
   * @param age what is younger may be a draft of another process that lives
   * @return how many there were
   */
  public static int removeDrafts(Path folder, Duration age) throws IOException {
    List<Path> drafts = drafts(folder);
    if (drafts.isEmpty()) {
      return 0;
    }
    Instant before = now(folder).minus(age);
    int removed = 0;
    for (Path file : drafts) {
      removed += isOlder(file, before) && Files.deleteIfExists(file) ? 1 : 0;
    }
    return removed;
  }

  private static List<Path> drafts(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(DurableFile::isDraft).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** By the clock that files of a folder have their times from, which may be another machine's. */
  private static Instant now(Path folder) throws IOException {
    Path probe = draft(folder.resolve("any"));
    try {
      return Files.getLastModifiedTime(probe).toInstant();
    } finally {
      Files.deleteIfExists(probe);
    }
  }

  private static boolean isOlder(Path file, Instant than) throws IOException {
    try {
      return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          && Files.getLastModifiedTime(file).toInstant().isBefore(than);
    } catch (NoSuchFileException e) {
      return false; // another process has come to it first
    }
  }

  /** Whether a file is called as those are that are not whole yet. */
  public static boolean isDraft(Path file) {
    return DRAFT.matcher(String.valueOf(file.getFileName())).matches();
  }

  /** An empty file beside another, to become that one. */
  static Path draft(Path file) throws IOException {
    return draft(file, ".", new byte[0], OWNER_FILE);
  }

  /** The same for a file that others have written, which may not be on the disk yet. */
  static void forceAndPublish(Path draft, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    publish(draft, file);
  }

  private static Path draft(
      Path file, String prefix, byte[] content, Set<PosixFilePermission> permissions)
      throws IOException {
    Path draft =
        Files.createTempFile(
            folderOf(file), prefix, ".tmp", PosixFilePermissions.asFileAttribute(OWNER_FILE));
    try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
      if (!permissions.equals(OWNER_FILE)) {
        Files.setPosixFilePermissions(draft, permissions);
      }
      for (ByteBuffer rest = ByteBuffer.wrap(content); rest.hasRemaining(); ) {
        channel.write(rest);
      }
      channel.force(true);
    } catch (IOException e) {
      Files.deleteIfExists(draft);
      throw e;
    }
    return draft;
  }

  /** Removes a file for good; says whether there was one. */
  public static boolean delete(Path file) throws IOException {
    boolean deleted = Files.deleteIfExists(file);
    if (deleted) {
      force(folderOf(file));
    }
    return deleted;
  }

  /** Makes a folder that only its owner may enter, with those above it, unless it is there. */
  public static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(OWNER_FOLDER));
      force(folderOf(folder));
    }
  }

  /**
   * What is wrong with a file or folder that others than its owner may read or write.
   *
   * @param remedy what sets it right, {@code chmod 600} or the like
   * @return null when nobody else may
   */
  public static @Nullable String exposure(Path path, String remedy) throws IOException {
    var view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view == null) {
      return null; // no such file system
    }
    Set<PosixFilePermission> permissions = view.readAttributes().permissions();
    return OWNER_FOLDER.containsAll(permissions)
        ? null
        : "%s may be read or written by others, %s, run %s %s"
            .formatted(path, PosixFilePermissions.toString(permissions), remedy, path);
  }

  static Path folderOf(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    return folder == null ? file.toAbsolutePath() : folder;
  }

  static void force(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
