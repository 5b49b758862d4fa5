package dev.weir.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What came of reading a document: the value, the problems, or both.
 *
 * @param value null when an error made it impossible to build
 * @param problems all of them, in the order of the document
 */
public record Reading<T>(@Nullable T value, List<Problem> problems) {

  public Reading {
    problems = List.copyOf(problems);
  }

  public boolean hasErrors() {
    return problems.stream().anyMatch(Problem::isError);
  }
}
