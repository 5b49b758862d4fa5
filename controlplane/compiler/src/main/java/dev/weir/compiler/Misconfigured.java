package dev.weir.compiler;

import dev.weir.model.Problem;
import java.io.IOException;
import java.util.List;

/** A configuration that is well written and cannot be served by. */
public final class Misconfigured extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public Misconfigured(List<Problem> problems) {
    super(problems.getFirst().toString());
    this.problems = problems;
  }

  public List<Problem> problems() {
    return problems;
  }
}
