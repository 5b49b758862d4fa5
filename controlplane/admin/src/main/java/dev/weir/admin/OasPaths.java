package dev.weir.admin;

import dev.weir.model.OasDocument;
import java.util.List;
import java.util.Map;

/**
 * {@code /tyk/apis/oas} and what is below it: the APIs that were written as OAS documents. For all
 * threads.
 */
final class OasPaths {
  private static final List<String> VERSIONS =
      List.of("base_api_id", "base_api_version_name", "new_version_name", "set_default");
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
      return ControlApi.notFound();
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
    Map<String, String> query = request.query();
    if (VERSIONS.stream().anyMatch(query::containsKey)) {
      return ControlAnswer.error(422, "Versions of OAS APIs are not available in this build");
    }
    return OasDocument.hasExtension(request.body())
        ? apis.answer(request)
        : ControlAnswer.error(400, "the payload should contain x-tyk-api-gateway");
  }

  /**
   * Replaces a document, but for what it says of the gateway if the new one says nothing of it. Tyk
   * makes that of parameters too, which is not done here.
   */
  private ControlAnswer patch(ControlRequest request, String id) {
    if (request.query().keySet().stream().anyMatch(name -> !name.equals(ControlRequest.DRY_RUN))) {
      return ControlAnswer.error(
          400, "PATCH by parameters is not available in this build, write x-tyk-api-gateway");
    }
    if (OasDocument.hasExtension(request.body())) {
      return apis.answer(request.asPut(request.body()));
    }
    return apis.inTurn(() -> {
      String old = apis.written(id).orElse("");
      return apis.answer(request.asPut(OasDocument.withExtensionsOf(request.body(), old)));
    });
  }
}
