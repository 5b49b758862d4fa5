package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class LogLineTest {
  private static final long TIME = 1_764_068_400_123L;
  private final LoggerContext context = new LoggerContext();

  @Test
  void jsonLineIsOneObject() {
    LoggingEvent event = event(Level.WARN, "said \"no\"\n\u0001", null);
    event.addKeyValuePair(new KeyValuePair("port", 8080));
    event.addKeyValuePair(new KeyValuePair("api", "greeter"));

    assertThat(line(new JsonLine(), event))
        .isEqualTo(
            "{\"ts\":\"2025-11-25T11:00:00.123Z\",\"level\":\"warn\",\"logger\":\"dev.weir.app\","
                + "\"msg\":\"said \\\"no\\\"\\n\\u0001\",\"port\":8080,\"api\":\"greeter\"}\n");
  }

  @Test
  void jsonLineKeepsListsAsLists() {
    LoggingEvent event = event(Level.INFO, "listening", null);
    event.addKeyValuePair(new KeyValuePair("ports", List.of(8080, 8443)));
    event.addKeyValuePair(new KeyValuePair("hosts", List.of("a\"b")));
    event.addKeyValuePair(new KeyValuePair("none", List.of()));

    assertThat(line(new JsonLine(), event))
        .endsWith(",\"ports\":[8080,8443],\"hosts\":[\"a\\\"b\"],\"none\":[]}\n");
  }

  @Test
  void jsonLineHoldsTheStack() {
    LoggingEvent event = event(Level.ERROR, "failed", new IllegalStateException("why"));

    assertThat(line(new JsonLine(), event))
        .contains("\"stack\":\"java.lang.IllegalStateException: why\\n\\tat ")
        .endsWith("}\n");
  }

  @Test
  void textLineShowsLevelMessageAndFields() {
    LoggingEvent event = event(Level.INFO, "listening", null);
    event.addKeyValuePair(new KeyValuePair("port", 8080));

    assertThat(line(new TextLine(false), event))
        .matches("\\d\\d:\\d\\d:00\\.123 INFO  listening port=8080\n");
  }

  @Test
  void textLineKeepsForeignTextFromBeginningALine() {
    LoggingEvent event = event(Level.INFO, "path /a\nERROR forged \u001b[2J", null);

    assertThat(line(new TextLine(false), event))
        .endsWith("path /a\\u000aERROR forged \\u001b[2J\n");
  }

  @Test
  void textLineIsColouredOnlyWhenAsked() {
    LoggingEvent event = event(Level.ERROR, "failed", null);

    assertThat(line(new TextLine(true), event)).contains("\u001b[31m ERROR");
    assertThat(line(new TextLine(false), event)).doesNotContain("\u001b");
  }

  private static String line(LogLine form, LoggingEvent event) {
    var text = new StringBuilder();
    form.append(text, event);
    return text.toString();
  }

  private LoggingEvent event(Level level, String message, @Nullable Throwable failure) {
    var event =
        new LoggingEvent("", context.getLogger("dev.weir.app"), level, message, failure, null);
    event.setTimeStamp(TIME);
    return event;
  }
}
