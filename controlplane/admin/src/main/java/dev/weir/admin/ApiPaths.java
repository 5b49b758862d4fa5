package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.compiler.ApiStatus;
import dev.weir.compiler.Deployment;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFile;
import dev.weir.model.ApiReader;
import dev.weir.model.JsonDocument;
import dev.weir.model.OasExport;
import dev.weir.model.OasHalf;
import dev.weir.model.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /tyk/apis}, {@code /tyk/apis/ID} and {@code /tyk/apis/ID/versions}: what is served, and
 * the files of what is to be served after the next reload. A definition that could not be served is
 * refused and not written. For all threads.
 */
final class ApiPaths {
  private static final String OTHER_ID =
      "Request APIID does not match that in Definition! For Update operations these must match.";

  private static final String CHANGED =
      "It was changed since, read it again, after a reload if that has not been served";

  private static final String UNCLEAR = "Nobody can tell what is there";

  private final Deployment deployment;
  private final ApiFiles files;
  private final Supplier<List<Problem>> written;
  private final ApiFormat format;
  private final VersionFiles versions;

  /**
   * @param written told of each change of a file; says what keeps it from being served as it is
   */
  ApiPaths(Deployment deployment, ApiFiles files, Supplier<List<Problem>> written) {
    this(deployment, files, written, ApiFormat.CLASSIC);
  }

  private ApiPaths(
      Deployment deployment, ApiFiles files, Supplier<List<Problem>> written, ApiFormat format) {
    this.deployment = deployment;
    this.files = files;
    this.written = written;
    this.format = format;
    this.versions = new VersionFiles(deployment, files);
  }

  /** The same folder by definitions of another format. */
  ApiPaths in(ApiFormat other) {
    return new ApiPaths(deployment, files, written, other);
  }

  ControlAnswer answer(ControlRequest request) {
    return switch (request.path().size()) {
      case 1 -> all(request);
      case 2 -> one(request, request.path().get(1));
      case 3 ->
          request.path().get(2).equals("versions")
              ? versions(request, request.path().get(1))
              : ControlApi.notFound();
      default -> ControlApi.notFound();
    };
  }

  private ControlAnswer all(ControlRequest request) {
    return switch (request.method()) {
      case "GET" -> ControlAnswer.ok(list());
      case "POST" -> files.inTurn(request, () -> write(null, request, "added"));
      default -> ControlApi.methodNotAllowed();
    };
  }

  private ControlAnswer one(ControlRequest request, String id) {
    if (!ApiFiles.isId(id)) {
      return ControlAnswer.error(400, "Invalid API ID");
    }
    return switch (request.method()) {
      case "GET" -> known(id).map(this::shown).orElseGet(ApiPaths::notFound);
      case "POST" -> files.inTurn(request, () -> write(id, request, "added"));
      case "PUT" ->
          files.inTurn(request, () -> isThere(id) ? write(id, request, "modified") : notFound());
      case "DELETE" -> files.inTurn(request, () -> isThere(id) ? delete(request, id) : notFound());
      default -> ControlApi.methodNotAllowed();
    };
  }

  private ControlAnswer shown(ApiDefinition api) {
    String document = format.document(api);
    return document.isEmpty()
        ? ControlAnswer.error(
            400,
            "the requested API definition is in Tyk classic format, please use old api endpoint")
        : ControlAnswer.ok(document).at(document);
  }

  private ControlAnswer versions(ControlRequest request, String id) {
    if (!request.method().equals("GET")) {
      return ControlApi.methodNotAllowed();
    }
    return served(id)
        .map(api -> ControlAnswer.ok(ApiVersionsJson.of(api, request.query(), this::served)))
        .orElseGet(ApiPaths::notFound);
  }

  private static ControlAnswer notFound() {
    return ControlAnswer.error(404, "API not found");
  }

  private String list() {
    return deployment.now().apis().stream()
        .filter(status -> !(status instanceof ApiStatus.Refused))
        .map(status -> format.document(status.api()))
        .filter(document -> !document.isEmpty())
        .collect(joining(",", "[", "]"));
  }

  private Optional<ApiDefinition> served(String id) {
    return Optional.ofNullable(deployment.now().definitions().get(id));
  }

  /** What a reload would not bring to life either counts as what there is. */
  private Optional<ApiDefinition> known(String id) {
    return served(id)
        .or(() -> refused(id))
        .or(() ->
            files.existing(id).map(ApiFile::definition).filter(definition -> !definition.active()));
  }

  private Optional<ApiDefinition> refused(String id) {
    return deployment.now().apis().stream()
        .filter(ApiStatus.Refused.class::isInstance)
        .map(ApiStatus::api)
        .filter(api -> api.apiId().equals(id))
        .findFirst();
  }

  /** Whether it is served, or in a file, good or bad. */
  private boolean isThere(String id) {
    return served(id).isPresent() || files.existing(id).isPresent() || files.torn(id).isPresent();
  }

