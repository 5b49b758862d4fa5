package dev.weir.admin;

import dev.weir.model.OasDocument;
import dev.weir.model.Reading;
import java.util.List;
import java.util.Optional;

/**
 * {@code /tyk/apis/oas} and what is below it: the APIs that were written as OAS documents. For all
 * threads.
 */
final class OasPaths {
  private static final int OF_ONE = 2;

  private final ApiPaths apis;
  private final ApiPaths published;

  OasPaths(ApiPaths classic) {
    this.apis = classic.in(ApiFormat.OAS);
    this.published = classic.in(ApiFormat.PUBLIC_OAS);
  }

  /**
   * @param request its path begins with {@code oas}
   */
  ControlAnswer answer(ControlRequest request) {
    List<String> path = request.path();
    if (path.getLast().equals("export") && path.size() <= OF_ONE + 1) {
      return request.method().equals("GET")
          ? read(request.at(path.subList(0, path.size() - 1)))
          : ControlApi.methodNotAllowed();
    }
    if (path.getLast().equals("import") && path.size() == OF_ONE) {
      return request.method().equals("POST") ? take(request) : ControlApi.methodNotAllowed();
    }
    return switch (request.method()) {
      case "GET" -> read(request);
      case "POST" -> path.size() <= OF_ONE ? write(request) : apis.answer(request);
      case "PUT" -> path.size() == OF_ONE ? write(request) : apis.answer(request);
      case "PATCH" -> path.size() == OF_ONE ? patch(request, path.getLast()) : apis.answer(request);
      default -> apis.answer(request);
    };
  }

  private ControlAnswer read(ControlRequest request) {
    return ("public".equals(request.query().get("mode")) ? published : apis).answer(request);
  }

  private ControlAnswer write(ControlRequest request) {
    Optional<ControlAnswer> refusal = NewVersion.refusal(request);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    return OasDocument.hasExtension(request.body())
        ? apis.answer(request)
        : ControlAnswer.error(400, "the payload should contain x-tyk-api-gateway");
  }

  /** An OpenAPI document with what its parameters make of it is written as any other. */
  private ControlAnswer take(ControlRequest request) {
    if (OasDocument.hasExtension(request.body())) {
      return ControlAnswer.error(400, "the import payload should not contain x-tyk-api-gateway");
    }
    if (OasDocument.hasOwn(request.body())) {
      return ControlAnswer.error(400, "the import payload should not contain x-weir");
    }
    OasQuery query = OasQuery.of(request, true);
    return NewVersion.elsewhere(request)
        .or(query::refusal)
        .orElseGet(() ->
            written(
                request.at(List.of("oas")), "POST", query.parameters().imported(request.body())));
  }

  /**
   * Replaces a document, but for what it says of the gateway if the new one says nothing of it, and
   * then what parameters say. Without a new one the old one is changed.
   */
  private ControlAnswer patch(ControlRequest request, String id) {
    OasQuery query = OasQuery.of(request, false);
    return NewVersion.elsewhere(request)
        .or(query::refusal)
        .orElseGet(() ->
            apis.inTurn(
                request,
                () -> {
                  String text = patched(request.body(), apis.written(id).orElse(""), query);
                  return query.given().isEmpty() || !OasDocument.hasExtension(text)
                      ? apis.answer(request.as("PUT", text))
                      : written(request, "PUT", query.parameters().patched(text));
                }));
  }

  private static String patched(String body, String old, OasQuery query) {
    if (body.isBlank() && !query.given().isEmpty()) {
      return old;
    }
    return OasDocument.hasExtension(body) ? body : OasDocument.withExtensionsOf(body, old);
  }

  private ControlAnswer written(ControlRequest request, String method, Reading<String> made) {
    String text = made.value();
    return text == null
        ? ControlAnswer.error(400, "Request malformed", made.problems())
        : apis.answer(request.as(method, text));
  }
}
