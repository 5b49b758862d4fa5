package dev.weir.admin;

import java.util.List;
import java.util.Optional;

/**
 * The version of another API that one shall be which is written, by Tyk's parameters.
 *
 * @param baseId of the other API
 * @param baseName what that itself is called; empty for the name that it has
 * @param name of the new version
 * @param byDefault whether callers who name none get it
 */
record NewVersion(String baseId, String baseName, String name, boolean byDefault) {
  private static final int UNPROCESSABLE = 422;
  private static final String BASE_ID = "base_api_id";
  private static final String BASE_NAME = "base_api_version_name";
  private static final String NAME = "new_version_name";
  private static final String DEFAULT = "set_default";
  private static final List<String> ALL = List.of(BASE_ID, BASE_NAME, NAME, DEFAULT);

  private static boolean isAskedFor(ControlRequest request) {
    return ALL.stream().anyMatch(request.query()::containsKey);
  }

  /** Empty for who asks for none. */
  static Optional<NewVersion> of(ControlRequest request) {
    return isAskedFor(request)
        ? Optional.of(
            new NewVersion(
                text(request, BASE_ID),
                text(request, BASE_NAME),
                text(request, NAME),
                text(request, DEFAULT).equals("true")))
        : Optional.empty();
  }

  /** What is answered to who asks for what cannot be followed; empty for others. */
  static Optional<ControlAnswer> refusal(ControlRequest request) {
    return isAskedFor(request) ? refusalOfAsked(request) : Optional.empty();
  }

  private static Optional<ControlAnswer> refusalOfAsked(ControlRequest request) {
    if (!request.method().equals("POST")) {
      return elsewhere(request);
    }
    if (text(request, BASE_ID).isEmpty()) {
      return unprocessable("base_api_id is missing: a version of which API is meant?");
    }
    if (text(request, NAME).isEmpty()) {
      return unprocessable("The new version name is required");
    }
    return List.of("", "true", "false").contains(text(request, DEFAULT))
        ? Optional.empty()
        : unprocessable("set_default: true or false is needed");
  }

  /** What is answered to who asks for one where none is made; empty for others. */
  static Optional<ControlAnswer> elsewhere(ControlRequest request) {
    return isAskedFor(request)
        ? unprocessable("Versions are made by POST of a definition only")
        : Optional.empty();
  }

  private static Optional<ControlAnswer> unprocessable(String message) {
    return Optional.of(ControlAnswer.error(UNPROCESSABLE, message + ", nothing was done"));
  }

  private static String text(ControlRequest request, String name) {
    return request.query().getOrDefault(name, "").strip();
  }
}
