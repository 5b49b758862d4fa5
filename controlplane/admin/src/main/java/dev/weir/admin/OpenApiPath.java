package dev.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code /weir/v1/openapi.json}: the control API as an OpenAPI document. For all threads. */
final class OpenApiPath {
  private static final String RESOURCE = "openapi.json";

  private OpenApiPath() {}

  static ControlAnswer answer(ControlRequest request) {
    return request.method().equals("GET")
        ? ControlAnswer.ok(document())
        : ControlApi.methodNotAllowed();
  }

  /** Read each time, since it is asked for once in a while. */
  private static String document() {
    try (InputStream document = OpenApiPath.class.getResourceAsStream(RESOURCE)) {
      if (document == null) {
        throw new IllegalStateException(RESOURCE + " is not in the archive");
      }
      return new String(document.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
