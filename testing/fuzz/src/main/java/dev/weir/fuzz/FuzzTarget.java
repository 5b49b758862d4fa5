package dev.weir.fuzz;

/**
 * Takes any bytes, makes an input of them and throws when what became of it breaks a promise. Keeps
 * no state from one call to the next, so that an input alone replays a failure.
 */
@FunctionalInterface
public interface FuzzTarget {

  /**
   * Plays one input.
   *
   * @param input never written to
   */
  void run(byte[] input) throws Exception;
}
