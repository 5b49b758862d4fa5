package dev.weir.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weir.http2.FieldList;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a call, for the values of fields and where it goes. Confined to one event loop,
 * which uses it for one call after the other, each while its head is looked at.
 */
final class CallFacts {
  private @Nullable FieldList head;
  private @Nullable RouteMemo route;
  private @Nullable DownstreamConnection from;
  private @Nullable Caller caller;
  private @Nullable String requestId;

  /**
   * Begins with a call.
   *
   * @param received its head, as the caller sent it
   */
  CallFacts of(
      FieldList received, RouteMemo routed, DownstreamConnection connection, Caller calling) {
    head = received;
    route = routed;
    from = connection;
    caller = calling;
    requestId = null;
    return this;
  }

  RouteMemo route() {
    return Objects.requireNonNull(route);
  }

  DownstreamConnection from() {
    return Objects.requireNonNull(from);
  }

  Caller caller() {
    return Objects.requireNonNull(caller);
  }

  /** The caller's head. */
  FieldList head() {
    return Objects.requireNonNull(head);
  }

  /** Whether a field of the head is one that this caller may set. */
  boolean counts(HeaderField field) {
    return from().client().mayName(field);
  }

  /** What is known of a part of a value; empty for nothing. */
  String of(Template.Part part) {
    return switch (part) {
      case Template.Text(String same) -> same;
      case Template.Meta(String meta) -> caller().meta(meta);
      case Template.Claim(String claim) -> caller().claim(claim);
      case Template.Header(FoldedNames name) -> header(name);
      case Template.Fact.REQUEST_ID -> requestId();
      case Template.Fact.REMOTE_ADDRESS -> from().address().text(head());
      case Template.Fact.PATH -> path();
    };
  }

  /** 32 hexadecimal digits that no other call has. */
  private String requestId() {
    String id = requestId;
    if (id == null) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      id = "%016x%016x".formatted(random.nextLong(), random.nextLong());
      requestId = id;
    }
    return id;
  }

  /** As the caller sent it, without a query. */
  private String path() {
    return new String(Caller.withoutQuery(route().path().value()), ISO_8859_1);
  }

  private String header(FoldedNames name) {
    FieldList fields = head();
    for (int i = 0; i < fields.size(); i++) {
      HeaderField field = fields.get(i);
      if (name.has(field.name()) && counts(field)) {
        return field.valueText();
      }
    }
    return "";
  }
}
