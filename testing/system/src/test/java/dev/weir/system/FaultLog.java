package dev.weir.system;

import java.util.regex.Pattern;

/** What a gateway's log says of peers that went too far. */
record FaultLog(String text) {

  private static final Pattern LINE =
      Pattern.compile(
          "^.*(?:peer|endpoint)\":\"[^\"]*127\\.0\\.0\\.\\d:\\d+.*\"reason\":\"(\\w+)\"",
          Pattern.MULTILINE);

  /** How many lines name this reason and the address of a peer or an endpoint. */
  long lines(String reason) {
    return LINE.matcher(text).results().filter(line -> line.group(1).equals(reason)).count();
  }
}
