package dev.weir.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Publishes the keys of issuers at an address, well or not, and counts who asks. */
public final class KeySetServer implements AutoCloseable {
  private static final int OK = 200;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile CountDownLatch held = new CountDownLatch(0);
  private volatile Answer answer = exchange -> send(exchange, OK, "{\"keys\":[]}");

  /** What it does when it is asked. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException, InterruptedException;
  }

  private KeySetServer(int port) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /** One that has these keys. */
  public static KeySetServer of(TokenIssuer... issuers) {
    return on(0, issuers);
  }

  /** The same on a port. */
  public static KeySetServer on(int port, TokenIssuer... issuers) {
    return new KeySetServer(port).publish(issuers);
  }

  private void handle(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      answer.to(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  /** Has these keys from now on, and no others. */
  public KeySetServer publish(TokenIssuer... issuers) {
    return say(Stream.of(issuers).map(TokenIssuer::jwk).collect(joining(",", "{\"keys\":[", "]}")));
  }

  /** Answers with this. */
  public KeySetServer say(String body) {
    answer = exchange -> send(exchange, OK, body);
    return this;
  }

  /** Answers with a status and nothing else. */
  public KeySetServer fail(int status) {
    answer = exchange -> send(exchange, status, "");
    return this;
  }

  /** Sends whoever asks to another address. */
  public KeySetServer redirect(String address) {
    answer =
        exchange -> {
          exchange.getResponseHeaders().set("location", address);
          send(exchange, 302, "");
        };
    return this;
  }

  /** Has these keys, and answers when it is released. */
  public KeySetServer hold(TokenIssuer... issuers) {
    publish(issuers);
    Answer now = answer;
    CountDownLatch latch = new CountDownLatch(1);
    held = latch;
    answer =
        exchange -> {
          latch.await();
          now.to(exchange);
        };
    return this;
  }

  /** Answers those that it has held. */
  public void release() {
    held.countDown();
  }

  /** Does not answer. */
  public KeySetServer stall() {
    answer = _ -> closed.await();
    return this;
  }

  public String address() {
    return "http://127.0.0.1:%d/keys".formatted(server.getAddress().getPort());
  }

  /** How often it was asked. */
  public int asked() {
    return asked.get();
  }

  @Override
  public void close() {
    closed.countDown();
    release();
    server.stop(0);
    threads.close();
  }
}
