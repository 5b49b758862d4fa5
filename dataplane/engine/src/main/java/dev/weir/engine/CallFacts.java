package dev.weir.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.weir.http2.FieldList;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** What is known of a call, for the values of fields. Lives while its head is looked at. */
final class CallFacts {
  private final FieldList head;
  private final RouteMemo route;
  private final CallerAddress from;
  private final Caller caller;
  private @Nullable String requestId;

  /**
   * @param head as the caller sent it
   */
  CallFacts(FieldList head, RouteMemo route, CallerAddress from, Caller caller) {
    this.head = head;
    this.route = route;
    this.from = from;
    this.caller = caller;
  }

  /** 32 hexadecimal digits that no other call has. */
  String requestId() {
    String id = requestId;
    if (id == null) {
      ThreadLocalRandom random = ThreadLocalRandom.current();
      id = "%016x%016x".formatted(random.nextLong(), random.nextLong());
      requestId = id;
    }
    return id;
  }

  String remoteAddress() {
    return from.text(head);
  }

  /** As the caller sent it, without a query. */
  String path() {
    return new String(Caller.withoutQuery(route.path().value()), ISO_8859_1);
  }

  String meta(String name) {
    return caller.meta(name);
  }

  String header(FoldedNames name) {
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      if (name.has(field.name())) {
        return field.valueText();
      }
    }
    return "";
  }
}
