package dev.weir.app;

import sun.misc.Signal;
import sun.misc.SignalHandler;

/** The signals of the process that ask it for something. */
final class Signals {
  private Signals() {}

  /** Calls back, on a thread of the JVM, each time TERM or INT comes. */
  static void onStop(Runnable stop) {
    for (String name : new String[] {"TERM", "INT"}) {
      Signal.handle(new Signal(name), signal -> stop.run());
    }
  }

  /**
   * Calls back, on a thread of the JVM, each time HUP comes.
   *
   * @return whether it will come: a process that was started to ignore it goes on to do so
   */
  static boolean onReload(Runnable reload) {
    SignalHandler before = Signal.handle(new Signal("HUP"), signal -> reload.run());
    return !SignalHandler.SIG_IGN.equals(before);
  }
}
