package dev.weir.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.examples.helloworld.GreeterGrpc;
import dev.weir.examples.helloworld.HelloReply;
import dev.weir.examples.helloworld.HelloRequest;
import dev.weir.examples.routeguide.Feature;
import dev.weir.examples.routeguide.Point;
import dev.weir.examples.routeguide.Rectangle;
import dev.weir.examples.routeguide.RouteGuideGrpc;
import dev.weir.examples.routeguide.RouteNote;
import dev.weir.examples.routeguide.RouteSummary;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The demo's servers, called by grpc-java with stubs made from the .proto files of the examples.
 */
@Timeout(20)
class DemoServerTest {
  private static final Point TRAIL =
      Point.newBuilder().setLatitude(409146138).setLongitude(-746188906).build();
  private static final String TRAIL_NAME =
      "Berkshire Valley Management Area Trail, Jefferson, NJ, USA";

  private final AtomicLong nanoTime = new AtomicLong();
  private DemoLoop loop;
  private DemoServer greeter;
  private DemoServer routeGuide;
  private ManagedChannel toGreeter;
  private ManagedChannel toRouteGuide;

  @BeforeEach
  void start() throws IOException {
    loop = new DemoLoop();
    greeter = DemoServer.start(loop, 0, new Greeter());
    routeGuide = DemoServer.start(loop, 0, new RouteGuide(nanoTime::get));
    toGreeter = channel(greeter);
    toRouteGuide = channel(routeGuide);
  }

  @AfterEach
  void stop() {
    toGreeter.shutdownNow();
    toRouteGuide.shutdownNow();
    greeter.close();
    routeGuide.close();
    loop.close();
  }

  @Test
  void greets() {
    assertThat(hello("joe")).isEqualTo("Hello joe");
  }

  @Test
  void greetsInAnyScript() {
    assertThat(hello("Zoë 🦫")).isEqualTo("Hello Zoë 🦫");
  }

  @Test
  void greetsNobody() {
    assertThat(hello("")).isEqualTo("Hello ");
  }

  @Test
  void putsAMessageTogetherThatFillsManyFrames() {
    String name = "x".repeat(1_000_000);

    assertThat(hello(name)).isEqualTo("Hello " + name);
  }

  @Test
  void refusesAMessageAboveTheLimit() {
    assertStatus(
        () -> hello("x".repeat(5 << 20)), Status.Code.RESOURCE_EXHAUSTED, "at most 4194304");
  }

  @Test
  void tellsAnUnknownMethod() {
    assertStatus(
        () -> callRaw("helloworld.Greeter/SayGoodbye", new byte[0]),
        Status.Code.UNIMPLEMENTED,
        "unknown method /helloworld.Greeter/SayGoodbye");
  }

  @Test
  void tellsAMalformedMessage() {
    assertStatus(
        () -> callRaw("helloworld.Greeter/SayHello", new byte[] {0x0a, 0x7f}),
        Status.Code.INTERNAL,
        "malformed message: field longer than its message");
  }

  @Test
  void findsAFeature() {
    Feature feature = RouteGuideGrpc.newBlockingStub(toRouteGuide).getFeature(TRAIL);

    assertThat(feature.getName()).isEqualTo(TRAIL_NAME);
    assertThat(feature.getLocation()).isEqualTo(TRAIL);
  }

  @Test
  void givesAFeatureWithoutNameWhereThereIsNone() {
    Point nowhere = Point.newBuilder().setLatitude(1).setLongitude(-1).build();

    Feature feature = RouteGuideGrpc.newBlockingStub(toRouteGuide).getFeature(nowhere);

    assertThat(feature.getName()).isEmpty();
    assertThat(feature.getLocation()).isEqualTo(nowhere);
  }

  @Test
  void listsTheFeaturesOfARectangle() {
    Rectangle rectangle = Rectangle.newBuilder().setLo(TRAIL).setHi(TRAIL).build();
    Rectangle everywhere =
        Rectangle.newBuilder()
            .setLo(Point.newBuilder().setLatitude(420000000).setLongitude(-750000000))
            .setHi(Point.newBuilder().setLatitude(400000000).setLongitude(-730000000))
            .build();

    assertThat(namesIn(rectangle)).containsExactly(TRAIL_NAME);
    assertThat(namesIn(everywhere)).hasSize(11).contains(TRAIL_NAME);
  }

