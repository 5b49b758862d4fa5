package dev.weir.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.slf4j.event.KeyValuePair;

/** Log lines for machines: one JSON object with {@code ts, level, logger, msg} and the fields. */
final class JsonLine implements LogLine {

  @Override
  public void append(StringBuilder text, ILoggingEvent event) {
    begin(text, event.getTimeStamp(), event.getLevel(), event.getLoggerName());
    quote(text, event.getFormattedMessage());
    appendFields(text, event.getKeyValuePairs());
    IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      text.append(",\"stack\":");
      quote(text, ThrowableProxyUtil.asString(failure));
    }
    text.append("}\n");
  }

  @Override
  public void append(StringBuilder text, long timeMillis, String warning) {
    begin(text, timeMillis, Level.WARN, LogWriter.class.getName());
    quote(text, warning);
    text.append("}\n");
  }

  private static void begin(StringBuilder text, long timeMillis, Level level, String logger) {
    text.append("{\"ts\":\"").append(Instant.ofEpochMilli(timeMillis)).append("\",\"level\":\"");
    text.append(level.toString().toLowerCase(Locale.ROOT)).append("\",\"logger\":");
    quote(text, logger);
    text.append(",\"msg\":");
  }

  private static void appendFields(StringBuilder text, List<KeyValuePair> fields) {
    if (fields == null) {
      return;
    }
    for (KeyValuePair field : fields) {
      text.append(',');
      quote(text, field.key);
      text.append(':');
      switch (field.value) {
        case Integer n -> text.append(n);
        case Long n -> text.append(n);
        case Boolean b -> text.append(b);
        case null, default -> quote(text, String.valueOf(field.value));
      }
    }
  }

  private static void quote(StringBuilder text, String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        default -> {
          if (Character.isISOControl(c)) {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
