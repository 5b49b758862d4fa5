package dev.weir.model;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the files of a folder have come to, kept as long as their bytes stay the same. A reload
 * finds few of thousands changed; to make the others anew would take a second, and the event loops
 * would stand still while what was made in vain is collected. For all threads.
 *
 * @param <T> what a file comes to
 */
final class KnownFiles<T> {
  /** So many files are read by one thread, one after the other. */
  private static final int PART = 64;

  private final Map<Path, Known<T>> known = new ConcurrentHashMap<>();
  private final Predicate<T> lasting;

  /** What the bytes with a digest came to. */
  private static final class Known<T> {
    private final Path file;
    private final byte[] digest;
    private final T value;

    Known(Path file, byte[] digest, T value) {
      this.file = file;
      this.digest = digest;
      this.value = value;
    }
  }

  /**
   * @param lasting whether something depends on nothing but the bytes of its file
   */
  KnownFiles(Predicate<T> lasting) {
    this.lasting = lasting;
  }

  /**
   * The same path, the object that is kept of it where there is one: a reload has thousands of them
   * all the while, and a collection would copy each that is new. It also knows its text.
   */
  Path kept(Path file) {
    Known<T> before = known.get(file);
    return before == null ? file : before.file;
  }

  /**
   * Reads files. Others are forgotten when more are known than there are: one too many does no
   * harm, and to find them takes a set of all. Where nothing is known yet, at a start, all
   * processors read.
   *
   * @param reader for all threads
   */
  List<T> read(List<Path> files, Reader<T> reader) {
    List<T> read =
        known.isEmpty()
            ? parts(files).parallelStream().flatMap(part -> inTurn(part, reader)).toList()
            : inTurn(files, reader).toList();
    if (known.size() > files.size()) {
      known.keySet().retainAll(new HashSet<>(files));
    }
    return read;
  }

  private static List<List<Path>> parts(List<Path> files) {
    List<List<Path>> parts = new ArrayList<>();
    for (int at = 0; at < files.size(); at += PART) {
      parts.add(files.subList(at, Math.min(at + PART, files.size())));
    }
    return parts;
  }

  private Stream<T> inTurn(List<Path> files, Reader<T> reader) {
    var document = new DocumentFile();
    MessageDigest sha256 = Fingerprint.sha256();
    return files.stream().map(file -> read(document, sha256, file, reader));
  }

  /** Makes something of a file. */
  interface Reader<T> {
    T read(Path file, Reading<Json> document);
  }

  private T read(DocumentFile document, MessageDigest sha256, Path file, Reader<T> reader) {
    Problem obstacle = document.load(file, true);
    if (obstacle != null) {
      return reader.read(file, new Reading<>(null, List.of(obstacle)));
    }
    byte[] digest = document.digest(sha256);
    Known<T> before = known.get(file);
    return before != null && Arrays.equals(before.digest, digest)
        ? before.value
        : remembered(file, digest, reader.read(file, document.json(file)));
  }

  private T remembered(Path file, byte[] digest, T value) {
    if (lasting.test(value)) {
      known.put(file, new Known<>(file, digest, value));
    } else {
      known.remove(file);
    }
    return value;
  }
}
