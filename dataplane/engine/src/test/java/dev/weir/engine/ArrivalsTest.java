package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.filter.FailedCredentials;
import dev.weir.filter.Grant;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.IdentityLookup;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodRules;
import dev.weir.filter.NameAndPassword;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.ErrorCode;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.HeaderName;
import dev.weir.http2.Http2Limits;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Calls that come in one turn of the loop are as if each had come alone. */
class ArrivalsTest {
  private static final int CALLS = 100;
  private static final int QUOTA = 60;

  private final Key key = new Key();
  private final Answering endpoint = new Answering();
  private final Answers answers = new Answers();

  /** Whoever shows something, with a quota. */
  private static final class Key implements Identity, IdentityLookup {
    private final Quota quota = new Quota(new QuotaRule("", QUOTA, 3600), QuotaUse.NONE);
    private final Grants grants =
        Grants.ofAll(new Grant(MethodRules.ALL, null, quota.rule(), null));
    private boolean known = true;

    @Override
    public @Nullable Identity find(byte[] owner, byte[] credential, int offset, int length) {
      return known ? this : null;
    }

    @Override
    public @Nullable Identity find(byte[] owner, NameAndPassword shown) {
      return null;
    }

    @Override
    public @Nullable Identity holder(byte[] owner, byte[] fingerprint) {
      return null;
    }

    @Override
    public boolean prove(byte[] owner, NameAndPassword shown, long address, Proven proven) {
      return false;
    }

    @Override
    public long changes() {
      return 0;
    }

    @Override
    public Grants grants() {
      return grants;
    }

    @Override
    public long expires() {
      return NEVER;
    }

    @Override
    public RateLimit limit(RateRule rule, long now) {
      return new RateLimit(rule.calls(), rule.seconds(), now);
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

  /** Answers when a request has ended, and keeps how long it was. */
  private static final class Answering implements ConnectionHandler, StreamHandler {
    private final FieldList answer =
        Workbench.fields(":status", "200", "content-type", "application/grpc", "grpc-status", "0");
    private final List<String> asked = new ArrayList<>();
    private long bytes;

    @Override
    public StreamHandler onRequest(Http2Stream stream, FieldList head, boolean endStream) {
      asked.add(Objects.requireNonNull(head.find(HeaderName.of("authorization"))).valueText());
      return this;
    }

    @Override
    public void onData(
        Http2Stream stream, ByteBuf source, int offset, int length, boolean endStream) {
      bytes += length;
      stream.returnCredit(length);
      if (endStream) {
        stream.sendHeaders(answer, true);
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
    public void onOversizedRequest(Http2Stream stream, FieldList head, HeaderListSize size) {}
  }

  /** The status of each call that was answered, in the order of the answers. */
  private static final class Answers implements StreamHandler {
    private final List<String> statuses = new ArrayList<>();

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
      throw new AssertionError(reset);
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
    FieldList head =
        Workbench.fields(
            ":method", "POST",
            ":scheme", "http",
            ":path", "/helloworld.Greeter/SayHello",
            ":authority", "localhost:12345",
            "content-type", "application/grpc",
            "te", "trailers");
    head.add(HeaderField.of("authorization", token));
    Http2Stream stream = Objects.requireNonNull(bench.caller().open(answers, head, false));
    stream.sendData(Unpooled.wrappedBuffer(new byte[bytes]), 0, bytes, true);
    return stream;
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
      call(bench, "token 1", 10);
      call(bench, "token 2", 10_000);
      call(bench, "token 3", 10);
      bench.run();

      assertThat(answers.statuses).containsExactly("0", "0", "0");
      assertThat(endpoint.bytes).isEqualTo(10_020);
    }
  }
}
