package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.examples.routeguide.Feature;
import dev.weir.examples.routeguide.Point;
import dev.weir.examples.routeguide.RouteGuideGrpc;
import dev.weir.examples.routeguide.RouteNote;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The files of the TLS examples, with other ports, between a client and a server of grpc-java. The
 * pages' own commands, for which Go is needed, are played by {@code testing/examples/run}.
 */
class PageExamplesServerTest {
  private static final Path EXAMPLES = Path.of("../../examples");
  private static final String SERVER_NAME = "grpc.test.example.com";
  private static final Point TRAIL =
      Point.newBuilder().setLatitude(409146138).setLongitude(-746188906).build();

  private final DevelopmentAuthority authority =
      new DevelopmentAuthority("examples", Instant.now(), Duration.ofDays(1));
  private final int port = Ports.free();

  @Test
  void tlsFromClientsAndClearTextToTheServer() throws IOException {
    Server server = serverBuilder().build().start();
    Map<String, String> changes =
        Map.of(
            listen(8000),
            listen(port),
            "h2c://localhost:10000",
            "h2c://127.0.0.1:" + server.getPort());
    try (TestGateway gateway = TestGateway.of(files("tls", changes))) {
      assertThat(gateway.apis()).hasSize(2);
      call();
    } finally {
      server.shutdownNow();
    }
  }

  @Test
  void tlsFromClientsAndTlsToTheServer() throws IOException {
    var certificate = authority.issue(List.of(SERVER_NAME));
    Server server =
        serverBuilder().sslContext(Authority.build(Authority.server(certificate))).build().start();
    Map<String, String> changes =
        Map.of(
            listen(8080),
            listen(Ports.free()),
            listen(4444),
            listen(port),
            "\"https://" + SERVER_NAME + ":10000\"",
            // Stands for a line with the name in /etc/hosts.
            "\"https://127.0.0.1:%d\"}, \"grpc\": {\"tls\": {\"server_name\": \"%s\"}"
                .formatted(server.getPort(), SERVER_NAME));
    try (TestGateway gateway = TestGateway.of(files("tls-both", changes))) {
      assertThat(gateway.apis()).hasSize(1);
      call();
    } finally {
      server.shutdownNow();
    }
  }

  private static String listen(int port) {
    return "\"listen_port\": " + port;
  }

  private void call() throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(InetAddress.getLoopbackAddress().getHostAddress(), port)
            .overrideAuthority("tyk")
            .sslContext(GrpcSslContexts.forClient().trustManager(authority.certificate()).build())
            .build();
    try {
      assertThat(RouteGuideGrpc.newBlockingStub(channel).getFeature(TRAIL).getLocation())
          .isEqualTo(TRAIL);
      chat(channel);
    } finally {
      channel.shutdownNow();
    }
  }

  /** Each note is answered before the next one is sent: both ways are open at the same time. */
  private static void chat(ManagedChannel channel) {
    var answers = new LinkedBlockingQueue<RouteNote>();
    StreamObserver<RouteNote> call = RouteGuideGrpc.newStub(channel).routeChat(into(answers));
    for (String message : List.of("one", "two", "three")) {
      RouteNote note = RouteNote.newBuilder().setLocation(TRAIL).setMessage(message).build();
      call.onNext(note);
      assertThat(Patience.next(answers, "the answer to " + message)).isEqualTo(note);
    }
    call.onCompleted();
    assertThat(Patience.next(answers, "the end")).isSameAs(RouteNote.getDefaultInstance());
  }

  /** Ends with an empty note; a failure is a note that is no answer. */
  private static StreamObserver<RouteNote> into(BlockingQueue<RouteNote> answers) {
    return new StreamObserver<>() {
      @Override
      public void onNext(RouteNote note) {
        answers.add(note);
      }

      @Override
      public void onError(Throwable failure) {
        answers.add(RouteNote.newBuilder().setMessage(failure.toString()).build());
      }

      @Override
      public void onCompleted() {
        answers.add(RouteNote.getDefaultInstance());
      }
    };
  }

  private TykFiles files(String example, Map<String, String> changes) throws IOException {
    var files = new TykFiles(Files.createTempDirectory("weir-example"));
    Files.createDirectory(files.apps());
    Files.createDirectory(files.folder().resolve("certs"));
    Path from = EXAMPLES.resolve(example);
    try (Stream<Path> apps = Files.list(from.resolve("apps"))) {
      for (Path file : Stream.concat(apps, Stream.of(from.resolve("tyk.conf"))).toList()) {
        String text = Files.readString(file);
        for (var change : changes.entrySet()) {
          text = text.replace(change.getKey(), change.getValue());
        }
        files.write(from.relativize(file).toString(), text);
      }
    }
    Path certificates = files.folder().resolve("certs");
    PemWriter.write(certificates.resolve("tyk.pem"), authority.issue(List.of("tyk")));
    PemWriter.writePublic(certificates.resolve("ca.pem"), List.of(authority.certificate()));
    return files;
  }

  private static NettyServerBuilder serverBuilder() {
    return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .addService(new Guide());
  }

  /** Says of each point that it is one, and every note back. */
  private static final class Guide extends RouteGuideGrpc.RouteGuideImplBase {
    @Override
    public void getFeature(Point point, StreamObserver<Feature> answer) {
      answer.onNext(Feature.newBuilder().setLocation(point).build());
      answer.onCompleted();
    }

    @Override
    public StreamObserver<RouteNote> routeChat(StreamObserver<RouteNote> answers) {
      return answers;
    }
  }
}
