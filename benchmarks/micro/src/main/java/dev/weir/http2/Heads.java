package dev.weir.http2;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The header blocks of many calls in a row as one kind of client writes them, again and again. The
 * first of them empties the table, so that it may follow the last. {@code benchmarks/micro/run}
 * writes them, from {@code benchmarks/harness/styles.py}, into a folder that it names in the system
 * property {@code weir.heads}: for each style a file of blocks, each behind its length in two
 * bytes.
 */
final class Heads {
  private final byte[][] blocks;
  private int next;

  private Heads(byte[][] blocks) {
    this.blocks = blocks;
  }

  /** No block at all, until a benchmark is set up. */
  static Heads none() {
    return new Heads(new byte[0][]);
  }

  static Heads of(String style) {
    String folder = System.getProperty("weir.heads");
    if (folder == null) {
      throw new IllegalStateException("weir.heads is not set: start with benchmarks/micro/run");
    }
    try (DataInputStream in =
        new DataInputStream(Files.newInputStream(Path.of(folder).resolve(style)))) {
      List<byte[]> blocks = new ArrayList<>();
      while (in.available() > 0) {
        blocks.add(in.readNBytes(in.readUnsignedShort()));
      }
      return new Heads(blocks.toArray(byte[][]::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int size() {
    return blocks.length;
  }

  byte[] next() {
    byte[] block = blocks[next];
    next = next + 1 == blocks.length ? 0 : next + 1;
    return block;
  }
}
