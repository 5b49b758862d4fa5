package dev.weir.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The metrics of a gateway at one moment.
 *
 * @param page as it was served
 * @param values by their names with labels, as they stand on the page
 */
record Metrics(HttpResponse<String> page, Map<String, Double> values) {

  /** Reads them from the port that they are served on. */
  static Metrics at(int port) {
    return at(port, "");
  }

  /** The same for a client that accepts this. */
  static Metrics at(int port, String accept) {
    HttpResponse<String> page = get(port, "/metrics", accept);
    return new Metrics(
        page,
        page.body()
            .lines()
            .filter(line -> !line.startsWith("#"))
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.lastIndexOf(' ')),
                    line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))));
  }

  static HttpResponse<String> get(int port, String path, String accept) {
    URI address = URI.create("http://127.0.0.1:" + port + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(address);
    if (!accept.isEmpty()) {
      request.header("Accept", accept);
    }
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(address.toString(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** A value; 0 for one that is not there. */
  double get(String name) {
    return values.getOrDefault(name, 0.0);
  }

  /** How often this reason was counted, by whatever counter has it. */
  double counted(String side, String reason) {
    return get("weir_peer_faults_total{reason=\"" + reason + "\",side=\"" + side + "\"}")
        + get("weir_calls_refused_total{reason=\"" + reason + "\"}")
        + get("weir_connections_refused_total{reason=\"" + reason + "\"}");
  }
}
