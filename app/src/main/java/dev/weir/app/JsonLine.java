package dev.weir.app;

import static dev.weir.model.JsonWriter.quoted;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** Log lines for machines: one JSON object with {@code ts, level, logger, msg} and the fields. */
final class JsonLine implements LogLine {

  @Override
  public void append(StringBuilder text, ILoggingEvent event) {
    begin(text, event.getTimeStamp(), event.getLevel(), event.getLoggerName());
    text.append(quoted(event.getFormattedMessage()));
    appendFields(text, event.getKeyValuePairs());
    IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      text.append(",\"stack\":");
      text.append(quoted(ThrowableProxyUtil.asString(failure)));
    }
    text.append("}\n");
  }

  @Override
  public void append(StringBuilder text, long timeMillis, String warning) {
    begin(text, timeMillis, Level.WARN, LogWriter.class.getName());
    text.append(quoted(warning));
    text.append("}\n");
  }

  private static void begin(StringBuilder text, long timeMillis, Level level, String logger) {
    text.append("{\"ts\":\"").append(Instant.ofEpochMilli(timeMillis)).append("\",\"level\":\"");
    text.append(level.toString().toLowerCase(Locale.ROOT)).append("\",\"logger\":");
    text.append(quoted(logger));
    text.append(",\"msg\":");
  }

  private static void appendFields(StringBuilder text, List<KeyValuePair> fields) {
    if (fields == null) {
      return;
    }
    for (KeyValuePair field : fields) {
      text.append(',');
      text.append(quoted(field.key));
      text.append(':');
      appendValue(text, field.value);
    }
  }

  private static void appendValue(StringBuilder text, @Nullable Object value) {
    switch (value) {
      case Integer n -> text.append(n);
      case Long n -> text.append(n);
      case Boolean b -> text.append(b);
      case Collection<?> list -> appendList(text, list);
      case null, default -> text.append(quoted(String.valueOf(value)));
    }
  }

  private static void appendList(StringBuilder text, Collection<?> values) {
    char before = '[';
    for (Object value : values) {
      text.append(before);
      appendValue(text, value);
      before = ',';
    }
    text.append(values.isEmpty() ? "[]" : "]");
  }
}
