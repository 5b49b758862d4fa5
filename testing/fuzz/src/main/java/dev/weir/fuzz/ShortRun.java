package dev.weir.fuzz;

import java.util.Base64;
import java.util.Random;

/**
 * A fuzz run that takes a second: the corpus as it is, then mutations of it, each decided by its
 * seed. {@code -Dweir.fuzz.runs=N} makes it longer, {@code -Dweir.fuzz.seed=N} begins elsewhere,
 * and both together play a failure again.
 */
public final class ShortRun {
  private static final int SHOWN_BYTES = 3000;

  private final Corpus corpus;
  private final FuzzTarget target;

  private ShortRun(Corpus corpus, FuzzTarget target) {
    this.corpus = corpus;
    this.target = target;
  }

  /** A run of a target with a folder of the corpus. */
  public static ShortRun of(String folder, FuzzTarget target) {
    return new ShortRun(Corpus.named(folder), target);
  }

  static ShortRun of(Corpus corpus, FuzzTarget target) {
    return new ShortRun(corpus, target);
  }

  /**
   * Plays all seeds and that many mutations.
   *
   * @throws AssertionError for the first input that breaks a promise
   */
  public void play(int usualRuns) {
    int runs = Integer.getInteger("weir.fuzz.runs", usualRuns);
    long first = Long.getLong("weir.fuzz.seed", 1);
    play(first, runs);
  }

  void play(long first, int runs) {
    for (int i = 0; i < corpus.inputs().size(); i++) {
      play(corpus.inputs().get(i), "corpus file " + corpus.names().get(i));
    }
    for (long seed = first; seed < first + runs; seed++) {
      byte[] input = new Mutator(new Random(seed), corpus.inputs()).next();
      play(input, "-Dweir.fuzz.runs=1 -Dweir.fuzz.seed=" + seed);
    }
  }

  private void play(byte[] input, String origin) {
    try {
      target.run(input);
    } catch (Exception | AssertionError e) {
      throw new AssertionError(origin + ": " + e + "\ninput in base64: " + text(input), e);
    }
  }

  private static String text(byte[] input) {
    String text = Base64.getEncoder().encodeToString(input);
    return text.length() > SHOWN_BYTES ? text.substring(0, SHOWN_BYTES) + "..." : text;
  }
}