  /**
   * @param wanted the id in the path; null for none
   */
  private ControlAnswer write(@Nullable String wanted, ControlRequest request, String action)
      throws IOException {
    Optional<ControlAnswer> refusal = NewVersion.refusal(request);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    if (files.isUnreadable()) {
      return StoreAnswers.unreadable();
    }
    String text = wanted == null ? format.withId(request.body(), ApiFiles.newId()) : request.body();
    ApiFile read = files.read(format, wanted == null ? "new" : wanted, text);
    String id = read.apiId();
    if (wanted != null && id == null && isOfAnotherFormat(wanted, text)) {
      return format.otherMeant();
    }
    if (wanted != null && !wanted.equals(id)) {
      return id == null && read.hasErrors()
          ? ControlAnswer.error(400, "Request malformed", read.problems())
          : ControlAnswer.error(400, OTHER_ID);
    }
    if (id != null && !ApiFiles.isId(id)) {
      return ControlAnswer.error(400, "Invalid API ID");
    }
    List<Problem> unclear = id == null ? List.of() : files.unclear(id);
    if (!unclear.isEmpty()) {
      return ControlAnswer.error(500, UNCLEAR, unclear);
    }
    if (id != null && isOfAnotherFormat(id, text)) {
      return format.otherMeant();
    }
    ApiDefinition api = read.definition();
    List<Problem> problems = api == null ? read.problems() : check(api);
    if (api == null || !problems.isEmpty()) {
      return ControlAnswer.error(400, "Request malformed", problems);
    }
    VersionFiles.Plan plan =
        NewVersion.of(request)
            .map(version -> versions.plan(version, api))
            .orElse(VersionFiles.Plan.NOTHING);
    return plan.refusal() == null
        ? replace(request, api, read, text, action, plan.change())
        : plan.refusal();
  }

  /** A classic definition that says that it was made of a document would bring that to life. */
  private boolean isOfAnotherFormat(String id, String text) {
    return (format == ApiFormat.CLASSIC && OasHalf.of(text) == OasHalf.MADE)
        || files.existing(id).filter(file -> ApiFiles.format(file) != format).isPresent();
  }

  /**
   * @param base the other file that is changed with it; null for none
   */
  private ControlAnswer replace(
      ControlRequest request,
      ApiDefinition api,
      ApiFile read,
      String text,
      String action,
      VersionFiles.@Nullable Change base)
      throws IOException {
    files.lookAgain(); // the check before has taken long, and conditions are about what goes
    if (files.isUnreadable()) {
      return StoreAnswers.unreadable();
    }
    Optional<String> old =
        files.existing(api.apiId()).or(() -> files.torn(api.apiId())).map(this::document);
    if (!request.isAbout(old.map(ControlAnswer::tag).orElse(null))) {
      return changed(request, old.orElse(null));
    }
    if (base != null && !versions.isCurrent(base)) {
      return ControlAnswer.error(412, base.text().api().apiId() + ": " + CHANGED);
    }
    if (ApiReader.isTooLarge(text) || ApiReader.isTooLarge(api.settings().document())) {
      return Old.tooLarge();
    }
    ControlAnswer unreadable = Old.unreadable(JsonDocument.of(api.settings()));
    if (unreadable != null) {
      return unreadable;
    }
    List<Problem> warnings = new ArrayList<>(read.problems());
    if (base != null) {
      warnings.addAll(base.warnings());
    }
    if (request.isDryRun()) {
      JsonDocument before = old.flatMap(JsonDocument::of).orElse(null);
      return ControlAnswer.planned(
          action,
          JsonDocument.of(format.document(api)).orElse(JsonDocument.EMPTY).changesFrom(before),
          warnings);
    }
    var own = new ApiFiles.Text(format, api, text);
    files.write(base == null ? List.of(own) : List.of(own, base.text()));
    return ControlAnswer.done(api.apiId(), action)
        .with(warnings, written.get())
        .at(format.document(api));
  }

  /**
   * @param old as {@link #document} tells it; null for none
   */
  private static ControlAnswer changed(ControlRequest request, @Nullable String old) {
    return old != null && old.isEmpty() ? Old.broken() : Old.changed(request, CHANGED);
  }

  /** What a file says, as {@code GET} would tell it; empty for one that says nothing. */
  private String document(ApiFile file) {
    ApiDefinition api = file.definition();
    return api == null ? "" : format.document(api);
  }

  /** An API that is served as an OAS document, whatever it was written as. */
  ControlAnswer asOas(String id) {
    Optional<ApiDefinition> found = served(id);
    if (found.isEmpty()) {
      return notFound();
    }
    ApiDefinition api = found.get();
    OasExport export = files.export(api);
    List<Problem> problems =
        export.lost().stream()
            .map(part -> api.settings().error(part, "cannot be said in an OAS document", null))
            .toList();
    return problems.isEmpty()
        ? ControlAnswer.ok(api.settings().oasDocument().orElse(export.document()))
        : ControlAnswer.error(422, "It would be another API as an OAS document", problems);
  }

  /** The folder is read, checked and written as one. */
  ControlAnswer inTurn(ControlRequest request, ApiFiles.Work work) {
    return files.inTurn(request, work);
  }

  /** What the file of an API says. */
  Optional<String> written(String id) {
    return files.existing(id).map(this::document);
  }

  /** What would keep it, or others of the folder, from being served because of it. */
  private List<Problem> check(ApiDefinition api) {
    List<ApiDefinition> before = files.read().definitions();
    List<ApiDefinition> after = new ArrayList<>(before);
    after.removeIf(other -> other.apiId().equals(api.apiId()));
    if (api.active()) {
      after.add(api);
    }
    return deployment.check(before, after, api.apiId());
  }

  private ControlAnswer delete(ControlRequest request, String id) throws IOException {
    if (files.isUnreadable()) {
      return StoreAnswers.unreadable();
    }
    Optional<ApiFile> old = files.existing(id).or(() -> files.torn(id));
    if (old.isEmpty()) {
      return request.isAbout(null)
          ? ControlAnswer.error(500, "Delete failed")
          : changed(request, null);
    }
    List<Problem> unclear = files.unclear(id);
    if (!unclear.isEmpty()) {
      return ControlAnswer.error(500, UNCLEAR, unclear);
    }
    if (!request.isAbout(ControlAnswer.tag(document(old.get())))) {
      return changed(request, document(old.get()));
    }
    if (request.isDryRun()) {
      return ControlAnswer.wouldDelete(id);
    }
    files.delete(id, versions.without(id));
    return ControlAnswer.done(id, "deleted").with(written.get());
  }
}
