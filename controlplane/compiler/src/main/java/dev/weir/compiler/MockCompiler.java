package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.call.GrpcStatus;
import dev.weir.engine.MockAnswer;
import dev.weir.http2.HeaderField;
import dev.weir.model.MockResponses.Mock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Turns answers that are written out into those that are sent: one for callers of HTTP as it is
 * written, and one for callers of gRPC.
 */
final class MockCompiler {
  private static final String TYPE = "content-type";
  private static final String STATUS = "grpc-status";
  private static final String MESSAGE = "grpc-message";

  private MockCompiler() {}

  static MockAnswer compile(Mock written) {
    Map<String, String> headers = written.headers();
    var fields = new ArrayList<HeaderField>();
    headers.forEach((name, value) -> fields.add(HeaderField.of(name, value)));
    byte[] message = written.isGrpc() ? Base64.getDecoder().decode(written.body()) : new byte[0];
    boolean hasMessage =
        written.isGrpc() && (status(written) == GrpcStatus.OK || message.length > 0);
    return MockAnswer.of(
        written.code(),
        fields,
        written.body().getBytes(UTF_8),
        new MockAnswer.Grpc(status(written), text(written), grpcFields(written)),
        hasMessage ? message : null);
  }

  private static GrpcStatus status(Mock written) {
    String code = written.headers().get(STATUS);
    if (code != null) {
      return GrpcStatus.of(code.getBytes(UTF_8));
    }
    return written.isGrpc() ? GrpcStatus.OK : GrpcStatus.ofHttpStatus(written.code());
  }

  private static String text(Mock written) {
    boolean says = written.headers().containsKey(STATUS) || written.isGrpc();
    return says
        ? written.headers().getOrDefault(MESSAGE, "")
        : "the API has an answer written out that is HTTP " + written.code() + " and not gRPC";
  }

  private static List<HeaderField> grpcFields(Mock written) {
    var fields = new ArrayList<HeaderField>();
    String type = written.isGrpc() ? written.headers().get(TYPE) : null;
    fields.add(HeaderField.of(TYPE, type == null ? "application/grpc" : type));
    written
        .headers()
        .forEach((name, value) -> {
          if (!List.of(TYPE, STATUS, MESSAGE).contains(name)) {
            fields.add(HeaderField.of(name, value));
          }
        });
    return fields;
  }
}
