package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.ConnectionHandler;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderListSize;
import dev.weir.http2.Http2Stream;
import dev.weir.http2.StreamHandler;
import dev.weir.http2.StreamReset;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing that the caller and the endpoint did not ask for ends a call. */
class StreamLifeTest {
  private static final Duration LONG = Duration.ofHours(2);

  private final FieldList request =
      Workbench.fields(
          ":method", "POST",
          ":scheme", "http",
          ":path", "/pkg.Service/Method",
          "content-type", "application/grpc");
  private final Ear caller = new Ear();
  private final Ear endpoint = new Ear();

  /** Rules P12 and P16. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCallMayBeIdleForHours(boolean halfClosed) {
    try (Workbench bench = new Workbench(endpoint)) {
      bench.caller().open(caller, request, halfClosed);
      bench.run();
      Http2Stream stream = endpoint.stream();

      bench.pass(LONG);
      stream.sendHeaders(
          Workbench.fields(":status", "200", "content-type", "application/grpc"), false);
      bench.pass(LONG);
      stream.sendData(Unpooled.wrappedBuffer(new byte[5]), 0, 5, false);
      bench.pass(LONG);
      stream.sendHeaders(Workbench.fields("grpc-status", "0"), true);
      bench.run();

      assertThat(caller.heard).startsWith("headers", "5 bytes", "end [grpc-status: 0]");
      assertThat(endpoint.heard).doesNotContain("reset PEER_FAULT", "reset CONNECTION_LOST");
    }
  }

  /** Remembers what it hears of one stream. */
  private static final class Ear implements ConnectionHandler, StreamHandler {
    private final List<String> heard = new ArrayList<>();
    private @Nullable Http2Stream stream;

    Http2Stream stream() {
      return Objects.requireNonNull(stream);
    }

    @Override
    public StreamHandler onRequest(Http2Stream opened, FieldList head, boolean endStream) {
      stream = opened;
      return this;
    }

    @Override
    public void onOversizedRequest(Http2Stream opened, FieldList head, HeaderListSize size) {
      throw new AssertionError(size);
    }

    @Override
    public void onHeaders(Http2Stream from, FieldList fields, boolean endStream) {
      heard.add(endStream ? "end " + fields : "headers");
    }

    @Override
    public void onData(
        Http2Stream from, ByteBuf source, int offset, int length, boolean endStream) {
      heard.add(length + " bytes");
    }

    @Override
    public void onDrained(Http2Stream from, int bytes) {}

    @Override
    public void onReset(Http2Stream from, StreamReset reset) {
      heard.add("reset " + reset.cause());
    }
  }
}
