package dev.weir.admin;

import dev.weir.model.JsonDocument;
import dev.weir.store.Condition;
import dev.weir.store.StoredRecord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a write takes the place of.
 *
 * @param record null for nothing
 */
record Old(@Nullable StoredRecord record) {

  /** Whether it is what the caller has seen. */
  boolean isMeantBy(ControlRequest request) {
    return request.isAbout(record == null ? null : ControlAnswer.tag(record.revision()));
  }

  /** What is told when it is not. */
  static ControlAnswer changed(ControlRequest request) {
    return changed(request, "It was changed since, read it again");
  }

  /**
   * The same.
   *
   * @param words for who wants what was seen to be there still
   */
  static ControlAnswer changed(ControlRequest request, String words) {
    return ControlAnswer.error(
        412,
        request.preconditions().ifNoneMatch() == null
            ? words
            : "If-None-Match, or If-Match, rules out what is there, read it again");
  }

  /** What is told where nobody can have seen what is there, since it cannot be shown. */
  static ControlAnswer broken() {
    return ControlAnswer.error(
        412, "Its file on the disk is broken, If-Match: * replaces it whatever it holds");
  }

  /** What is told where the file that a write would make is not read any more. */
  static ControlAnswer tooLarge() {
    return ControlAnswer.error(
        400, "It would come to a file of more than 8 MiB, which is not read, nothing was done");
  }

  /** That nothing was written meanwhile. */
  Condition condition() {
    return record == null ? Condition.absent() : Condition.at(record.revision());
  }

  /** What is told of a document that could not be read again once it is kept; null for others. */
  static @Nullable ControlAnswer unreadable(JsonDocument document) {
    String fault = document.fault();
    return fault == null
        ? null
        : ControlAnswer.error(400, "It could not be read again, nothing was done: " + fault);
  }

  /** The paths of what a document would make different. */
  List<String> changes(JsonDocument document) {
    return document.changesFrom(record == null ? null : document(record));
  }

  /** The document of a record, which was checked when it was written. */
  static JsonDocument document(StoredRecord record) {
    return JsonDocument.of(record.document())
        .orElseThrow(() -> new IllegalStateException(record + " is no object"));
  }
}
