package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.engine.Credentials.Unproven;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where a call that a route matched is let through to its API, or not: from where it comes, what it
 * asks for, who makes it. Confined to one event loop.
 */
final class Gate {
  private final EngineLoop loop;
  private final Admission admission;
  private final Guesses guesses;
  private final Executor eventLoop;
  private final CallFacts facts = new CallFacts();

  /**
   * @param eventLoop runs what waits for other threads, on the loop that all of this is confined to
   */
  Gate(EngineLoop loop, Admission admission, Executor eventLoop) {
    this.loop = loop;
    this.admission = admission;
    this.guesses = admission.guesses(loop);
    this.eventLoop =
        task ->
            eventLoop.execute(() -> {
              loop.tick();
              task.run();
            });
  }

  /** Whether a call is on its way, or waits for that; if not, it may be without an answer still. */
  boolean letIn(
      Exchange exchange,
      DownstreamConnection from,
      RouteAction.Forward forward,
      FieldList head,
      RouteMemo route) {
    ProxyError outsider = outsider(from, forward, head);
    if (outsider != null) {
      exchange.fail(outsider);
      return false;
    }
    return letInside(exchange, from, forward, head, route);
  }

  /** The same for an API with versions. */
  boolean letIn(
      Exchange exchange,
      DownstreamConnection from,
      Versions versions,
      FieldList head,
      RouteMemo route) {
    int version = versions.index(head, from.client());
    if (version < 0) {
      ProxyError outsider = outsider(from, versions.any(), head);
      exchange.fail(outsider != null ? outsider : versions.refusal(version, head, from.client()));
      return false;
    }
    RouteMemo found = route.of(versions, version, loop.apiCalls());
    exchange.record().routedOn(found);
    return switch (found.action()) {
      case RouteAction.Forward forward -> letIn(exchange, from, forward, head, found);
      case RouteAction.Refuse(ProxyError error, RouteAction _) -> {
        exchange.fail(error);
        yield false;
      }
      case null -> throw new IllegalStateException("no action");
      case RouteAction.BuiltIn _, RouteAction.Versioned _, RouteAction.Control _ ->
          throw new IllegalStateException("no version of an API");
    };
  }

  private boolean letInside(
      Exchange exchange,
      DownstreamConnection from,
      RouteAction.Forward forward,
      FieldList head,
      RouteMemo route) {
    ProxyError refusal = stranger(from, forward, head, route);
    // Before anything is counted that a call uses up.
    if (refusal == null && loop.refusal() != null) {
      return false;
    }
    if (refusal == null && isIgnored(forward, head, route)) {
      Admission.ignore(forward, head, exchange.caller());
    } else if (refusal == null) {
      Unproven unproven =
          admission
              .credentials()
              .unproven(forward, head, from.certificate(), exchange.isGrpc() ? null : route);
      if (unproven != null) {
        refusal = refusalBefore(exchange, from, forward, head, route, unproven);
      }
      if (unproven != null && refusal == null) {
        return waits(exchange, from, forward, head, route, unproven);
      }
      if (unproven == null) {
        refusal = refusal(exchange, from, forward, head, route);
      }
    }
    if (refusal != null) {
      exchange.fail(refusal);
      return false;
    }
    return goesOn(exchange, from, forward, head, route);
  }

  /** Why it does not matter whose a credential is, or null. */
  private @Nullable ProxyError refusalBefore(
      Exchange exchange,
      DownstreamConnection from,
      RouteAction.Forward forward,
      FieldList head,
      RouteMemo route,
      Unproven unproven) {
    ProxyError refusal =
        admission.refusalBefore(
            unproven.asked(),
            forward,
            head,
            route,
            from.certificate(),
            exchange.isGrpc(),
            exchange.caller(),
            loop.nowNanos());
    return refusal == null
        ? guesses.refusal(unproven, forward, from.address(), head)
        : guesses.counted(refusal, forward, from.address(), head);
  }

