package dev.weir.admin;

import dev.weir.model.OasParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The parameters of Tyk's import and {@code PATCH} of OAS documents. Each is done, or refused in
 * words: one that is not done may be what was to keep callers out.
 *
 * @param given by name, without those that are no part of a document
 * @param isImport whether nothing is there yet
 */
record OasQuery(Map<String, String> given, boolean isImport) {
  private static final String AUTHENTICATION = "authentication";
  private static final String ALLOW_LIST = "allowList";
  private static final String VALIDATE = "validateRequest";
  private static final String MOCK = "mockResponse";
  private static final int UNAVAILABLE = 422;

  private static final List<String> TEXTS =
      List.of("upstreamURL", "listenPath", "customDomain", "apiID");
  private static final List<String> SWITCHES = List.of(AUTHENTICATION, ALLOW_LIST, VALIDATE, MOCK);

  static OasQuery of(ControlRequest request, boolean isImport) {
    Map<String, String> given = new TreeMap<>();
    request.query().forEach((name, value) -> given.put(name, value.strip()));
    given.remove(ControlRequest.DRY_RUN);
    return new OasQuery(given, isImport);
  }

  /** What is answered to who asks for what is not done; empty for others. */
  Optional<ControlAnswer> refusal() {
    return given.entrySet().stream()
        .flatMap(each -> refusal(each.getKey(), each.getValue()).stream())
        .findFirst()
        .or(this::unsaid);
  }

  private Optional<ControlAnswer> refusal(String name, String value) {
    if (TEXTS.contains(name)) {
      return value.isEmpty() ? wrong(name + " is empty") : Optional.empty();
    }
    if (SWITCHES.contains(name)) {
      return value.equals("true") || value.equals("false")
          ? undone(name, value.equals("true"))
          : wrong(name + ": true or false is needed");
    }
    return switch (name) {
      case "templateID" -> unavailable("templateID: templates are");
      case "securityProcessingMode" -> unavailable("securityProcessingMode: alternatives are");
      default ->
          wrong(
              "%s is no parameter, known are %s, %s"
                  .formatted(name, String.join(", ", TEXTS), String.join(", ", SWITCHES)));
    };
  }

  private Optional<ControlAnswer> undone(String name, boolean on) {
    return switch (name) {
      case VALIDATE ->
          on ? unavailable("validateRequest: request validation is") : Optional.empty();
      case MOCK ->
          on || !isImport
              ? unavailable("mockResponse: mock responses of OpenAPI's examples are")
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  /** Nothing is open to everybody because nobody said who may call. */
  private Optional<ControlAnswer> unsaid() {
    return isImport && !given.containsKey(AUTHENTICATION)
        ? wrong(
            "authentication is missing: with true callers are asked for what security of the"
                + " document names, with false everybody may call")
        : Optional.empty();
  }

  private static Optional<ControlAnswer> wrong(String message) {
    return Optional.of(ControlAnswer.error(400, message + ", nothing was done"));
  }

  private static Optional<ControlAnswer> unavailable(String what) {
    return Optional.of(ControlAnswer.error(UNAVAILABLE, what + " not available in this build"));
  }

  /** For who is not refused. */
  OasParameters parameters() {
    return new OasParameters(
        given.getOrDefault("upstreamURL", ""),
        given.getOrDefault("listenPath", ""),
        given.getOrDefault("customDomain", ""),
        given.getOrDefault("apiID", ""),
        flag(AUTHENTICATION),
        flag(ALLOW_LIST));
  }

  private Optional<Boolean> flag(String name) {
    return Optional.ofNullable(given.get(name)).map("true"::equals);
  }
}
