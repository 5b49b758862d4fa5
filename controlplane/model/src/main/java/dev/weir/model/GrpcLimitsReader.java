package dev.weir.model;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code deadline}, {@code stream}, {@code message} and {@code methods} of the {@code grpc}
 * object. A name that is unknown there is an error: it may be a limit that is meant.
 */
final class GrpcLimitsReader {
  private static final String GRPC = "grpc";
  private static final String METHODS = "methods";
  private static final String NO_LIMIT = "none";
  private static final String WRITE_SPAN = "write it as 1m30s or 500ms, or none for no limit";

  /** Beyond it a limit of messages by time says nothing. */
  private static final long MOST_PER_SECOND = 1_000_000;

  private static final Pattern METHOD =
      Pattern.compile("/[A-Za-z0-9._~!$&'()+,=:@-]+/([A-Za-z0-9._~!$&'()+,=:@-]+|\\*)");
  private static final Pattern PERCENT = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,6})?%");

  private static final Shape.Fields LIMITS =
      Shape.Fields.of(
          List.of(
              Key.object("deadline", "", Key.text("default", ""), Key.text("max", "")),
              Key.object(
                  "stream",
                  "",
                  Key.text("idle_timeout", ""),
                  Key.text("max_age", ""),
                  Key.text("max_age_jitter", "")),
              Key.object(
                  "message",
                  "",
                  Key.integer("max_request_bytes", ""),
                  Key.integer("max_response_bytes", ""),
                  Key.integer("max_per_second", ""))));

  /** Members that others read, or nobody yet; of the whole API only. */
  private static final List<String> OTHERS =
      List.of(
          "tls",
          "balance",
          "health_check",
          "outlier",
          "retry",
          "circuit_breaker",
          "keepalive",
          "web",
          "json",
          "connect",
          "reflection",
          METHODS);

  private final Settings settings;
  private final List<Problem> problems;

  GrpcLimitsReader(Settings settings, List<Problem> problems) {
    this.settings = settings;
    this.problems = problems;
  }

  GrpcLimits read() {
    Json written = settings.value(GRPC);
    if (!(written instanceof Json.Obj grpc)) {
      if (written != null && !written.isZero()) {
        problems.add(
            written.origin().error(GRPC, "is " + written.kind() + ", an object is needed", null));
      }
      return new GrpcLimits(CallLimits.NONE, Map.of());
    }
    CallLimits all = limits(grpc, GRPC, CallLimits.NONE, OTHERS);
    return new GrpcLimits(all, methods(grpc.get(METHODS), all));
  }

  /** Services first: what they say counts for their methods. */
  private Map<String, CallLimits> methods(@Nullable Json written, CallLimits all) {
    String path = ShapeReader.join(GRPC, METHODS);
    var limits = new LinkedHashMap<String, CallLimits>();
    if (!(written instanceof Json.Obj methods)) {
      if (written != null) {
        problems.add(
            written.origin().error(path, "is " + written.kind() + ", an object is needed", null));
      }
      return limits;
    }
    methods.members().entrySet().stream()
        .sorted(Comparator.comparing(method -> !method.getKey().endsWith("/*")))
        .forEach(method -> {
          String name = method.getKey();
          String at = ShapeReader.join(path, name);
          check(name, at, method.getValue());
          if (method.getValue().value() instanceof Json.Obj object) {
            String service = name.substring(0, name.lastIndexOf('/') + 1) + "*";
            CallLimits others = limits.getOrDefault(service, all);
            limits.put(name, limits(object, at, others, List.of()));
          } else {
            Json value = method.getValue().value();
            problems.add(
                value.origin().error(at, "is " + value.kind() + ", an object is needed", null));
          }
        });
    return limits;
  }

  private void check(String name, String at, Json.Member method) {
    if (METHOD.matcher(name).matches()) {
      return;
    }
    String slashed = "/" + name;
    problems.add(
        method
            .nameOrigin()
            .error(
                at,
                "\"" + name + "\" is the name of no method",
                METHOD.matcher(slashed).matches()
                    ? "write " + slashed
                    : PathEntryReader.WRITE_PATH));
  }

  /**
   * The limits in an object.
   *
   * @param others count where it says nothing
   * @param known what else may be in it
   */
  private CallLimits limits(Json.Obj object, String at, CallLimits others, List<String> known) {
    var mine = new LinkedHashMap<String, Json.Member>();
    object
        .members()
        .forEach((name, member) -> {
          Key key = LIMITS.find(name);
          if (key == null || !key.name().equals(name)) {
            unknown(name, at, member, known);
          } else if (checked(key, ShapeReader.join(at, name), member.value())) {
            mine.put(name, member);
          }
        });
    var part = new Settings(new Json.Obj(object.origin(), mine), LIMITS, null);
    return new Part(part, new Checks(part, at, problems)).over(others);
  }

  /** Whether a group holds nothing but what it may. */
  private boolean checked(Key group, String at, Json value) {
    int before = problems.size();
    if (value instanceof Json.Obj object && group.shape() instanceof Shape.Fields fields) {
      object
          .members()
          .forEach((name, member) -> {
            Key key = fields.find(name);
            if (key == null || !key.name().equals(name)) {
              unknown(fields.names(), name, at, member);
            } else {
              var _ =
                  new ShapeReader(problems)
                      .read(ShapeReader.join(at, name), member.value(), key.shape());
            }
          });
    } else {
      var _ = new ShapeReader(problems).read(at, value, group.shape());
    }
    return problems.size() == before;
  }

  private void unknown(String name, String at, Json.Member member, List<String> known) {
    if (known.contains(name)) {
      return;
    }
    if (known.isEmpty() && OTHERS.contains(name)) {
      problems.add(
          member
              .nameOrigin()
              .error(
                  ShapeReader.join(at, name),
                  "is not available for a single method",
                  "known are " + String.join(", ", LIMITS.names())));
      return;
    }
    var names = new ArrayList<>(LIMITS.names());
    names.addAll(known);
    unknown(names, name, at, member);
  }

  private void unknown(List<String> known, String name, String at, Json.Member member) {
    String near = NearestName.hint(name, known);
    problems.add(
        member
            .nameOrigin()
            .error(
                ShapeReader.join(at, name),
                "unknown key, it would have no effect",
                near == null ? "known are " + String.join(", ", known) : near));
  }

  /** One object of limits that has been checked for its types. */
  private record Part(Settings settings, Checks checks) {

    CallLimits over(CallLimits others) {
      Optional<Duration> most = span("deadline.max", others.maxDeadline());
      Optional<Duration> usual = span("deadline.default", others.defaultDeadline());
      if (isLonger(usual, most)) {
        if (settings.isSet("deadline.default") && settings.isSet("deadline.max")) {
          checks.error(
              "deadline.default",
              "is longer than deadline.max",
              "calls end after max at the latest");
        }
        usual = most;
      }
      return new CallLimits(
          usual,
          most,
          span("stream.idle_timeout", others.idleTimeout()),
          span("stream.max_age", others.maxAge()),
          part("stream.max_age_jitter", others.maxAgeJitter()),
          count("message.max_request_bytes", others.maxRequestBytes()),
          count("message.max_response_bytes", others.maxResponseBytes()),
          perSecond("message.max_per_second", others.maxPerSecond()));
    }

    private static boolean isLonger(Optional<Duration> usual, Optional<Duration> most) {
      return usual.isPresent() && most.isPresent() && usual.get().compareTo(most.get()) > 0;
    }

    private Optional<Duration> span(String path, Optional<Duration> other) {
      if (!settings.isSet(path)) {
        return other;
      }
      String text = settings.text(path);
      if (text.equals(NO_LIMIT)) {
        return Optional.empty();
      }
      OptionalLong nanos = GoDuration.nanos(text);
      if (nanos.isEmpty() || nanos.getAsLong() <= 0) {
        checks.error(path, "\"" + text + "\" is no span of time", WRITE_SPAN);
        return Optional.empty();
      }
      return Optional.of(Duration.ofNanos(nanos.getAsLong()));
    }

    private double part(String path, double other) {
      if (!settings.isSet(path)) {
        return other;
      }
      String text = settings.text(path);
      double percent =
          PERCENT.matcher(text).matches()
              ? Double.parseDouble(text.substring(0, text.length() - 1))
              : Double.NaN;
      if (!(percent >= 0 && percent <= 100)) {
        checks.error(path, "\"" + text + "\" is no part of a whole", "write it as 10%");
        return other;
      }
      return percent / 100;
    }

    private long count(String path, long other) {
      if (!settings.isSet(path)) {
        return other;
      }
      long count = settings.number(path);
      if (count < 0) {
        checks.error(path, "is negative, 0 or more is needed", "write 0 for no limit");
      }
      return Math.max(count, 0);
    }

    private long perSecond(String path, long other) {
      long count = count(path, other);
      if (count > MOST_PER_SECOND) {
        checks.error(path, "is more than " + MOST_PER_SECOND, "write 0 for no limit");
      }
      return count;
    }
  }
}
