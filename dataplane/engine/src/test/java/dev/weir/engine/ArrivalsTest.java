package dev.weir.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.filter.FailedCredentials;
import dev.weir.filter.Grant;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodRules;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.http2.ClientConnection;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.LoopBudget;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls that come in one turn of the loop are as if each had come alone. */
class ArrivalsTest {
  private static final int CALLS = 100;
  private static final int QUOTA = 60;

  /** So many that two threads meet at every point of a call. */
  private static final int MANY = 2_000;

  private final Key key = new Key();
  private final Answering endpoint = new Answering();
  private final Answers answers = new Answers();

  /** Whoever shows something, with a quota. */
  private static final class Key implements AnyCaller {
    private final Quota quota = new Quota(new QuotaRule("", QUOTA, 3600), QuotaUse.NONE);
    private final Grants grants =
        Grants.ofAll(new Grant(MethodRules.ALL, null, quota.rule(), null));
    private boolean known = true;

    /** Hears of each token that is looked up. */
    private Consumer<String> lookedUp = _ -> {};

    @Override
    public @Nullable Identity find(byte[] owner, byte[] credential, int offset, int length) {
      lookedUp.accept(new String(credential, offset, length, UTF_8));
      return known ? this : null;
    }

    @Override
    public Grants grants() {
      return grants;
    }

    @Override
    public Quota quota(QuotaRule rule) {
      return quota;
    }

    @Override
    public boolean isKnown() {
      return known;
    }
  }

