package dev.weir.app;

import dev.weir.compiler.Reload;
import dev.weir.model.Problem;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/** The lines that a reload writes to the log. */
final class ReloadReport {
  /** They are the same each time: what is wrong is not to be lost among them. */
  private static final int MOST_WARNINGS = 100;

  private final Logger log;

  ReloadReport(Logger log) {
    this.log = log;
  }

  void reloaded(Reload reload) {
    reload.problems().stream()
        .filter(Problem::isError)
        .forEach(problem -> log.error("{}", problem));
    List<Problem> warnings =
        reload.problems().stream().filter(problem -> !problem.isError()).toList();
    warnings.stream().limit(MOST_WARNINGS).forEach(problem -> log.warn("{}", problem));
    if (warnings.size() > MOST_WARNINGS) {
      log.atWarn()
          .addKeyValue("more", warnings.size() - MOST_WARNINGS)
          .log("there are more warnings, weir validate tells all of them");
    }
    if (reload.applied()) {
      applied(reload);
    } else {
      log.atError()
          .addKeyValue("generation", reload.generation())
          .log("reload refused, what was served goes on");
    }
  }

  private void applied(Reload reload) {
    LoggingEventBuilder line = reload.isWhole() ? log.atInfo() : log.atError();
    line.addKeyValue("generation", reload.generation())
        .addKeyValue("ms", reload.took().toMillis())
        .addKeyValue("added", reload.added())
        .addKeyValue("changed", reload.changed())
        .addKeyValue("removed", reload.removed())
        .addKeyValue("kept", reload.kept())
        .addKeyValue("policies_added", reload.policies().added())
        .addKeyValue("policies_changed", reload.policies().changed())
        .addKeyValue("policies_removed", reload.policies().removed())
        .log(reload.isWhole() ? "reloaded" : "reloaded in part, see the errors");
  }
}
