package io.grpc.testing.integration;

import io.grpc.Grpc;
import io.grpc.ServerInterceptors;
import io.grpc.TlsServerCredentials;
import io.grpc.TlsServerCredentials.ClientAuth;
import java.io.File;
import java.io.IOException;
import java.util.concurrent.Executors;

/**
 * grpc-java's interop server with a certificate that it is given: {@code PORT IDENTITY [CA]}. With
 * the file of an authority it wants a certificate of its clients.
 */
public final class SecureServer {
  private SecureServer() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    File identity = new File(args[1]);
    var credentials = TlsServerCredentials.newBuilder().keyManager(identity, identity);
    if (args.length > 2) {
      credentials.trustManager(new File(args[2])).clientAuth(ClientAuth.REQUIRE);
    }
    var service = new TestServiceImpl(Executors.newSingleThreadScheduledExecutor());
    Grpc.newServerBuilderForPort(Integer.parseInt(args[0]), credentials.build())
        .maxInboundMessageSize(AbstractInteropTest.MAX_MESSAGE_SIZE)
        .addService(ServerInterceptors.intercept(service, TestServiceImpl.interceptors()))
        .build()
        .start()
        .awaitTermination();
  }
}
