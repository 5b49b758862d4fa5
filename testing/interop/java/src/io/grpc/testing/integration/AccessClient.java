package io.grpc.testing.integration;

import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.lite.ProtoLiteUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Calls a method of TestService with a credential, several times, and prints how each ended: {@code
 * PORT CA HOST METHOD TIMES AUTHORIZATION [IDENTITY]}. An empty authorization is not sent.
 */
public final class AccessClient {
  private static final int SECONDS = 20;

  private AccessClient() {}

  public static void main(String[] args) throws Exception {
    var credentials = TlsChannelCredentials.newBuilder().trustManager(new File(args[1]));
    if (args.length > 6) {
      credentials.keyManager(new File(args[6]), new File(args[6]));
    }
    ManagedChannel channel = connect(Integer.parseInt(args[0]), args[2], credentials.build());
    var shown = new Metadata();
    if (!args[5].isEmpty()) {
      shown.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), args[5]);
    }
    var guarded =
        ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(shown));
    for (int i = 0; i < Integer.parseInt(args[4]); i++) {
      Status status = args[3].equals("UnaryCall") ? unary(guarded) : stream(guarded, args[3]);
      System.out.printf("{\"code\": %d}%n", status.getCode().value());
    }
    System.exit(0);
  }

  private static ManagedChannel connect(int port, String host, ChannelCredentials credentials) {
    return NettyChannelBuilder.forAddress("127.0.0.1", port, credentials)
        .overrideAuthority(host)
        .disableRetry()
        .build();
  }

  private static CallOptions soon() {
    return CallOptions.DEFAULT.withDeadlineAfter(SECONDS, TimeUnit.SECONDS);
  }

  private static Status unary(io.grpc.Channel channel) {
    try {
      ClientCalls.blockingUnaryCall(
          channel,
          method("UnaryCall", MethodDescriptor.MethodType.UNARY),
          soon(),
          EmptyProtos.Empty.getDefaultInstance());
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  private static Status stream(io.grpc.Channel channel, String name) throws Exception {
    var ended = new CompletableFuture<Status>();
    StreamObserver<EmptyProtos.Empty> requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(method(name, MethodDescriptor.MethodType.BIDI_STREAMING), soon()),
            new StreamObserver<>() {
              @Override
              public void onNext(EmptyProtos.Empty answer) {}

              @Override
              public void onError(Throwable error) {
                ended.complete(Status.fromThrowable(error));
              }

              @Override
              public void onCompleted() {
                ended.complete(Status.OK);
              }
            });
    requests.onNext(EmptyProtos.Empty.getDefaultInstance());
    requests.onCompleted();
    return ended.get(2 * SECONDS, TimeUnit.SECONDS);
  }

  /** Requests and answers without a field are empty messages, whatever their type. */
  private static MethodDescriptor<EmptyProtos.Empty, EmptyProtos.Empty> method(
      String name, MethodDescriptor.MethodType type) {
    var empty = ProtoLiteUtils.marshaller(EmptyProtos.Empty.getDefaultInstance());
    return MethodDescriptor.<EmptyProtos.Empty, EmptyProtos.Empty>newBuilder()
        .setType(type)
        .setFullMethodName("grpc.testing.TestService/" + name)
        .setRequestMarshaller(empty)
        .setResponseMarshaller(empty)
        .build();
  }
}
