package dev.weir.engine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.weir.filter.EndpointRates;
import dev.weir.filter.FailedCredentials;
import dev.weir.filter.Grant;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodRules;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.MethodRules.Rule;
import dev.weir.filter.PathCapture;
import dev.weir.filter.PathChoice;
import dev.weir.filter.PathLists;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.filter.ValuePattern;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The path of a call allocates next to nothing: the garbage collector has nothing to do with load.
 */
class AllocationTest {
  private static final int CALLS_AT_ONCE = 50;
  private static final int WARM_UP = 400;
  private static final int ROUNDS = 200;

  private static final ByteBuf MESSAGE =
      Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 0, 3, 1, 2, 3});

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final FieldList request =
      Workbench.fields(
          ":method", "POST",
          ":scheme", "http",
          ":path", "/helloworld.Greeter/SayHello",
          ":authority", "localhost:12345",
          "content-type", "application/grpc",
          "te", "trailers",
          "user-agent", "test/1.0");

  private final ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();

  /** The leak detector's own records would be counted. */
  @BeforeEach
  void stopDetectingLeaks() {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
  }

  @AfterEach
  void detectLeaksAgain() {
    ResourceLeakDetector.setLevel(level);
  }

  /**
   * Caller, engine and endpoint together: three ends of connections besides the exchange itself.
   */
  @Test
  void unaryCallInSteadyStateAllocatesLessThan100Bytes() {
    try (Workbench bench = new Workbench(new Greeter())) {
      assertThat(bytesPerCall(bench)).isLessThan(100);
    }
  }

  /** What keeps its deadline is made once, and no call sets a timer. */
  @Test
  void aDeadlineAllocatesNothingMore() {
    request.add(HeaderField.of("grpc-timeout", "5S"));
    try (Workbench bench = new Workbench(new Greeter())) {
      assertThat(bytesPerCall(bench)).isLessThan(100);
    }
  }

  /** What watches a call is made once, too. */
  @Test
  void limitsAllocateNothingMore() {
    long limit = 1L << 40;
    CallLimits limits = new CallLimits(limit, limit, limit, limit, 0.1, limit, limit, 1);
    try (Workbench bench = new Workbench(new Greeter())) {
      bench.limit(2, limits);
      assertThat(bytesPerCall(bench)).isLessThan(100);
    }
  }

  /** Who calls, what they may call and how often was found out by the first call. */
  @Test
  void aKeyWithARuleARateAndAQuotaAllocatesNothingMore() {
    try (Workbench bench = guarded()) {
      assertThat(bytesPerCall(bench)).isLessThan(100);
    }
  }

  /** What a field says of a key is written by the first call of those that may do the same. */
  @Test
  void whatIsToldOfAKeyAllocatesNothingMore() {
    HeadEdits edits =
        HeadEdits.of(
            List.of("x-plan"),
            List.of(),
            List.of(new Template(HeaderName.of("x-plan"), List.of(new Template.Meta("plan")))));
    PathChoice<HeadEdits> always = new PathChoice<>(List.of(), edits, Matching.TYK);
    try (Workbench bench = guarded()) {
      bench.serve(
          2,
          new Terms(
              null,
              null,
              always,
              always,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              ListenPath.of(0),
              Set.of()));
      assertThat(bytesPerCall(bench)).isLessThan(100);
    }
  }

  private Workbench guarded() {
    request.add(HeaderField.of("authorization", "Bearer token"));
    Admission admission =
        Admission.of(
            new Callers(
                () -> new OneKey(),
                () -> 1,
                FailedCredentials.UNCOUNTED,
                FailedCredentials.UNCOUNTED,
                ToldLimits.NONE),
            1);
    AskedCredential token = new AskedCredential(AskedCredential.Kind.TOKEN, "", "authorization");
    Access access = Access.by(List.of(token), token, "bench", ListenPath.of(0), true, true, true);
    return new Workbench(new Greeter(), Http2Limits.DOWNSTREAM, admission, access, null);
  }

  /** Where a path goes was found out by its first call. */
  @Test
  void aRewriteByThePathAllocatesNothingMore() {
    var to = new NewPath(List.of(new NewPath.Text("/greeter.v2"), new NewPath.Group(1)), null);
    var trigger =
        new Rewrite.Trigger(
            true, List.of(new Rewrite.PathPart(ValuePattern.of("Hello$", false))), to);
    var never = new NewPath(List.of(new NewPath.Text("/never/Called")), null);
    var rewrite = new Rewrite(PathCapture.of("(/[^/]*)$"), List.of(trigger), never);
    var rewrites =
        new PathChoice<>(
            List.of(new PathChoice.Entry<>(new PathLists.Entry("/", List.of(), false), rewrite)),
            null,
            Matching.TYK);
    try (Workbench bench = new Workbench(new Greeter("/greeter.v2/SayHello"))) {
      bench.serve(
          2,
          new Terms(
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              rewrites,
              null,
              ListenPath.of(0),
              Set.of()));
      assertThat(bytesPerCall(bench)).isLessThan(100);
    }
  }

  /** What a log takes of a call are two small objects; its words are found elsewhere. */
  @Test
  void aLogAllocatesLessThan200BytesMore() {
    CallLog log = new CallLog(64);
    Workbench logged =
        new Workbench(new Greeter(), Http2Limits.DOWNSTREAM, Admission.NOBODY, null, log);
    try (Workbench bench = logged) {
      assertThat(bytesPerCall(bench)).isLessThan(300);
    }
    @Nullable EndedCall[] first = new @Nullable EndedCall[1];
    assertThat(log.poll(first)).isEqualTo(1);
    EndedCall call = Objects.requireNonNull(first[0]);
    assertThat(call.head().api()).isEqualTo("bench");
    assertThat(call.bytesIn()).isEqualTo(MESSAGE.readableBytes());
    assertThat(call.bytesOut()).isEqualTo(MESSAGE.readableBytes());
    assertThat(call.attempts()).isEqualTo(1);
    assertThat(log.lost()).isPositive();
  }

  /**
   * Its objects serve the next call, and its words, which are the same, are made once. With what
   * the bench does as time passes; a call has a second to itself, as servers bear no more resets.
   */
  @Test
  void aCallThatEndsWithItsDeadlineLeavesItsObjectsToTheNext() {
    request.add(HeaderField.of("grpc-timeout", "100m"));
    var told = new Told();
    try (Workbench bench = new Workbench(new Mute())) {
      for (int i = 0; i < WARM_UP; i++) {
        late(bench, told);
      }
      told.ended = 0;
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < ROUNDS; i++) {
        late(bench, told);
      }
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      assertThat(told.ended).isEqualTo(ROUNDS);
      assertThat(allocated / ROUNDS).isLessThan(1_600);
    }
  }

  /**
   * Of a stream that goes on and on, both ways; what is large goes by reference. What a turn costs
   * the bench is the same for many frames as for few. Larger frames leave some of the objects that
   * Netty has for buffers; those of the bench's channels, which no gateway has, are among them.
   */
  @ParameterizedTest
  @CsvSource({"21, 0", "1024, 30", "16384, 120"})
  void aDataFrameThatIsForwardedAllocatesNextToNothing(int bytes, long most)
      throws InterruptedException {
    // Netty keeps its own objects for the threads of event loops only.
    AtomicLong perFrame = new AtomicLong(Long.MAX_VALUE);
    Thread loop = new FastThreadLocalThread(() -> perFrame.set(bytesPerFrame(bytes)));
    loop.start();
    loop.join();
    assertThat(perFrame.get()).isLessThanOrEqualTo(most);
  }

  private long bytesPerFrame(int bytes) {
    ByteBuf payload = PooledByteBufAllocator.DEFAULT.directBuffer(bytes).writeZero(bytes);
    Reader reader = new Reader();
    try (Workbench bench = new Workbench(new Mirror())) {
      Http2Stream stream = Objects.requireNonNull(bench.caller().open(reader, request, false));
      bench.run();
      int few = few(bytes);
      long ofFew = allocated(bench, stream, payload, few);
      reader.received = 0;
      long ofMany = allocated(bench, stream, payload, 3 * few);

      assertThat(reader.received).isEqualTo((long) (WARM_UP + ROUNDS) * 3 * few * bytes);
      return (ofMany - ofFew) / (2L * 2 * few * ROUNDS);
    } finally {
      payload.release();
    }
  }

  /** Three times as many fit into the windows. */
  private static int few(int bytes) {
    return Math.clamp(20_000 / bytes, 1, 20);
  }

  private long allocated(Workbench bench, Http2Stream stream, ByteBuf payload, int frames) {
    for (int i = 0; i < WARM_UP; i++) {
      exchange(bench, stream, payload, frames);
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < ROUNDS; i++) {
      exchange(bench, stream, payload, frames);
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private static void exchange(Workbench bench, Http2Stream stream, ByteBuf payload, int frames) {
    for (int i = 0; i < frames; i++) {
      stream.sendData(payload, 0, payload.readableBytes(), false);
    }
    bench.run();
  }

  /** A caller who reads what comes until the bench is closed. */
  private static class Reader implements StreamHandler {
    long received;

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {}

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      received += length;
      stream.returnCredit(length);
    }

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {}
  }

  /** An endpoint that answers with what it gets. */
  private static final class Mirror extends Reader implements ConnectionHandler {
    private final FieldList head =
        Workbench.fields(":status", "200", "content-type", "application/grpc");

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList requested, boolean endStream) {
      stream.sendHeaders(head, false);
      return this;
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      stream.sendData(source, offset, length, false);
      stream.returnCredit(length);
    }

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList requested, HeaderListSize size) {}
  }

  private void late(Workbench bench, StreamHandler caller) {
    bench.caller().open(caller, request, true);
    bench.run();
    bench.pass(Duration.ofSeconds(1));
  }

  /** A caller who waits until it is told. */
  private static class Told implements StreamHandler {
    private int ended;

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
      assertThat(endStream).isTrue();
      ended++;
      stream.release();
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {}

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      stream.release();
    }
  }

  /** An endpoint that does not answer. */
  private static final class Mute extends Told implements ConnectionHandler {
    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList requested, boolean endStream) {
      return this;
    }

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList requested, HeaderListSize size) {}
  }

  /** Knows one key, whatever the token. */
  private static final class OneKey implements AnyCaller {
    private static final RateRule RATE = new RateRule("", 1e9, 1);
    private static final Quota QUOTA =
        new Quota(new QuotaRule("", Long.MAX_VALUE, 3600), QuotaUse.NONE);

    private final Grants grants =
        Grants.of(
            Map.of(
                "bench",
                new Grant(
                    MethodRules.of(
                        List.of(new Rule("/helloworld.Greeter/SayHello", List.of("POST"))),
                        Matching.TYK),
                    RATE,
                    QUOTA.rule(),
                    new EndpointRates(
                        List.of(
                            new EndpointRates.Entry(
                                "/helloworld.Greeter/SayHello", "POST", false, RATE)),
                        Matching.TYK))));
    private @Nullable RateLimit limit;

    @Override
    public Identity holder(byte[] owner, byte[] fingerprint) {
      return this;
    }

    @Override
    public Grants grants() {
      return grants;
    }

    @Override
    public long expires() {
      return 2;
    }

    @Override
    public RateLimit limit(RateRule rule, long now) {
      if (limit == null) {
        limit = new RateLimit(rule.calls(), rule.seconds(), now);
      }
      return limit;
    }

    @Override
    public Quota quota(QuotaRule rule) {
      return QUOTA;
    }
  }

  private long bytesPerCall(Workbench bench) {
    Caller caller = new Caller();
    for (int i = 0; i < WARM_UP; i++) {
      round(bench, caller);
    }
    int answeredBefore = caller.answered;
    long before = threads.getCurrentThreadAllocatedBytes();

    for (int i = 0; i < ROUNDS; i++) {
      round(bench, caller);
    }

    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(caller.answered - answeredBefore).isEqualTo(ROUNDS * CALLS_AT_ONCE);
    return allocated / ((long) ROUNDS * CALLS_AT_ONCE);
  }

  private void round(Workbench bench, Caller caller) {
    for (int i = 0; i < CALLS_AT_ONCE; i++) {
      Http2Stream stream = bench.caller().open(caller, request, false);
      if (stream != null) {
        stream.sendData(MESSAGE, 0, MESSAGE.readableBytes(), true);
      }
    }
    bench.run();
  }

  private static final class Caller implements StreamHandler {
    private int answered;

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
      if (endStream && fields.get(0).valueText().equals("0")) {
        answered++;
        stream.release();
      }
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {}

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {
      throw new AssertionError(reset);
    }
  }

  private static final class Greeter implements ConnectionHandler, StreamHandler {
    private final FieldList head =
        Workbench.fields(":status", "200", "content-type", "application/grpc");
    private final FieldList trailers = Workbench.fields("grpc-status", "0");
    private final byte[] path;

    Greeter() {
      this("/helloworld.Greeter/SayHello");
    }

    Greeter(String path) {
      this.path = path.getBytes(US_ASCII);
    }

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList requested, boolean endStream) {
      if (!Objects.requireNonNull(requested.find(HeaderName.PATH)).hasValue(path)) {
        throw new AssertionError(requested);
      }
      return this;
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      if (endStream) {
        stream.sendHeaders(head, false);
        stream.sendData(MESSAGE, 0, MESSAGE.readableBytes(), false);
        stream.sendHeaders(trailers, true);
        stream.release();
      }
    }

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {}

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {}

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList requested, HeaderListSize size) {}
  }
}
