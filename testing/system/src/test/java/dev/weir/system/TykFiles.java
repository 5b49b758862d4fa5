package dev.weir.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A folder with a {@code tyk.conf} and an {@code apps} folder beside it, gone after the test.
 *
 * @param folder where both are
 */
record TykFiles(Path folder) implements AutoCloseable {

  /** Writes a configuration for this main port on the loopback address, and one file per API. */
  static TykFiles write(int mainPort, Map<String, Object> configuration, List<Api> apis) {
    var keys = new LinkedHashMap<String, Object>();
    keys.put("listen_address", "127.0.0.1");
    keys.put("listen_port", mainPort);
    keys.put("app_path", "apps");
    keys.put("disable_ports_whitelist", true);
    keys.putAll(configuration);
    try {
      var files = new TykFiles(Files.createTempDirectory("weir-test"));
      Files.createDirectory(files.apps());
      files.write("tyk.conf", keys);
      for (Api api : apis) {
        files.write("apps/" + api.id() + ".json", api.definition());
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path configuration() {
    return folder.resolve("tyk.conf");
  }

  Path apps() {
    return folder.resolve("apps");
  }

  /** What people see in a folder; gateways keep a hidden file there, which they lock. */
  static List<String> named(Path folder) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String name, Map<String, Object> document) {
    write(name, Json.of(document));
  }

  void write(String name, String text) {
    try {
      Files.writeString(folder.resolve(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  @Override
  public void close() {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
