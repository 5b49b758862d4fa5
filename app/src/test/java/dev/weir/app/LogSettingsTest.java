package dev.weir.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.cli.LogFormat;
import dev.weir.cli.LogLevel;
import dev.weir.cli.LogOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LogSettingsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("TYK_LOGFORMAT", "json", "TYK_LOGLEVEL", "Warn");

  @Test
  void defaultsToInfoAndAuto() {
    assertThat(LogSettings.choose(new LogOptions(), Map.of(), "", ""))
        .isEqualTo(new LogSettings(LogFormat.AUTO, LogLevel.INFO));
  }

  @Test
  void takesTheFileWhenNothingElseSays() {
    assertThat(LogSettings.choose(new LogOptions(), Map.of(), "text", "debug"))
        .isEqualTo(new LogSettings(LogFormat.TEXT, LogLevel.DEBUG));
  }

  @Test
  void environmentGoesBeforeTheFile() {
    assertThat(LogSettings.choose(new LogOptions(), ENVIRONMENT, "text", "debug"))
        .isEqualTo(new LogSettings(LogFormat.JSON, LogLevel.WARN));
  }

  @Test
  void flagsGoBeforeTheEnvironment() {
    LogOptions flags = new LogOptions(LogFormat.TEXT, LogLevel.ERROR);

    assertThat(LogSettings.choose(flags, ENVIRONMENT, "", ""))
        .isEqualTo(new LogSettings(LogFormat.TEXT, LogLevel.ERROR));
  }

  @Test
  void passesOverAWordThatNobodyKnows() {
    assertThat(LogSettings.choose(new LogOptions(), Map.of("TYK_LOGLEVEL", "loud"), "", "debug"))
        .isEqualTo(new LogSettings(LogFormat.AUTO, LogLevel.DEBUG));
  }
}
