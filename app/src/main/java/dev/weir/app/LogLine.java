package dev.weir.app;

import ch.qos.logback.classic.spi.ILoggingEvent;

/** A form of log lines. Used by one thread. */
interface LogLine {

  /** Appends the event's line, with its end. */
  void append(StringBuilder text, ILoggingEvent event);

  /** Appends a line, with its end, that warns about the log itself. */
  void append(StringBuilder text, long timeMillis, String warning);
}
