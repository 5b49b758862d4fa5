package dev.weir.store;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records that outlive the gateway: documents by their kind and id, each with the revision of its
 * last write. Revisions only grow, over all records of the store, so that they also say in what
 * order things changed.
 *
 * <p>A write returns once it is on the disk and every follower has seen it. A write that throws is
 * not there, and is not there after a restart either, unless its reason is {@link
 * StoreException.Reason#FAILED}: then it may be.
 *
 * <p>Documents are encrypted where they lie. Ids are not: an id is a {@link KeyHash}, or a name
 * that is no secret. For all threads, which it may block; none of an event loop.
 */
public interface Store extends AutoCloseable {
  /** Longest document, in bytes of UTF-8. */
  int MOST_BYTES = 1 << 20;

  /** Longest id, in characters. */
  int MOST_ID = 256;

  /** The record with an id; null where there is none, or none any more. */
  @Nullable StoredRecord get(RecordKind kind, String id) throws StoreException;

  /**
   * Writes a record, in place of the one that was there.
   *
   * @param condition what must hold of the one that was there
   * @return the revision of what is there now
   * @throws StoreException with {@link StoreException.Reason#CONFLICT} when it does not hold
   */
  long put(RecordKind kind, String id, String document, Condition condition) throws StoreException;

  /**
   * Removes a record. Followers that were away learn of it when they come back, however late.
   *
   * @return whether there was one
   * @throws StoreException as {@link #put}
   */
  boolean delete(RecordKind kind, String id, Condition condition) throws StoreException;

  /**
   * Writes and deletes records whatever is there, all of them or none, in this order.
   *
   * @throws StoreException as {@link #put}
   */
  void write(List<Edit> edits) throws StoreException;

  /**
   * A page of the records of a kind, in the order of their ids.
   *
   * @param after the last id of the page before; empty for the first page
   * @param most records; fewer come from the last page only
   */
  List<StoredRecord> list(RecordKind kind, String after, int most) throws StoreException;

  /**
   * A page of the ids of a kind that begin alike, in order; no document is decrypted for it.
   *
   * @param prefix with which they begin; empty for all
   * @param after the last id of the page before; empty for the first page
   * @param most ids; fewer come from the last page only
   */
  List<String> ids(RecordKind kind, String prefix, String after, int most) throws StoreException;

  /**
   * A page of what happened after a revision, in order: for each record only the last change.
   *
   * @param after the last revision of the page before; 0 for everything there is
   * @param most changes; fewer come from the last page only
   */
  default List<Change> changes(long after, int most) throws StoreException {
    return page(after, most).open();
  }

  /** The same, not yet decrypted, for who does that on several threads. */
  ChangePage page(long after, int most) throws StoreException;

  /**
   * Tells a follower every change after a revision, in order, those of the past before this
   * returns, those to come as they happen. Calls never overlap; a follower must be quick, because
   * writes wait for it, and must not write itself.
   */
  void follow(long after, Consumer<Change> follower) throws StoreException;

  /** Lets the writes that have begun end, and releases the store. */
  @Override
  void close();
}
