package dev.weir.demo;

import dev.weir.call.GrpcStatus;
import org.jspecify.annotations.Nullable;

/** The requests of a call that has exactly one. */
final class OneMessage implements Service.Requests {
  private final Service.OneRequest method;
  private final Service.Answer answer;
  private byte @Nullable [] request;

  OneMessage(Service.OneRequest method, Service.Answer answer) {
    this.method = method;
    this.answer = answer;
  }

  @Override
  public void onMessage(byte[] message) {
    if (request != null) {
      throw new CallFailure(GrpcStatus.INTERNAL, "more than one request message");
    }
    request = message;
  }

  @Override
  public void onEnd() {
    if (request == null) {
      throw new CallFailure(GrpcStatus.INTERNAL, "no request message");
    }
    method.answer(request, answer);
    answer.finish();
  }
}
