package dev.weir.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is chosen for a method of gRPC: by its name, else by its service, else for all. Immutable,
 * for all threads. Asking allocates, so that a caller remembers the answer for a path.
 */
public final class MethodChoice<T> {
  private final Map<String, T> chosen;
  private final T others;

  /**
   * @param chosen by {@code /pkg.Service/Method} and {@code /pkg.Service/*}
   */
  public MethodChoice(Map<String, T> chosen, T others) {
    this.chosen = Map.copyOf(chosen);
    this.others = others;
  }

  /**
   * What is chosen.
   *
   * @param path of a call of gRPC, plain
   * @param by the listen path that was called
   */
  public T of(byte[] path, ListenPath by) {
    T choice = named(path, by);
    return choice == null ? others : choice;
  }

  /** Whether something is chosen for a path by the name of its method or service. */
  public boolean names(byte[] path, ListenPath by) {
    return named(path, by) != null;
  }

  private @Nullable T named(byte[] path, ListenPath by) {
    T choice = named(path);
    if (choice != null) {
      return choice;
    }
    for (byte[] form : by.others(path)) {
      choice = named(form);
      if (choice != null) {
        return choice;
      }
    }
    return null;
  }

  private @Nullable T named(byte[] path) {
    String method = new String(path, ISO_8859_1);
    T choice = chosen.get(method);
    return choice == null
        ? chosen.get(method.substring(0, method.lastIndexOf('/') + 1) + "*")
        : choice;
  }
}
