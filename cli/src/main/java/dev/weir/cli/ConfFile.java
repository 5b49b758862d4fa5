package dev.weir.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rule that says which configuration file counts. */
public final class ConfFile {
  static final String PLACES = "./tyk.conf, then /etc/tyk/tyk.conf";
  private static final List<Path> USUAL =
      List.of(Path.of("tyk.conf"), Path.of("/etc/tyk/tyk.conf"));

  private ConfFile() {}

  /** The file that was asked for, or else the first of the usual places where there is one. */
  public static Optional<Path> find(@Nullable Path asked) {
    return find(asked, USUAL);
  }

  /** What to tell a user when {@link #find(Path)} finds nothing. */
  public static String absence() {
    return "no configuration file: looked at " + PLACES + "; name one with --conf FILE";
  }

  static Optional<Path> find(@Nullable Path asked, List<Path> usual) {
    return asked != null ? Optional.of(asked) : usual.stream().filter(Files::exists).findFirst();
  }
}
