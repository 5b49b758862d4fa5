package dev.weir.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** G4: what a server of key sets can do to the gateway, which is nothing. */
class HttpFetchTest {
  private final HttpFetch fetch = new HttpFetch();
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer server;
  private int status = 200;
  private String body = "{}";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    fetch.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.incrementAndGet();
    try (exchange) {
      exchange.getResponseHeaders().set("location", "/elsewhere");
      byte[] bytes = body.getBytes(US_ASCII);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private String get() throws IOException, InterruptedException {
    return fetch.get(
        URI.create("http://127.0.0.1:%d/keys".formatted(server.getAddress().getPort())));
  }

  @Test
  void whatIsThereIsRead() throws Exception {
    assertThat(get()).isEqualTo("{}");
    body = "x".repeat(HttpFetch.MOST_BYTES);
    assertThat(get()).hasSize(HttpFetch.MOST_BYTES);
  }

  @Test
  void whatIsTooLargeIsNot() {
    body = "x".repeat(HttpFetch.MOST_BYTES + 1);
    assertThatThrownBy(this::get).isInstanceOf(IOException.class);
  }

  @Test
  void nobodyIsSentToAnotherAddress() {
    status = 302;
    assertThatThrownBy(this::get).hasMessageContaining("302");
    assertThat(asked).hasValue(1);
  }

  @Test
  void whoDoesNotListenIsNoAnswer() {
    server.stop(0);
    assertThatThrownBy(this::get).isInstanceOf(IOException.class);
  }
}
