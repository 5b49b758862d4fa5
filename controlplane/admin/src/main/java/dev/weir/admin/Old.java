package dev.weir.admin;

import dev.weir.model.JsonDocument;
import dev.weir.store.Condition;
import dev.weir.store.StoredRecord;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a write takes the place of.
 *
 * @param record null for nothing
 */
record Old(@Nullable StoredRecord record) {

  /** Whether it is what the caller has seen, if the caller says so: {@code If-Match}, RFC 9110. */
  boolean isMeantBy(ControlRequest request) {
    if (request.ifMatch().isEmpty()) {
      return true;
    }
    StoredRecord there = record;
    if (there == null) {
      return false;
    }
    String tag = ControlAnswer.tag(there.revision());
    return Arrays.stream(request.ifMatch().split(",", -1))
        .map(String::strip)
        .anyMatch(seen -> seen.equals("*") || seen.equals(tag));
  }

  /** What is told when it is not. */
  static ControlAnswer changed() {
    return ControlAnswer.error(412, "It was changed since, read it again");
  }

  /** That nothing was written meanwhile. */
  Condition condition() {
    return record == null ? Condition.absent() : Condition.at(record.revision());
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
