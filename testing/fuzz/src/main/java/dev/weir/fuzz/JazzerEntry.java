package dev.weir.fuzz;

import java.lang.reflect.Constructor;
import org.jspecify.annotations.Nullable;

/** Where Jazzer enters: finds the target by the name of its class, then plays what it is given. */
public final class JazzerEntry {
  private static @Nullable FuzzTarget target;

  private JazzerEntry() {}

  /** Called once, with the target's class name. */
  public static void fuzzerInitialize(String[] arguments) throws ReflectiveOperationException {
    Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
    constructor.setAccessible(true);
    target = (FuzzTarget) constructor.newInstance();
  }

  /** Called with each input. */
  public static void fuzzerTestOneInput(byte[] input) throws Exception {
    FuzzTarget chosen = target;
    if (chosen == null) {
      throw new IllegalStateException("not initialised");
    }
    chosen.run(input);
  }
}
