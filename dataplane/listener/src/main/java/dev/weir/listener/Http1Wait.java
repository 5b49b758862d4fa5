package dev.weir.listener;

import dev.weir.http2.ConnectionLoop;
import dev.weir.http2.Sweep;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The time that a client of HTTP/1 is given for what it has to do next. Confined to the event loop
 * of its connection.
 */
final class Http1Wait implements Sweep.Watched {
  /** How long the last output may take to leave before the socket is closed under it. */
  private static final Duration LAST_OUTPUT = Duration.ofSeconds(10);

  /** How long a client may take to close after our half-close, so that it can read the answer. */
  private static final Duration LINGER = Duration.ofSeconds(1);

  private final ConnectionLoop loop;
  private final Consumer<For> onExpired;
  private @Nullable For awaited;
  private long sinceNanos;
  private boolean watched;

  /** What is waited for. */
  enum For {
    /** The first byte of the next request. */
    REQUEST,
    /** The rest of a head. */
    HEAD,
    /** The client's taking the last answer. */
    LAST_OUTPUT,
    /** The client's end of the connection. */
    CLOSE
  }

  Http1Wait(ConnectionLoop loop, Consumer<For> onExpired) {
    this.loop = loop;
    this.onExpired = onExpired;
  }

  /** Begins to wait for that, and for nothing else any more. */
  void begin(For next, ScheduledExecutorService eventLoop) {
    awaited = next;
    sinceNanos = loop.nowNanos();
    if (!watched) {
      watched = true;
      loop.sweep().watch(this, eventLoop);
    }
  }

  boolean isForHead() {
    return awaited == For.HEAD;
  }

  /** The client is not waited for. */
  void end() {
    awaited = null;
  }

  /** Input came: a head has begun, if one was waited for. */
  void onInput() {
    loop.tick();
    if (awaited == For.REQUEST) {
      awaited = For.HEAD;
      sinceNanos = loop.nowNanos();
    }
  }

  @Override
  public boolean look(long nowNanos) {
    For expired = awaited;
    if (expired != null && nowNanos - sinceNanos >= limit(expired).toNanos()) {
      awaited = null;
      onExpired.accept(expired);
    }
    watched = awaited != null;
    return watched;
  }

  Duration limit(For what) {
    return switch (what) {
      case REQUEST -> loop.timeouts().idle();
      case HEAD -> loop.timeouts().head();
      case LAST_OUTPUT -> LAST_OUTPUT;
      case CLOSE -> LINGER;
    };
  }
}
