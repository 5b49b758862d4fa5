package dev.weir.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/** Log lines for people: {@code 10:20:30.456 INFO message key=value}, in local time. */
final class TextLine implements LogLine {
  private static final String PLAIN = "\u001b[0m";
  private static final String DIM = "\u001b[2m";
  private final DateTimeFormatter time =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());
  private final boolean coloured;

  TextLine(boolean coloured) {
    this.coloured = coloured;
  }

  @Override
  public void append(StringBuilder text, ILoggingEvent event) {
    begin(text, event.getTimeStamp(), event.getLevel());
    appendSafely(text, event.getFormattedMessage());
    appendFields(text, event.getKeyValuePairs());
    text.append('\n');
    IThrowableProxy failure = event.getThrowableProxy();
    if (failure != null) {
      text.append(ThrowableProxyUtil.asString(failure));
    }
  }

  @Override
  public void append(StringBuilder text, long timeMillis, String warning) {
    begin(text, timeMillis, Level.WARN);
    text.append(warning).append('\n');
  }

  private void begin(StringBuilder text, long timeMillis, Level level) {
    colour(text, DIM);
    time.formatTo(Instant.ofEpochMilli(timeMillis), text);
    colour(text, PLAIN);
    colour(text, colourOf(level));
    text.append(' ').append(level).append(" ".repeat(6 - level.toString().length()));
    colour(text, PLAIN);
  }

  private void appendFields(StringBuilder text, List<KeyValuePair> fields) {
    if (fields == null) {
      return;
    }
    for (KeyValuePair field : fields) {
      colour(text, DIM);
      text.append(' ').append(field.key).append('=');
      colour(text, PLAIN);
      appendSafely(text, String.valueOf(field.value));
    }
  }

  private void colour(StringBuilder text, String code) {
    if (coloured) {
      text.append(code);
    }
  }

  private static String colourOf(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> "\u001b[31m";
      case Level.WARN_INT -> "\u001b[33m";
      case Level.INFO_INT -> "\u001b[32m";
      default -> DIM;
    };
  }

  /** What comes from callers may not begin a line of its own, nor steer the terminal. */
  private static void appendSafely(StringBuilder text, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (Character.isISOControl(c)) {
        text.append("\\u%04x".formatted((int) c));
      } else {
        text.append(c);
      }
    }
  }
}