  @Test
  void sumsUpARoute() {
    Answers<RouteSummary> summary = new Answers<>();
    StreamObserver<Point> route = RouteGuideGrpc.newStub(toRouteGuide).recordRoute(summary);

    route.onNext(Point.newBuilder().setLatitude(0).setLongitude(0).build());
    route.onNext(Point.newBuilder().setLatitude(0).setLongitude(10_000_000).build());
    route.onNext(TRAIL);
    nanoTime.set(3_500_000_000L);
    route.onCompleted();

    RouteSummary only = summary.all().getFirst();
    assertThat(only.getPointCount()).isEqualTo(3);
    assertThat(only.getFeatureCount()).isEqualTo(1);
    assertThat(only.getDistance()).isGreaterThan(111_194);
  }

  @Test
  void answersANoteWithAllNotesAtItsPlace() {
    RouteNote first = note("first");
    RouteNote second = note("second");
    Answers<RouteNote> answers = new Answers<>();
    StreamObserver<RouteNote> chat = RouteGuideGrpc.newStub(toRouteGuide).routeChat(answers);

    chat.onNext(first);
    chat.onNext(RouteNote.newBuilder().setLocation(TRAIL).setMessage("elsewhere").build());
    chat.onNext(second);
    chat.onCompleted();

    assertThat(answers.all())
        .extracting(RouteNote::getMessage)
        .containsExactly("first", "elsewhere", "first", "second");
  }

  @Test
  void ownClientSaysHello() throws IOException {
    InetSocketAddress address = new InetSocketAddress("localhost", greeter.port());

    assertThat(DemoClient.sayHello(loop, address, "joe")).isEqualTo("Hello joe");
  }

  @Test
  void ownClientTellsTheStatusOfAFailure() {
    InetSocketAddress address = new InetSocketAddress("localhost", routeGuide.port());

    assertThatThrownBy(() -> DemoClient.sayHello(loop, address, "joe"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("status 12: unknown method");
  }

  @Test
  void ownClientTellsThatNobodyListens() {
    InetSocketAddress address = new InetSocketAddress("localhost", greeter.port());
    greeter.close();

    assertThatThrownBy(() -> DemoClient.sayHello(loop, address, "joe"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("refused");
  }

  /** Not a connection in the backlog of a socket that is about to go. */
  @Test
  void nobodyListensAnyMoreWhenAServerIsClosed() throws IOException {
    for (int i = 0; i < 100; i++) {
      DemoServer server = DemoServer.start(loop, 0, new Greeter());
      InetSocketAddress address = new InetSocketAddress("localhost", server.port());
      server.close();

      assertThatThrownBy(() -> new Socket(address.getAddress(), address.getPort()))
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void namesATakenPort() {
    assertThatThrownBy(() -> DemoServer.start(loop, greeter.port(), new Greeter()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(String.valueOf(greeter.port()));
  }

  private static ManagedChannel channel(DemoServer server) {
    return NettyChannelBuilder.forAddress("localhost", server.port()).usePlaintext().build();
  }

  private String hello(String name) {
    HelloReply reply =
        GreeterGrpc.newBlockingStub(toGreeter)
            .sayHello(HelloRequest.newBuilder().setName(name).build());
    return reply.getMessage();
  }

  private List<String> namesIn(Rectangle rectangle) {
    List<String> names = new ArrayList<>();
    RouteGuideGrpc.newBlockingStub(toRouteGuide)
        .listFeatures(rectangle)
        .forEachRemaining(feature -> names.add(feature.getName()));
    return names;
  }

  private static RouteNote note(String message) {
    Point place = Point.newBuilder().setLatitude(message.isEmpty() ? 0 : 7).build();
    return RouteNote.newBuilder().setLocation(place).setMessage(message).build();
  }

  private byte[] callRaw(String method, byte[] request) {
    MethodDescriptor<byte[], byte[]> descriptor =
        MethodDescriptor.<byte[], byte[]>newBuilder()
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName(method)
            .setRequestMarshaller(new Raw())
            .setResponseMarshaller(new Raw())
            .build();
    return ClientCalls.blockingUnaryCall(toGreeter, descriptor, CallOptions.DEFAULT, request);
  }

  private static void assertStatus(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
      Status.Code code,
      String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            failure -> {
              assertThat(failure.getStatus().getCode()).isEqualTo(code);
              assertThat(failure.getStatus().getDescription()).contains(message);
            });
  }

  private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class Answers<T> implements StreamObserver<T> {
    private final List<T> received = new ArrayList<>();
    private final CompletableFuture<List<T>> all = new CompletableFuture<>();

    @Override
    public void onNext(T value) {
      received.add(value);
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      all.complete(received);
    }

    List<T> all() {
      return all.join();
    }
  }
}
