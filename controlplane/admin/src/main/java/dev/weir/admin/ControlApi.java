package dev.weir.admin;

/**
 * Tyk's control API, as far as this build has it: what each path does. Without the network and
 * without authentication, which come before it. For all threads.
 */
final class ControlApi {
  private final ReloadPaths reload;
  private final ApiPaths apis;

  ControlApi(ReloadPaths reload, ApiPaths apis) {
    this.reload = reload;
    this.apis = apis;
  }

  ControlAnswer answer(ControlRequest request) {
    return switch (request.resource()) {
      case "reload" -> reload.answer(request);
      case "apis" -> apis.answer(request);
      default -> ControlAnswer.error(404, "Not Found");
    };
  }

  static ControlAnswer methodNotAllowed() {
    return ControlAnswer.error(405, "Method not supported");
  }
}
