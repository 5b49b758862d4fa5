package dev.weir.app;

import dev.weir.compiler.Reload;
import dev.weir.model.Problem;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/** The lines that a reload writes to the log. */
final class ReloadReport {
  private final Logger log;

  ReloadReport(Logger log) {
    this.log = log;
  }

  void reloaded(Reload reload) {
    for (Problem problem : reload.problems()) {
      LoggingEventBuilder line = problem.isError() ? log.atError() : log.atWarn();
      line.log("{}", problem);
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
        .log(
            reload.isWhole() ? "reloaded" : "reloaded in part, the last good definitions serve on");
  }
}
