package dev.weir.engine;

import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import org.jspecify.annotations.Nullable;

/** Changes heads as their APIs say. Confined to one event loop. */
final class HeadEditor {
  private final FieldList edited = new FieldList();

  /**
   * Keeps what endpoints get of a caller's head.
   *
   * @param into gets it
   * @param to where the call goes in place of its path; null for there
   * @return what will be changed on the answer; null for nothing
   */
  @Nullable HeadEdits take(
      RequestHead into, RouteAction.Forward action, CallFacts facts, @Nullable Destination to) {
    FieldList received = facts.head();
    RouteMemo route = facts.route();
    HeaderField path = to == null ? route.upstreamPath() : to.path();
    PathTerms terms = action.terms() == null ? null : route.terms(action.terms(), received);
    HeadEdits request = terms == null ? null : terms.request();
    if (request == null) {
      into.take(action, received, path, facts.from().client(), facts.caller());
    } else {
      edited.clear();
      request.keep(received, edited);
      into.take(action, edited, path, facts.from().client(), facts.caller());
      into.add(request.filled(facts));
      edited.clear();
    }
    if (to != null && to.group() != null) {
      into.sendTo(to.group());
    }
    if (terms == null) {
      return null;
    }
    if (terms.method() != null) {
      into.callBy(terms.method());
    }
    into.limit(terms.limitNanos(received));
    return terms.answer() == null ? null : terms.answer().filled(facts);
  }

  /** The head of an answer as the caller gets it; valid until the next one. */
  FieldList answer(@Nullable HeadEdits edits, FieldList head) {
    if (edits == null) {
      return head;
    }
    edited.clear();
    edits.keep(head, edited);
    edits.add(edited);
    return edited;
  }
}
