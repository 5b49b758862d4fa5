package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.model.Fingerprint;
import dev.weir.model.JsonWriter;
import dev.weir.model.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the control API answers, in Tyk's shapes.
 *
 * @param json the body; empty for none, or for one that comes in pieces
 * @param tag of what it is about, the {@code ETag} of RFC 9110; empty for none
 * @param pieces of the body; null for one that is there as a whole
 */
record ControlAnswer(int status, String json, String tag, @Nullable Pieces pieces) {
  private static final int OK = 200;
  private static final int NOT_MODIFIED = 304;
  private static final int TAG_DIGITS = 32;

  ControlAnswer(int status, String json) {
    this(status, json, "", null);
  }

  /** A body that is too long to be in memory as a whole, however slowly it leaves. */
  interface Pieces {
    /**
     * Writes all of it.
     *
     * @throws IOException when the rest cannot be had, or nobody takes it
     */
    void writeTo(OutputStream out) throws IOException;
  }

  static ControlAnswer ok(Pieces pieces) {
    return new ControlAnswer(OK, "", "", pieces);
  }

  /** What the caller has is what is there. */
  static ControlAnswer notModified(String tag) {
    return new ControlAnswer(NOT_MODIFIED, "", tag, null);
  }

  static ControlAnswer ok(String json) {
    return new ControlAnswer(OK, json);
  }

  /** Something was done to a thing. */
  static ControlAnswer done(String key, String action) {
    return ok(
        "{\"key\":%s,\"status\":\"ok\",\"action\":%s}"
            .formatted(JsonWriter.quoted(key), JsonWriter.quoted(action)));
  }

  /** The same with what is to be said about what was done, if anything is. */
  ControlAnswer with(List<Problem> problems) {
    return problems.isEmpty()
        ? this
        : new ControlAnswer(
            status,
            json.substring(0, json.length() - 1) + ",\"problems\":" + told(problems) + "}",
            tag,
            pieces);
  }

  /** The same with both. */
  ControlAnswer with(List<Problem> some, List<Problem> more) {
    return with(Stream.concat(some.stream(), more.stream()).toList());
  }

  private static String told(List<Problem> problems) {
    return texts(problems.stream().map(Problem::toString).toList());
  }

  /** The same about something in this revision. */
  ControlAnswer at(long revision) {
    return new ControlAnswer(status, json, tag(revision), pieces);
  }

  /** Another one after each write. */
  static String tag(long revision) {
    return "\"" + revision + "\"";
  }

  /** The same about this document. */
  ControlAnswer at(String document) {
    return new ControlAnswer(status, json, tag(document), pieces);
  }

  /** The same for the same document, wherever it is read. */
  static String tag(String document) {
    return "\"" + Fingerprint.of(document).substring(0, TAG_DIGITS) + "\"";
  }

  /** A key was made. */
  static ControlAnswer added(String token, String hash) {
    return ok(
        "{\"key\":%s,\"status\":\"ok\",\"action\":\"added\",\"key_hash\":%s}"
            .formatted(JsonWriter.quoted(token), JsonWriter.quoted(hash)));
  }

  /**
   * Nothing was done, but would be.
   *
   * @param changes the paths of what would be different
   * @param warnings about it
   */
  static ControlAnswer planned(String action, List<String> changes, List<Problem> warnings) {
    return ok(
        "{\"status\":\"ok\",\"action\":%s,\"dry_run\":true,\"changes\":%s,\"problems\":%s}"
            .formatted(JsonWriter.quoted(action), texts(changes), told(warnings)));
  }

  /** The same for something that would be gone. */
  static ControlAnswer wouldDelete(String id) {
    return planned("deleted", List.of("- " + id), List.of());
  }

  static ControlAnswer error(int status, String message) {
    return new ControlAnswer(
        status, "{\"status\":\"error\",\"message\":%s}".formatted(JsonWriter.quoted(message)));
  }

  /** The same with everything that is wrong, each with its place. */
  static ControlAnswer error(int status, String message, List<Problem> problems) {
    return new ControlAnswer(
        status,
        "{\"status\":\"error\",\"message\":%s,\"problems\":%s}"
            .formatted(JsonWriter.quoted(message), told(problems)));
  }

  /** Without the body, in which a token may be. */
  @Override
  public String toString() {
    return "answer " + status;
  }

  /** A list of texts. */
  static String texts(List<String> texts) {
    return texts.stream().map(JsonWriter::quoted).collect(joining(",", "[", "]"));
  }
}
