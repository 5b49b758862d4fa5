package dev.weir.compiler;

import dev.weir.model.Problem;

/** Something in a document that cannot be used; the problem has its place. */
final class Unusable extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  Unusable(Problem problem) {
    super(problem.toString());
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
