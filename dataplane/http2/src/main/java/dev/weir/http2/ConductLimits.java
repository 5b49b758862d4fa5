package dev.weir.http2;

/**
 * How much work without use a peer may make us do on one connection. Going beyond ends the
 * connection with ENHANCE_YOUR_CALM, except for dribbles and stalls. And how much of ours we expect
 * it to bear.
 *
 * @param resets streams that the peer resets before they are answered, that it makes us reset, or
 *     that it opens above the limit; and, counted apart from these, calls that cost an endpoint a
 *     reset. The connection takes no more streams then, and ends with those that it has
 * @param pings PING frames between which no DATA went either way
 * @param settings SETTINGS frames between which no DATA went either way
 * @param priorities PRIORITY frames
 * @param maxSettingsEntries settings in one frame
 * @param maxEmptyFrames DATA, HEADERS and CONTINUATION in a row with nothing in them that end
 *     nothing
 * @param smallDataBytes how far the frame headers and the padding of DATA may outweigh twice its
 *     payload
 * @param windowUpdatesPerData WINDOW_UPDATE frames for each DATA frame that we send, or each 16 KiB
 *     of a larger one
 * @param wasteBytes what the peer may send without use beyond an eighth of everything
 * @param dribbles DATA frames of less than {@code dribbleBytes} that we send because a window
 *     allows no more; after that payload waits until the windows allow as much or all that is left
 *     of it
 * @param dribbleBytes payload of a frame that is worth its while; 1 at least
 * @param stallSeconds how long a stream may take less than {@code progressBytes} of payload that
 *     waits for it, before it is reset; 0 for ever
 * @param progressBytes what a peer has to take of what waits for it, to count as one who reads; 1
 *     at least
 * @param bearableResets resets that a server gets from us; what is more it hears of later
 */
public record ConductLimits(
    Rate resets,
    Rate pings,
    Rate settings,
    Rate priorities,
    int maxSettingsEntries,
    int maxEmptyFrames,
    int smallDataBytes,
    int windowUpdatesPerData,
    int wasteBytes,
    int dribbles,
    int dribbleBytes,
    int stallSeconds,
    int progressBytes,
    Rate bearableResets) {

  /** What clients are allowed. */
  public static final ConductLimits DOWNSTREAM =
      new ConductLimits(
          new Rate(200, 20),
          new Rate(60, 1),
          new Rate(10, 1),
          new Rate(100, 10),
          32,
          10,
          64 << 10,
          10,
          1 << 20,
          100,
          512,
          60,
          1 << 10,
          OwedResets.BEARABLE);

  /** What servers are allowed: they may reset what they like, pad, and hold us back. */
  public static final ConductLimits UPSTREAM =
      new ConductLimits(
          Rate.UNLIMITED,
          DOWNSTREAM.pings,
          DOWNSTREAM.settings,
          DOWNSTREAM.priorities,
          DOWNSTREAM.maxSettingsEntries,
          DOWNSTREAM.maxEmptyFrames,
          Integer.MAX_VALUE,
          DOWNSTREAM.windowUpdatesPerData,
          DOWNSTREAM.wasteBytes,
          DOWNSTREAM.dribbles,
          DOWNSTREAM.dribbleBytes,
          0,
          DOWNSTREAM.progressBytes,
          OwedResets.BEARABLE);

  /** No limits, for a peer that is our own code. */
  public static final ConductLimits NONE =
      new ConductLimits(
          Rate.UNLIMITED,
          Rate.UNLIMITED,
          Rate.UNLIMITED,
          Rate.UNLIMITED,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          1 << 20,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          1,
          0,
          DOWNSTREAM.progressBytes,
          Rate.UNLIMITED);

  /** Checks that numbers are not negative, and sizes not nothing. */
  public ConductLimits {
    check("maxSettingsEntries", maxSettingsEntries);
    check("maxEmptyFrames", maxEmptyFrames);
    check("smallDataBytes", smallDataBytes);
    check("windowUpdatesPerData", windowUpdatesPerData);
    check("wasteBytes", wasteBytes);
    check("dribbles", dribbles);
    check("dribbleBytes", dribbleBytes - 1);
    check("stallSeconds", stallSeconds);
    check("progressBytes", progressBytes - 1);
  }

  private static void check(String name, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + ": " + value);
    }
  }
}
