package dev.weir.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import dev.weir.cli.LogFormat;
import dev.weir.cli.LogLevel;
import dev.weir.cli.Terminal;
import java.io.OutputStream;
import java.time.Duration;
import org.slf4j.LoggerFactory;

/** The process's log, set up in code: one writer and one level. */
final class Log implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private final LogWriter writer;

  private Log(LogWriter writer) {
    this.writer = writer;
  }

  /** Starts to log. Whoever logged before in this process logs here from now on. */
  static Log start(LogSettings settings, Terminal terminal, OutputStream out) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    LogWriter writer = new LogWriter(line(settings.format(), terminal), out);
    writer.setContext(context);
    writer.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(level(settings.level()));
    root.addAppender(writer);
    // The transport logs its self-inspection at debug, which nobody asked for.
    context.getLogger("io.netty").setLevel(Level.WARN);
    context.getLogger("io.helidon").setLevel(Level.WARN);
    // It says at length what its caller says in a line.
    context.getLogger("io.helidon.webserver.LoomServer").setLevel(Level.OFF);
    return new Log(writer);
  }

  /** How many lines could not be written. */
  long lost() {
    return writer.lost();
  }

  /** Writes what is left, if it can be written within a second. */
  @Override
  public void close() {
    writer.stop(PATIENCE);
  }

  private static LogLine line(LogFormat format, Terminal terminal) {
    return switch (format) {
      case AUTO -> terminal.errIsTerminal() ? new TextLine(terminal.colouredErr()) : new JsonLine();
      case TEXT -> new TextLine(terminal.colouredErr());
      case JSON -> new JsonLine();
    };
  }

  private static Level level(LogLevel level) {
    return switch (level) {
      case ERROR -> Level.ERROR;
      case WARN -> Level.WARN;
      case INFO -> Level.INFO;
      case DEBUG -> Level.DEBUG;
    };
  }
}
