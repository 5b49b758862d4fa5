package dev.weir.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The inputs in one folder of {@code testing/fuzz/corpus}: what real clients and servers sent,
 * hand-written examples, and every input that ever broke a promise.
 *
 * @param names of the files, sorted
 * @param inputs their contents, in the same order
 */
public record Corpus(List<String> names, List<byte[]> inputs) {

  /** Reads a folder, wherever in the source tree the process runs. */
  public static Corpus named(String folder) {
    Path start = Path.of("").toAbsolutePath();
    for (Path at = start; at != null; at = at.getParent()) {
      Path all = at.resolve("testing/fuzz/corpus");
      if (Files.isDirectory(all)) {
        return read(all.resolve(folder));
      }
    }
    throw new IllegalStateException("no testing/fuzz/corpus above " + start);
  }

  private static Corpus read(Path folder) {
    var names = new ArrayList<String>();
    var inputs = new ArrayList<byte[]>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        names.add(String.valueOf(file.getFileName()));
        inputs.add(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Corpus(names, inputs);
  }
}
