package dev.weir.compiler;

import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells who runs the gateway why tokens are refused, which their senders are not told: one line in
 * a while, however many there are. For all threads.
 */
final class RefusedTokens {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedTokens.class);

  private final RareLines refusals;
  private final RareLines faults;

  RefusedTokens(LongSupplier nanoTime) {
    refusals = new RareLines(nanoTime);
    faults = new RareLines(nanoTime);
  }

  /**
   * @param why nothing that a sender has chosen
   */
  void tell(String why) {
    long untold = refusals.untold();
    if (untold != RareLines.NONE) {
      LOG.atWarn()
          .addKeyValue("reason", why)
          .addKeyValue("untold", untold)
          .log("a token was refused");
    }
  }

  /** The gateway was not able to look at one: a sender may find out how to bring that about. */
  void tell(Throwable fault) {
    long untold = faults.untold();
    if (untold != RareLines.NONE) {
      LOG.atError()
          .setCause(fault)
          .addKeyValue("untold", untold)
          .log("a fault of the gateway while it checked a token");
    }
  }
}
