package dev.weir.testkit;

import com.google.protobuf.ByteString;
import dev.weir.testkit.proto.EchoGrpc;
import dev.weir.testkit.proto.EchoReply;
import dev.weir.testkit.proto.EchoRequest;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLException;

/**
 * A grpc-java client of {@code weir.testkit.Echo} over clear text, on one connection of its own,
 * with every kind of client retry switched off.
 */
public final class EchoClient implements AutoCloseable {

  public static final MethodDescriptor<EchoRequest, EchoReply> UNARY = EchoGrpc.getUnaryMethod();
  public static final MethodDescriptor<EchoRequest, EchoReply> UPLOAD = EchoGrpc.getUploadMethod();
  public static final MethodDescriptor<EchoRequest, EchoReply> DOWNLOAD =
      EchoGrpc.getDownloadMethod();
  public static final MethodDescriptor<EchoRequest, EchoReply> CHAT = EchoGrpc.getChatMethod();

  private static final int ALL = Integer.MAX_VALUE;
  private static final int MIB = 1 << 20;

  private final ManagedChannel channel;

  private EchoClient(int port, UnaryOperator<NettyChannelBuilder> tuning) {
    var builder =
        NettyChannelBuilder.forAddress("127.0.0.1", port)
            .usePlaintext()
            .disableRetry()
            .maxInboundMessageSize(ALL)
            .maxInboundMetadataSize(MIB);
    this.channel = tuning.apply(builder).build();
  }

  public static EchoClient to(int port) {
    return new EchoClient(port, UnaryOperator.identity());
  }

  /** A client with settings of its own, such as another authority. */
  public static EchoClient to(int port, UnaryOperator<NettyChannelBuilder> tuning) {
    return new EchoClient(port, tuning);
  }

  /** A client at an address of its own, which has to be one of the loopback's. */
  public static EchoClient from(String address, int port) {
    var at = new InetSocketAddress(address, 0);
    return new EchoClient(
        port,
        builder ->
            builder.localSocketPicker(
                new NettyChannelBuilder.LocalSocketPicker() {
                  @Override
                  public SocketAddress createSocketAddress(SocketAddress server, Attributes any) {
                    return at;
                  }
                }));
  }

  /**
   * A client over TLS.
   *
   * @param host the one that the server has to prove to be
   * @param trusted who may vouch for that
   */
  public static EchoClient secure(int port, String host, X509Certificate trusted)
      throws SSLException {
    SslContext tls = GrpcSslContexts.forClient().trustManager(trusted).build();
    return new EchoClient(
        port, builder -> builder.useTransportSecurity().sslContext(tls).overrideAuthority(host));
  }

  /**
   * A client that proves who it is, if the server asks.
   *
   * @param host what it takes the server for
   * @param chain its own certificate, and then what that was issued by
   */
  public static EchoClient mutual(
      int port, String host, X509Certificate trusted, List<X509Certificate> chain, PrivateKey key)
      throws SSLException {
    SslContext tls =
        GrpcSslContexts.forClient()
            .trustManager(trusted)
            .keyManager(key, chain.toArray(X509Certificate[]::new))
            .build();
    return new EchoClient(
        port, builder -> builder.useTransportSecurity().sslContext(tls).overrideAuthority(host));
  }

  /** The channel underneath, for stubs of other services. */
  public ManagedChannel channel() {
    return channel;
  }

  /** Sends all requests, half-closes and waits for the end. */
  public Outcome call(
      MethodDescriptor<EchoRequest, EchoReply> method, Metadata metadata, EchoRequest... requests) {
    OpenCall call = open(method, metadata);
    for (EchoRequest request : requests) {
      call.send(request);
    }
    return call.halfClose().awaitEnd();
  }

  public Outcome call(MethodDescriptor<EchoRequest, EchoReply> method, EchoRequest... requests) {
    return call(method, new Metadata(), requests);
  }

  /** One unary call with a text as payload. */
  public Outcome unary(String payload) {
    return call(UNARY, request(payload));
  }

  /** Opens a call that reads as fast as replies come. */
  public OpenCall open(MethodDescriptor<EchoRequest, EchoReply> method, Metadata metadata) {
    return open(method, metadata, CallOptions.DEFAULT);
  }

  public OpenCall open(MethodDescriptor<EchoRequest, EchoReply> method) {
    return open(method, new Metadata());
  }

  public OpenCall open(
      MethodDescriptor<EchoRequest, EchoReply> method, Metadata metadata, CallOptions options) {
    return new OpenCall(channel.newCall(method, options), metadata, ALL);
  }

  /** Opens a call that reads nothing until {@link OpenCall#request} is called. */
  public OpenCall openSlow(MethodDescriptor<EchoRequest, EchoReply> method) {
    return new OpenCall(channel.newCall(method, CallOptions.DEFAULT), new Metadata(), 0);
  }

  public static EchoRequest request(String payload) {
    return EchoRequest.newBuilder().setPayload(ByteString.copyFromUtf8(payload)).build();
  }

  /** A request with a payload of {@code size} bytes. */
  public static EchoRequest request(int size) {
    return EchoRequest.newBuilder().setPayload(ByteString.copyFrom(new byte[size])).build();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
