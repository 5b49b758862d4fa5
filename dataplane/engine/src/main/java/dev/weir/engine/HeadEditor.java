package dev.weir.engine;

import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import org.jspecify.annotations.Nullable;

/** Changes heads as their APIs say. Confined to one event loop. */
final class HeadEditor {
  private final FieldList edited = new FieldList();
  private final FieldList shared = new FieldList();

  /**
   * Keeps what endpoints get of a caller's head.
   *
   * @param into gets it
   * @param to where the call goes in place of its path; null for there
   * @return what will be changed on the answer; null for nothing
   */
  @Nullable HeadEdits take(
      RequestHead into, RouteAction.Forward action, CallFacts facts, @Nullable Destination to) {
    Access hiding = hiding(action.access());
    FieldList received = hiding == null ? facts.head() : withoutCookies(facts.head(), hiding);
    RouteMemo route = facts.route();
    HeaderField path = path(route, to, hiding);
    PathTerms terms = action.terms() == null ? null : route.terms(action.terms(), received);
    HeadEdits request =
        terms == null || terms.request() == null ? null : terms.request().filled(facts);
    if (terms != null && terms.limited() && !Fields.isGrpc(received)) {
      into.hideTe();
    }
    into.take(action, received, request, path, facts.from().client(), facts.caller());
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

  private static HeaderField path(
      RouteMemo route, @Nullable Destination to, @Nullable Access hiding) {
    if (to != null) {
      return hiding == null ? to.path() : hiding.tellable(to.path());
    }
    return hiding == null ? route.upstreamPath() : route.tellableUpstreamPath();
  }

  /** What keeps from endpoints what callers show in queries and cookies; null for nothing. */
  private static @Nullable Access hiding(@Nullable Access access) {
    return access != null && access.isElsewhere() && access.strips() ? access : null;
  }

  /** The fields that are left when callers' credentials are out of their cookies. */
  private FieldList withoutCookies(FieldList received, Access access) {
    shared.clear();
    for (int i = 0; i < received.size(); i++) {
      HeaderField field = received.get(i);
      byte[] rest =
          field.name() == HeaderName.COOKIE ? access.withoutCookies(field.value()) : field.value();
      if (rest.length == field.value().length) {
        shared.add(field);
      } else if (rest.length > 0) {
        shared.add(HeaderField.neverIndexed(HeaderName.COOKIE, rest));
      }
    }
    return shared;
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
