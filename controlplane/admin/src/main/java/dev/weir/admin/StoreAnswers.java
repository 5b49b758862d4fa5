package dev.weir.admin;

import dev.weir.store.StoreException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What callers are told when the store does not do what they asked for; it names no token. */
final class StoreAnswers {
  private static final Logger LOG = LoggerFactory.getLogger(StoreAnswers.class);

  private StoreAnswers() {}

  /** Work with the store. */
  interface Work {
    ControlAnswer run() throws StoreException;
  }

  static ControlAnswer answer(Work work) {
    try {
      return work.run();
    } catch (StoreException e) {
      return switch (e.reason()) {
        case CONFLICT -> ControlAnswer.error(409, "It was changed meanwhile, read it again");
        case INVALID -> ControlAnswer.error(400, "Request malformed, " + e.getMessage());
        default -> failed(e);
      };
    }
  }

  private static ControlAnswer failed(StoreException e) {
    LOG.atError().setCause(e).log("the store of keys has failed");
    return ControlAnswer.error(500, "cannot be stored: " + e.getMessage());
  }
}
