package dev.weir.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gets documents by HTTP, from servers that need not mean well: not from another address than the
 * one that was asked for, no more than 1 MiB, and not for longer than five seconds. For all
 * threads.
 */
public final class HttpFetch implements Fetch, AutoCloseable {
  static final int MOST_BYTES = 1 << 20;
  private static final int OK = 200;
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration WHOLE = Duration.ofSeconds(5);

  private final ReentrantLock making = new ReentrantLock();
  private @Nullable HttpClient client;

  @Override
  public String get(URI address) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(WHOLE)
            .header("accept", "application/jwk-set+json, application/json")
            .build();
    CompletableFuture<HttpResponse<byte[]>> asked =
        client().sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    try {
      HttpResponse<byte[]> answer = asked.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
      if (answer.statusCode() != OK) {
        throw new IOException("it answers with status " + answer.statusCode());
      }
      return new String(answer.body(), UTF_8);
    } catch (TimeoutException e) {
      throw new IOException("it takes longer than %d s".formatted(WHOLE.toSeconds()), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new IOException(cause == null ? "it failed" : words(cause), cause);
    } finally {
      asked.cancel(true);
    }
  }

  private static String words(Throwable cause) {
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /** Threads come with it, which a gateway without key sets does not need. */
  private HttpClient client() {
    making.lock();
    try {
      HttpClient known = client;
      if (known == null) {
        known =
            HttpClient.newBuilder()
                .followRedirects(Redirect.NEVER)
                .connectTimeout(CONNECT)
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
        client = known;
      }
      return known;
    } finally {
      making.unlock();
    }
  }

  @Override
  public void close() {
    making.lock();
    try {
      if (client != null) {
        client.shutdownNow();
      }
    } finally {
      making.unlock();
    }
  }
}
