package dev.weir.admin;

import dev.weir.store.StoreException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What callers are told when the disk does not do what they asked for; it names no token. */
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
        case LOCKED -> failed(503, e);
        default -> failed(500, e);
      };
    }
  }

  /** A folder of documents could not be written. */
  static ControlAnswer failed(IOException e) {
    LOG.atError().setCause(e).log("a folder cannot be written");
    return ControlAnswer.error(500, "cannot be stored: " + words(e));
  }

  /** A folder of documents can be written, and nobody can tell what is in it. */
  static ControlAnswer unreadable() {
    return ControlAnswer.error(
        500, "cannot be stored: its folder cannot be read, let the gateway read it");
  }

  /** The message of many is a path and nothing else. */
  private static String words(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied, make the folder writable for the gateway";
    }
    if (e instanceof NoSuchFileException || e instanceof NotDirectoryException) {
      return "the folder does not exist";
    }
    String reason = e instanceof FileSystemException known ? known.getReason() : e.getMessage();
    return reason == null ? "the disk failed, the log of the gateway has more" : reason;
  }

  private static ControlAnswer failed(int status, StoreException e) {
    LOG.atError().setCause(e).log("the store of keys has failed");
    return ControlAnswer.error(status, "cannot be stored: " + e.getMessage());
  }
}
