package dev.weir.compiler;

import dev.weir.model.Problem;
import org.jspecify.annotations.Nullable;

/** Something in a document that cannot be used; the problem has its place. */
final class Unusable extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final @Nullable String rival;

  Unusable(Problem problem) {
    this(problem, null);
  }

  /**
   * @param rival the id of the API beside which it cannot be used; null where it is nobody's fault
   */
  Unusable(Problem problem, @Nullable String rival) {
    super(problem.toString());
    this.problem = problem;
    this.rival = rival;
  }

  Problem problem() {
    return problem;
  }

  @Nullable String rival() {
    return rival;
  }
}
