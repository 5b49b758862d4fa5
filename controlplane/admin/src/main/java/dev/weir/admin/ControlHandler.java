package dev.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.Secret;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets whoever knows the secret through to the control API, and writes a line for each request,
 * also for those of others. For all threads.
 */
final class ControlHandler implements Handler {
  private static final HeaderName AUTHORIZATION = HeaderNames.create("X-Tyk-Authorization");
  private static final int MAX_BODY_BYTES = 8 << 20;
  private static final byte[] NONE = {};

  /** Who stops in the middle of a body holds up others who write for no longer. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(ControlHandler.class);

  private final byte[] secret;
  private final WriteBudget budget = new WriteBudget();
  private volatile @Nullable ControlApi api;

  /**
   * @param secret not empty
   */
  ControlHandler(Secret secret) {
    if (!secret.isSet()) {
      throw new IllegalArgumentException("an empty secret would let everybody in");
    }
    this.secret = secret.text().getBytes(UTF_8);
  }

  /** Answers by this from now on. */
  void serve(ControlApi served) {
    api = served;
  }

  @Override
  public void handle(ServerRequest request, ServerResponse response) {
    long begin = System.nanoTime();
    ControlAnswer answer =
        knowsTheSecret(request)
            ? budget.answer(request, () -> answer(request))
            : ControlAnswer.error(
                403, "Attempted administrative access with invalid or missing key!");
    audit(request, answer, Duration.ofNanos(System.nanoTime() - begin));
    send(answer, response.status(Status.create(answer.status())));
  }

  private static void send(ControlAnswer answer, ServerResponse response) {
    if (!answer.tag().isEmpty()) {
      response.header(HeaderNames.ETAG, answer.tag());
    }
    if (answer.pieces() != null) {
      send(answer.pieces(), response.header(HeaderValues.CONTENT_TYPE_JSON));
    } else if (answer.json().isEmpty()) {
      // Helidon tells a length of 0, which is not that of the 200 (RFC 9110, 8.6).
      response.beforeSend(() -> response.headers().remove(HeaderNames.CONTENT_LENGTH));
      response.send();
    } else {
      response.header(HeaderValues.CONTENT_TYPE_JSON).send(answer.json());
    }
  }

  /** One that fails is left as it is, so that nobody takes what has left for the whole. */
  private static void send(ControlAnswer.Pieces pieces, ServerResponse response) {
    try {
      OutputStream out = response.outputStream();
      pieces.writeTo(out);
      out.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean knowsTheSecret(ServerRequest request) {
    byte[] told = request.headers().first(AUTHORIZATION).orElse("").getBytes(UTF_8);
    return MessageDigest.isEqual(secret, told);
  }

  private ControlAnswer answer(ServerRequest request) {
    List<String> path = path(request);
    ControlApi served = api;
    if (served == null) {
      return ControlAnswer.error(503, "The gateway is starting");
    }
    if (path.isEmpty()) {
      return ControlApi.notFound();
    }
    try {
      byte[] body = body(request);
      if (body.length > MAX_BODY_BYTES) {
        return ControlAnswer.error(413, "Request body is too large, 8 MiB are allowed");
      }
      var asked =
          new ControlRequest(
              request.prologue().method().text(),
              path.subList(1, path.size()),
              query(request),
              UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString(),
              new Preconditions(
                  all(request, HeaderNames.IF_MATCH), all(request, HeaderNames.IF_NONE_MATCH)));
      String unclear = unclear(request, asked);
      return unclear == null
          ? asked.shown(served.answer(path.getFirst(), asked))
          : ControlAnswer.error(400, unclear);
    } catch (CharacterCodingException e) {
      return ControlAnswer.error(400, "Request malformed, its body is not UTF-8");
    } catch (BodyDeadline.Late e) {
      return ControlAnswer.error(
          504, "The body of the request has not come within a minute, nothing was done");
    } catch (IOException e) {
      return ControlAnswer.error(400, "Request malformed");
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("a fault of the control API");
      return ControlAnswer.error(500, "a fault of the gateway, its log has it");
    }
  }

  /** Not more than tells whether it is too long. */
  private static byte[] body(ServerRequest request) throws IOException {
    if (!request.content().hasEntity()) {
      return NONE;
    }
    return BodyDeadline.read(request.content().inputStream(), MAX_BODY_BYTES + 1, PATIENCE);
  }

  private static List<String> path(ServerRequest request) {
    return Arrays.stream(request.path().path().split("/", -1))
        .filter(segment -> !segment.isEmpty())
        .toList();
  }

  /** Nobody can tell which of two values of a parameter is meant. */
  private static @Nullable String unclear(ServerRequest request, ControlRequest asked) {
    return request.query().names().stream()
        .filter(name -> request.query().all(name).size() > 1)
        .map(name -> name + " is there more than once, nothing was done")
        .findFirst()
        .orElseGet(asked::unclear);
  }

  /** Of all lines; null for none. */
  private static @Nullable String all(ServerRequest request, HeaderName name) {
    return request.headers().contains(name)
        ? String.join(",", request.headers().get(name).allValues())
        : null;
  }

  private static Map<String, String> query(ServerRequest request) {
    Map<String, String> query = new HashMap<>();
    request
        .query()
        .names()
        .forEach(name -> query.put(name, request.query().first(name).orElse("")));
    return query;
  }

  /** The path without the names of keys, which are tokens or parts of them. */
  private static String told(List<String> path) {
    int name = path.size() > 2 && path.get(1).equals("keys") ? 2 : path.size();
    return "/" + String.join("/", path.subList(0, name)) + (name < path.size() ? "/***" : "");
  }

  private static void audit(ServerRequest request, ControlAnswer answer, Duration took) {
    LOG.atInfo()
        .addKeyValue("method", request.prologue().method().text())
        .addKeyValue("path", told(path(request)))
        .addKeyValue("status", answer.status())
        .addKeyValue("ms", took.toMillis())
        .addKeyValue(
            "client", request.headers().first(HeaderNames.X_FORWARDED_FOR).orElse("unknown"))
        .log("control API");
  }
}
