package dev.weir.app;

import dev.weir.cli.Version;
import dev.weir.compiler.Reload;
import dev.weir.engine.RouteAction;
import dev.weir.engine.RouteAction.Answer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How the gateway is, in the form of Tyk's {@code /hello} and {@code /ready}. Asked by the event
 * loops.
 */
final class Health {
  private static final String UNTOLD = ", nothing is loaded";

  private final AtomicBoolean draining = new AtomicBoolean();
  private final AtomicBoolean loaded = new AtomicBoolean();

  /** A reload may have told already, since the control API answers before all is bound. */
  private final AtomicReference<String> trouble = new AtomicReference<>(UNTOLD);

  // The same in each snapshot, so that tables of routes stay the same.
  private final RouteAction.BuiltIn helloAction = new RouteAction.BuiltIn(this::hello);
  private final RouteAction.BuiltIn readyAction = new RouteAction.BuiltIn(this::ready);

  /** Answers as {@link #hello}. */
  RouteAction.BuiltIn helloAction() {
    return helloAction;
  }

  /** Answers as {@link #ready}. */
  RouteAction.BuiltIn readyAction() {
    return readyAction;
  }

  /** Says whether all that there was is served. */
  void loaded(boolean whole) {
    trouble.compareAndSet(UNTOLD, whole ? "" : ", not all could be served at the start");
    loaded.set(true);
  }

  /** Says whether the last reload came to what was asked for. */
  void reloaded(Reload reload) {
    trouble.set(
        switch (reload.result()) {
          case WHOLE -> "";
          case IN_PART -> ", the last reload was applied in part";
          case REFUSED -> ", the last reload was refused";
        });
  }

  void draining() {
    draining.set(true);
  }

  /** Liveness: always 200, as in Tyk. */
  Answer hello() {
    return new Answer(200, pass("Weir gateway"));
  }

  /** Readiness: 503 before the first load and while shutting down. */
  Answer ready() {
    if (draining.get()) {
      return new Answer(503, error("Gateway is shutting down"));
    }
    if (!loaded.get()) {
      return new Answer(503, error("A successful API reload did not happen"));
    }
    return new Answer(200, pass("Weir gateway ready" + trouble.get()));
  }

  private static String pass(String description) {
    return "{\"status\":\"pass\",\"version\":\"v%s\",\"description\":\"%s\",\"details\":{}}"
        .formatted(Version.number(), description);
  }

  private static String error(String message) {
    return "{\"status\":\"error\",\"message\":\"%s\"}".formatted(message);
  }
}