  private boolean goesOn(
      Exchange exchange,
      DownstreamConnection from,
      RouteAction.Forward forward,
      FieldList head,
      RouteMemo route) {
    facts.of(head, route, from, exchange.caller());
    Terms terms = forward.terms();
    PathTerms ofPath = terms == null ? null : route.terms(terms, head);
    if (ofPath != null && ofPath.mock() != null) {
      exchange.answer(ofPath.mock());
      return false;
    }
    PathRewrite rewrite = ofPath == null ? null : ofPath.rewrite();
    Destination to = rewrite == null ? null : rewrite.destination(facts);
    if (rewrite != null && (to == null || (exchange.isGrpc() && !to.plain()))) {
      exchange.fail(
          forward.error(
              Kind.PATH_NOT_REWRITTEN,
              "what is made of " + route.tellablePath().valueText() + " for this call is no path"));
      return false;
    }
    if (rewrite != null && to != null) {
      exchange.record().countedBy(route.calls(to, rewrite.isFixed(to), loop.apiCalls()));
    }
    HeaderField path = to == null ? route.upstreamPath() : to.path();
    if (ofPath != null && !exchange.isGrpc() && ofPath.isGrpcOnly(path.value())) {
      exchange.fail(
          forward.error(
              Kind.CONTENT_TYPE_NOT_GRPC,
              route.tellablePath().valueText() + " is called with content-type application/grpc"));
      return false;
    }
    exchange.take(forward, facts, to);
    exchange.forward(Kind.NO_ENDPOINT);
    return true;
  }

  /** Why nobody may call from there, whatever it is, or null. */
  private static @Nullable ProxyError outsider(
      DownstreamConnection from, RouteAction.Forward forward, FieldList head) {
    Terms terms = forward.terms();
    return terms == null ? null : terms.outsider(forward, from.address(), head);
  }

  /** Why the one who calls may not, whoever it is, or null. */
  private @Nullable ProxyError stranger(
      DownstreamConnection from, RouteAction.Forward forward, FieldList head, RouteMemo route) {
    ProxyError stranger = admission.expiry(forward);
    Terms terms = forward.terms();
    if (stranger == null && terms != null) {
      stranger = terms.refusal(forward, head, route);
    }
    return stranger != null ? stranger : from.certificate().refusal(forward, loop.nowNanos());
  }

  /** Why the one who calls may not, now, or null. */
  private @Nullable ProxyError refusal(
      Exchange exchange,
      DownstreamConnection from,
      RouteAction.Forward forward,
      FieldList head,
      RouteMemo route) {
    long now = loop.nowNanos();
    ProxyError refusal =
        admission.refusal(
            forward, head, route, from.certificate(), exchange.isGrpc(), exchange.caller(), now);
    Terms terms = forward.terms();
    if (refusal != null) {
      return guesses.counted(refusal, forward, from.address(), head);
    }
    return terms == null ? null : terms.tooOften(forward, head, route, now);
  }

  private static boolean isIgnored(RouteAction.Forward forward, FieldList head, RouteMemo route) {
    Terms terms = forward.terms();
    return terms != null && terms.ignore(head, route);
  }

  /** A call waits until another thread has found out who makes it. */
  private boolean waits(
      Exchange exchange,
      DownstreamConnection from,
      RouteAction.Forward forward,
      FieldList head,
      RouteMemo route,
      Unproven unproven) {
    // The head is lent: it is another call's by then.
    FieldList kept = new FieldList();
    kept.addAll(head);
    long counted = guesses.count(unproven, from.address(), head);
    Waiting waiting =
        admission.credentials().waiting(unproven, forward, from.address().network(head));
    exchange.await(waiting, timeoutNanos(exchange, forward, head, route), head, route);
    ProxyError busy =
        admission
            .credentials()
            .prove(
                unproven,
                forward,
                waiting,
                eventLoop,
                () -> {
                  guesses.takeBack(counted);
                  goOn(exchange, from, forward, kept, route);
                },
                wrong ->
                    fail(
                        exchange,
                        counted == Guesses.UNCOUNTED
                            ? guesses.counted(wrong, forward, from.address(), kept)
                            : guesses.settled(wrong, counted)));
    if (busy != null) {
      fail(exchange, guesses.settled(busy, counted));
    }
    return busy == null;
  }

  /** Ends a call that has waited to the end. */
  private static void fail(Exchange exchange, ProxyError error) {
    if (exchange.goOn()) {
      exchange.fail(error);
    }
  }

  /** How long the call may take, waiting or not. */
  private static long timeoutNanos(
      Exchange exchange, RouteAction.Forward forward, FieldList head, RouteMemo route) {
    long own = exchange.isGrpc() ? Fields.timeoutNanos(head) : Long.MAX_VALUE;
    Terms terms = forward.terms();
    return terms == null ? own : Math.min(own, route.terms(terms, head).limitNanos(head));
  }

  private void goOn(
      Exchange exchange,
      DownstreamConnection from,
      RouteAction.Forward forward,
      FieldList head,
      RouteMemo route) {
    if (exchange.goOn() && !letInside(exchange, from, forward, head, route)) {
      exchange.fail(exchange.error(Kind.BUFFERS_FULL, "the gateway has as much as it may have"));
    }
  }
}