  /** Answers when a request has ended, and keeps what has come. */
  private static final class Answering implements ConnectionHandler, StreamHandler {
    private final FieldList answer =
        Workbench.fields(":status", "200", "content-type", "application/grpc", "grpc-status", "0");
    private final List<String> asked = new ArrayList<>();
    private final Map<Http2Stream, ByteArrayOutputStream> coming = new HashMap<>();
    private final List<byte[]> requests = new ArrayList<>();
    private boolean silent;

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      asked.add(Objects.requireNonNull(head.find(HeaderName.of("authorization"))).valueText());
      coming.put(stream, new ByteArrayOutputStream());
      return this;
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      byte[] part = new byte[length];
      source.getBytes(offset, part);
      Objects.requireNonNull(coming.get(stream)).writeBytes(part);
      stream.returnCredit(length);
      if (endStream) {
        end(stream);
      }
    }

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
      end(stream);
    }

    private void end(Http2Stream stream) {
      requests.add(Objects.requireNonNull(coming.remove(stream)).toByteArray());
      if (!silent) {
        stream.sendHeaders(answer, true);
        stream.release();
      }
    }

    @Override
    public void onDrained(Http2Stream stream, int bytes) {}

    @Override
    public void onReset(Http2Stream stream, StreamReset reset) {}

    @Override
    public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {}
  }

  /** The status of each call that was answered, in the order of the answers. */
  private static final class Answers implements StreamHandler {
    private final List<String> statuses = new ArrayList<>();
    private final List<Integer> resets = new ArrayList<>();

    @Override
    public void onHeaders(Http2Stream stream, FieldList fields, boolean endStream) {
      if (endStream) {
        statuses.add(Objects.requireNonNull(fields.find(HeaderName.GRPC_STATUS)).valueText());
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
      resets.add(reset.errorCode());
    }
  }

  private Workbench bench() {
    Admission admission =
        Admission.of(
            new Callers(
                () -> key,
                () -> 1,
                FailedCredentials.UNCOUNTED,
                FailedCredentials.UNCOUNTED,
                ToldLimits.NONE),
            1);
    AskedCredential token = new AskedCredential(AskedCredential.Kind.TOKEN, "", "authorization");
    Access access = Access.by(List.of(token), token, "bench", ListenPath.of(0), false, true, true);
    return new Workbench(endpoint, Http2Limits.DOWNSTREAM, admission, access, null);
  }

  private Http2Stream call(Workbench bench, String token, int bytes) {
    Http2Stream stream = open(bench.caller(), token);
    send(stream, 0, bytes, true);
    return stream;
  }

  private static void send(Http2Stream stream, int first, int bytes, boolean endStream) {
    byte[] sent = bytes(first, bytes);
    stream.sendData(Unpooled.wrappedBuffer(sent), 0, bytes, endStream);
  }

  /** Bytes that others are not mistaken for. */
  private static byte[] bytes(int first, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i * 7);
    }
    return bytes;
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  private Http2Stream open(ClientConnection caller, String token, String... more) {
    FieldList head =
        Workbench.fields(
            ":method", "POST",
            ":scheme", "http",
            ":path", "/helloworld.Greeter/SayHello",
            ":authority", "localhost:12345",
            "content-type", "application/grpc",
            "te", "trailers");
    head.add(HeaderField.of("authorization", token));
    head.addAll(Workbench.fields(more));
    return Objects.requireNonNull(caller.open(answers, head, false));
  }

  @Test
  void callsAreLetInInTheirOrderUntilTheQuotaIsUsedUp() {
    try (Workbench bench = bench()) {
      List<String> tokens = new ArrayList<>();
      for (int i = 0; i < CALLS; i++) {
        tokens.add("token " + i);
        call(bench, "token " + i, 10);
      }
      bench.run();

      assertThat(endpoint.asked).isEqualTo(tokens.subList(0, QUOTA));
      assertThat(answers.statuses).hasSize(CALLS);
      assertThat(answers.statuses.stream().filter("0"::equals)).hasSize(QUOTA);
      assertThat(answers.statuses.stream().filter("8"::equals)).hasSize(CALLS - QUOTA);
    }
  }

  /** The same again, when all of them are known. */
  @Test
  void whoIsKnownNoMoreIsRefusedFromTheNextTurnOn() {
    try (Workbench bench = bench()) {
      for (int turn = 0; turn < 2; turn++) {
        for (int i = 0; i < 10; i++) {
          call(bench, "token " + i, 10);
        }
        bench.run();
      }
      assertThat(answers.statuses).containsOnly("0").hasSize(20);
      assertThat(key.quota.use().calls()).isEqualTo(20);

      key.known = false;
      call(bench, "token 1", 10);
      bench.run();
      assertThat(answers.statuses.getLast()).isEqualTo("16");
      assertThat(endpoint.asked).hasSize(20);
    }
  }

  @Test
  void aCallThatIsCancelledInTheSameTurnCountsForNothing() {
    try (Workbench bench = bench()) {
      call(bench, "token 1", 10);
      call(bench, "token 2", 10).reset(ErrorCode.CANCEL);
      call(bench, "token 3", 10);
      bench.run();

      assertThat(endpoint.asked).containsExactly("token 1", "token 3");
      assertThat(key.quota.use().calls()).isEqualTo(2);
    }
  }

  @Test
  void payloadThatComesInTheSameTurnArrivesWhole() {
    try (Workbench bench = bench()) {
      Http2Stream first = open(bench.caller(), "token 1");
      send(first, 1, 10, false);
      Http2Stream second = open(bench.caller(), "token 2");
      send(second, 2, 1000, false);
      send(first, 3, 20, true);
      send(second, 4, 10_000, true);
      send(open(bench.caller(), "token 3"), 5, 30, true);
      bench.run();

      assertThat(answers.statuses).containsExactly("0", "0", "0");
      assertThat(endpoint.requests)
          .containsExactlyInAnyOrder(
              concat(bytes(1, 10), bytes(3, 20)),
              concat(bytes(2, 1000), bytes(4, 10_000)),
              bytes(5, 30));
    }
  }

  @Test
  void trailersThatComeInTheSameTurnEndTheRequest() {
    try (Workbench bench = bench()) {
      Http2Stream stream = open(bench.caller(), "token 1");
      send(stream, 1, 10, false);
      stream.sendHeaders(Workbench.fields("checksum", "7"), true);
      call(bench, "token 2", 20);
      bench.run();

      assertThat(answers.statuses).containsExactly("0", "0");
      assertThat(endpoint.requests).containsExactlyInAnyOrder(bytes(1, 10), bytes(0, 20));
    }
  }

  @Test
  void aTimeoutBeginsWithTheCall() {
    endpoint.silent = true;
    try (Workbench bench = bench()) {
      send(open(bench.caller(), "token 1", "grpc-timeout", "1S"), 1, 10, true);
      bench.run();
      assertThat(endpoint.requests).hasSize(1);
      assertThat(answers.statuses).isEmpty();

      bench.pass(Duration.ofMillis(1100));
      assertThat(answers.statuses).containsExactly("4");
    }
  }

  /** Also where a part of it has all calls be looked at. */
  @Test
  void whatARefusedCallHasSentIsNotKept() {
    long ofOthers = leftByRefused(1);
    assertThat(leftByRefused(1000)).isEqualTo(ofOthers);
    assertThat(leftByRefused(1000, 2000)).isEqualTo(ofOthers);

    assertThat(endpoint.asked).containsOnly("token 1").hasSize(3);
    assertThat(answers.resets).containsOnly(ErrorCode.REFUSED_STREAM).hasSize(3);
    assertThat(key.quota.use().calls()).isEqualTo(3);
  }

  /** The first call's token has the room go, before the second one is looked at. */
  private long leftByRefused(int... parts) {
    try (Workbench bench = bench()) {
      key.lookedUp = _ -> bench.beShort(true);
      call(bench, "token 1", 10);
      Http2Stream refused = open(bench.caller(), "token 2");
      for (int part : parts) {
        send(refused, 1, part, false);
      }
      bench.run();
      bench.beShort(false);
      return bench.activity().bufferedBytes();
    }
  }

  /** There may be room again when a call is refused that there was no room for. */
  @Test
  void noCallIsLeftWithoutAnAnswerWhereOtherLoopsTakeRoomAndGiveItBack() throws Exception {
    try (Workbench bench = bench()) {
      var over = new AtomicBoolean();
      LoopBudget elsewhere = bench.bufferedElsewhere();
      Thread other = Thread.ofPlatform().start(() -> takeAndGiveBack(elsewhere, over));
      int calls = 0;
      while (answers.resets.size() < MANY && answered() == calls) {
        call(bench, "token 1", 10);
        calls++;
        bench.run();
      }
      over.set(true);
      other.join();
      assertThat(answered()).isEqualTo(calls);
      assertThat(answers.resets).containsOnly(ErrorCode.REFUSED_STREAM);
    }
  }

  private int answered() {
    return answers.resets.size() + answers.statuses.size();
  }

  private static void takeAndGiveBack(LoopBudget room, AtomicBoolean over) {
    long most = room.whole() / 16 * 15;
    while (!over.get()) {
      room.use(most);
      room.use(-most);
    }
  }

  /** Also those whose streams are yet to hear of it. */
  @Test
  void callsOfALostConnectionCountForNothing() {
    try (Workbench bench = bench()) {
      List<Http2Stream> lost = new ArrayList<>();
      bench.connectAndLose(caller -> {
        for (int i = 0; i < Arrivals.MOST + 3; i++) {
          Http2Stream stream = open(caller, "lost " + i);
          send(stream, 1, 10, i % 2 == 0);
          lost.add(stream);
        }
      });
      call(bench, "token 1", 10);
      bench.run();

      assertThat(answers.resets).hasSameSizeAs(lost);
      // There was no room for more of them.
      assertThat(key.quota.use().calls()).isEqualTo(Arrivals.MOST + 1);
      assertThat(endpoint.asked).containsExactly("token 1");
    }
  }

  @Test
  void aCallThatFailsIsResetAloneAndThoseBehindItGoOn() {
    try (Workbench bench = bench()) {
      key.lookedUp =
          token -> {
            if (token.equals("token 2")) {
              throw new IllegalStateException("as a test wants it");
            }
          };
      for (int i = 1; i <= 3; i++) {
        call(bench, "token " + i, 10);
      }
      bench.run();

      assertThat(endpoint.asked).containsExactly("token 1", "token 3");
      assertThat(answers.statuses).containsExactly("0", "0");
      assertThat(answers.resets).containsExactly(ErrorCode.INTERNAL_ERROR);
    }
  }

  /** Whatever fails, no call waits for ever, and the next turn is as every other. */
  @Test
  void anErrorResetsThoseBehindItAndNoneThatComeLater() {
    try (Workbench bench = bench()) {
      key.lookedUp =
          token -> {
            if (token.equals("token 2")) {
              throw new AssertionError("as a test wants it");
            }
          };
      for (int i = 1; i <= 3; i++) {
        call(bench, "token " + i, 10);
      }
      assertThatThrownBy(bench::run).hasMessage("as a test wants it");
      bench.run();
      assertThat(answers.statuses).containsExactly("0");
      assertThat(answers.resets)
          .containsExactly(ErrorCode.INTERNAL_ERROR, ErrorCode.INTERNAL_ERROR);

      call(bench, "token 4", 10);
      call(bench, "token 5", 10).reset(ErrorCode.CANCEL);
      bench.run();
      assertThat(answers.statuses).containsExactly("0", "0");
      assertThat(endpoint.asked).containsExactly("token 1", "token 4");
    }
  }
}
