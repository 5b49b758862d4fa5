package dev.weir.compiler;

import dev.weir.engine.CallLimits;
import dev.weir.filter.MethodChoice;
import dev.weir.model.GrpcLimits;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Turns what the {@code grpc} object of a definition limits into what calls are held to. */
final class CallLimitsCompiler {
  private CallLimitsCompiler() {}

  /** The limits of each method; null where there are none. */
  static @Nullable MethodChoice<CallLimits> compile(GrpcLimits written) {
    if (written.isEmpty()) {
      return null;
    }
    Map<String, CallLimits> methods = new HashMap<>();
    written.methods().forEach((method, limits) -> methods.put(method, compile(limits)));
    return new MethodChoice<>(methods, compile(written.all()));
  }

  private static CallLimits compile(dev.weir.model.CallLimits written) {
    long most = nanos(written.maxDeadline());
    return new CallLimits(
        Math.min(nanos(written.defaultDeadline()), most),
        most,
        nanos(written.idleTimeout()),
        nanos(written.maxAge()),
        written.maxAgeJitter(),
        bytes(written.maxRequestBytes()),
        bytes(written.maxResponseBytes()),
        written.maxPerSecond() == 0 ? 0 : TimeUnit.SECONDS.toNanos(1) / written.maxPerSecond());
  }

  private static long nanos(Optional<Duration> span) {
    return span.map(Duration::toNanos).orElse(CallLimits.NO_LIMIT);
  }

  private static long bytes(long most) {
    return most == 0 ? CallLimits.NO_LIMIT : most;
  }
}
