package dev.weir.engine;

import dev.weir.http2.FieldList;
import org.jspecify.annotations.Nullable;

/** Changes heads as their APIs say. Confined to one event loop. */
final class HeadEditor {
  private final FieldList edited = new FieldList();

  /**
   * Keeps what endpoints get of a caller's head.
   *
   * @param into gets it
   * @return what will be changed on the answer; null for nothing
   */
  @Nullable HeadEdits take(
      RequestHead into,
      RouteAction.Forward action,
      FieldList received,
      RouteMemo route,
      DownstreamConnection from,
      Caller caller) {
    PathTerms terms = action.terms() == null ? null : route.terms(action.terms(), received);
    if (terms != null) {
      into.limit(terms.timeoutNanos());
    }
    if (terms == null || !terms.edit()) {
      into.take(action, received, route.upstreamPath(), from.client(), caller);
      return null;
    }
    CallFacts facts =
        terms.isFixed() ? null : new CallFacts(received, route, from.address(), caller);
    HeadEdits request = terms.request();
    if (request == null) {
      into.take(action, received, route.upstreamPath(), from.client(), caller);
    } else {
      edited.clear();
      request.keep(received, edited);
      into.take(action, edited, route.upstreamPath(), from.client(), caller);
      into.add(request.filled(facts));
      edited.clear();
    }
    HeadEdits answer = terms.answer();
    return answer == null ? null : answer.filled(facts);
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
