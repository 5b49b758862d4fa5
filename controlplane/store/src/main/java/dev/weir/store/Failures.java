package dev.weir.store;

import dev.weir.store.StoreException.Reason;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteException;

/** Says in words what went wrong with the files of a store. */
record Failures(Path folder) {

  StoreException of(Exception e) {
    return switch (e) {
      case SQLException sql -> of(sql);
      case IOException io -> of(io);
      case StoreException known -> known;
      default -> failed(e.toString(), e);
    };
  }

  /** What a failure of SQLite means; the primary result code decides (sqlite.org/rescode.html). */
  private StoreException of(SQLException e) {
    int code = e instanceof SQLiteException known ? known.getResultCode().code & 0xff : 0;
    return switch (code) {
      case 3, 8 -> readOnly(e); // PERM, READONLY
      case 5, 6 -> locked("another process", e); // BUSY, LOCKED
      case 11, 26 -> corrupt("its file is damaged", e); // CORRUPT, NOTADB
      case 13 -> full(e); // FULL
      case 14 -> failed("its file cannot be opened", e); // CANTOPEN
      default -> failed(String.valueOf(e.getMessage()), e);
    };
  }

  /** What a failure of the file system means. */
  private StoreException of(IOException e) {
    if (e instanceof ClosedChannelException) {
      return closed();
    }
    String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (e instanceof AccessDeniedException || text.contains("read-only file system")) {
      return readOnly(e);
    }
    return text.contains("no space left") ? full(e) : failed(text, e);
  }

  StoreException corrupt(String what, Exception cause) {
    return new StoreException(
        Reason.CORRUPT,
        "the store %s is damaged, %s: run weir store check, then weir store restore with a backup"
            .formatted(folder, what),
        cause);
  }

  StoreException locked(String holder, @Nullable Exception cause) {
    return new StoreException(
        Reason.LOCKED,
        "the store %s is in use by %s: stop that one, or give each its own WEIR_DATA_DIR"
            .formatted(folder, holder),
        cause);
  }

  StoreException key(String what) {
    return new StoreException(Reason.KEY, what);
  }

  StoreException conflict(RecordKind kind, String id) {
    return new StoreException(
        Reason.CONFLICT,
        "%s %s is not what it was, or not there: read it again".formatted(kind, id));
  }

  StoreException invalid(String what) {
    return new StoreException(Reason.INVALID, what);
  }

  StoreException newer(int version) {
    return new StoreException(
        Reason.NEWER,
        "the store %s has format %d, made by a newer Weir that this one cannot stand in for: start that one, or restore a backup that this one made"
            .formatted(folder, version));
  }

  StoreException closed() {
    return new StoreException(Reason.CLOSED, "the store %s is closed".formatted(folder));
  }

  private StoreException full(Exception cause) {
    return new StoreException(
        Reason.FULL,
        "there is no room left for the store %s: nothing was written, make room and try again"
            .formatted(folder),
        cause);
  }

  private StoreException readOnly(Exception cause) {
    return new StoreException(
        Reason.READ_ONLY,
        "the store %s cannot be written: make the folder and its files writable for the gateway"
            .formatted(folder),
        cause);
  }

  private StoreException failed(String what, Exception cause) {
    return new StoreException(
        Reason.FAILED, "the store %s failed: %s".formatted(folder, what), cause);
  }
}
