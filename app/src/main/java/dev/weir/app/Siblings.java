package dev.weir.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.BitSet;

/** Which of Linux's cores are threads of one that there is: whoever runs there shares it. */
final class Siblings {
  private static final Path CORES = Path.of("/sys/devices/system/cpu");

  private Siblings() {}

  /** The core itself and its siblings; itself alone where the system does not tell. */
  static BitSet of(int core) throws IOException {
    try {
      Path list = CORES.resolve("cpu" + core + "/topology/thread_siblings_list");
      return parse(Files.readString(list).strip());
    } catch (NoSuchFileException e) {
      BitSet alone = new BitSet();
      alone.set(core);
      return alone;
    }
  }

  /** Such as {@code 0,4} and {@code 0-1,8-9}. */
  static BitSet parse(String list) {
    BitSet cores = new BitSet();
    for (String range : list.split(",", -1)) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      cores.set(first, Integer.parseInt(range.substring(dash + 1)) + 1);
    }
    return cores;
  }
}
