package dev.weir.compiler;

import dev.weir.certificates.CertificateSource;
import dev.weir.model.Problem;
import java.util.List;

/** Something in a document that cannot be used; the problem has its place. */
final class Unusable extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Problem problem;
  private final transient List<CertificateSource.Name> shown;

  Unusable(Problem problem) {
    this(problem, List.of());
  }

  /**
   * @param shown certificates one of which has to be another one, the first that should
   */
  Unusable(Problem problem, List<CertificateSource.Name> shown) {
    super(problem.toString());
    this.problem = problem;
    this.shown = shown;
  }

  Problem problem() {
    return problem;
  }

  List<CertificateSource.Name> shown() {
    return shown;
  }
}
