package dev.weir.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers that an API has written out, in the place of those of its servers.
 *
 * @param entries of which the first that a path is on counts
 */
public record MockResponses(List<Mock> entries) {
  static final MockResponses NONE = new MockResponses(List.of());

  public MockResponses {
    entries = List.copyOf(entries);
  }

  /** Whether all is answered by servers. */
  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /**
   * What some paths are answered with.
   *
   * @param code of HTTP
   * @param body as it is sent by HTTP; where the answer {@link #isGrpc}, a message in base64
   * @param headers by their names in lower case
   */
  public record Mock(PathLists.Entry paths, int code, String body, Map<String, String> headers) {
    public Mock {
      headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Whether it is written as one of gRPC, by its {@code content-type}. */
    public boolean isGrpc() {
      return headers.getOrDefault("content-type", "").startsWith("application/grpc");
    }
  }
}
