package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who knows the secret of the control API.
 *
 * @param port of the gateway
 */
record Operator(int port) {
  static final String SECRET = "a secret of the test";

  /** Keys of a gateway of which everything can be read and written, and further ones. */
  static Map<String, Object> configuration(Map<String, Object> further) {
    var keys = new LinkedHashMap<String, Object>(further);
    keys.put("secret", SECRET);
    keys.put("enable_hashed_keys_listing", true);
    keys.put("policies", Map.of("policy_source", "file", "policy_path", "policies"));
    return keys;
  }

  /**
   * What came back.
   *
   * @param length that was told; empty for none
   */
  record Answer(int status, String body, String tag, String length) {

    /** A text of a successful answer. */
    String member(String name) {
      assertThat(status).as(body).isEqualTo(200);
      return body.replaceAll(".*\"" + name + "\":\"([^\"]*)\".*", "$1");
    }
  }

  /** Asks for something. */
  Answer ask(String method, String path, String body) {
    return ask(method, path, body, "");
  }

  /**
   * Asks for something to be done to what has a tag.
   *
   * @param path below {@code /tyk}
   * @param body with ' in place of "
   * @param tag empty for any
   */
  Answer ask(String method, String path, String body, String tag) {
    return askAt(method, "/tyk" + path, body, tag);
  }

  /** The same for a path from the root on. */
  Answer askAt(String method, String path, String body, String tag) {
    return send(method, path, json(body).getBytes(UTF_8), tag.isEmpty() ? List.of() : List.of(tag));
  }

  /**
   * The same for anything.
   *
   * @param path from the root on
   * @param tags a line for each
   */
  Answer send(String method, String path, byte[] body, List<String> tags) {
    return send(method, path, body, "If-Match", tags);
  }

  /** What is read by who has something already. */
  Answer getUnless(String path, String... tags) {
    return send("GET", "/tyk" + path, new byte[0], "If-None-Match", List.of(tags));
  }

  /** What is written where nothing like this is there. */
  Answer askUnless(String method, String path, String body, String tag) {
    return send(method, "/tyk" + path, json(body).getBytes(UTF_8), "If-None-Match", List.of(tag));
  }

  private Answer send(
      String method, String path, byte[] body, String condition, List<String> tags) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("x-tyk-authorization", SECRET)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    // One for each request: no connection is left when the gateway is looked at.
    try (var http = HttpClient.newHttpClient()) {
      tags.forEach(tag -> request.header(condition, tag));
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          response.statusCode(),
          response.body(),
          response.headers().firstValue("etag").orElse(""),
          response.headers().firstValue("content-length").orElse(""));
    } catch (IOException e) {
      throw new AssertionError(path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  Answer get(String path) {
    return ask("GET", path, "");
  }

  Answer delete(String path) {
    return ask("DELETE", path, "");
  }

  static String json(String text) {
    return text.replace('\'', '"');
  }
}
