package dev.weir.admin;

import dev.weir.compiler.Deployment;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFile;
import dev.weir.model.ApiReader;
import dev.weir.model.Problem;
import dev.weir.model.VersionApis;
import dev.weir.model.VersionedDocument;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The files of APIs that have others as versions. For the thread that has the turn. */
final class VersionFiles {
  private final Deployment deployment;
  private final ApiFiles files;

  VersionFiles(Deployment deployment, ApiFiles files) {
    this.deployment = deployment;
    this.files = files;
  }

  /**
   * A file that is to say something else.
   *
   * @param before what it has said when that was checked
   * @param warnings about what it is to say
   */
  record Change(ApiFiles.Text text, String before, List<Problem> warnings) {}

  /**
   * What is to be changed.
   *
   * @param refusal why nothing can be; null where it can
   * @param change null for nothing to change
   */
  record Plan(@Nullable ControlAnswer refusal, @Nullable Change change) {
    static final Plan NOTHING = new Plan(null, null);

    private static Plan refused(int status, String message, List<Problem> problems) {
      return new Plan(ControlAnswer.error(status, message, problems), null);
    }
  }

  /** Has an API be a version of another one. */
  Plan plan(NewVersion version, ApiDefinition child) {
    String id = version.baseId();
    Optional<ApiDefinition> base = base(id);
    if (base.isEmpty() || id.equals(child.apiId())) {
      return Plan.refused(400, id + " is not a valid Base API version", List.of());
    }
    Optional<VersionApis> there = base.get().children();
    String named = there.map(VersionApis::name).orElse("");
    if (version.baseName().isEmpty() && named.isEmpty()) {
      return Plan.refused(
          400, "you need to provide a version name for the new Base API: " + id, List.of());
    }
    if (!named.isEmpty() && !version.baseName().isEmpty() && !named.equals(version.baseName())) {
      return Plan.refused(400, "%s is called %s already".formatted(id, named), List.of());
    }
    if (there.stream()
        .flatMap(versions -> versions.all().stream())
        .anyMatch(one -> one.name().equals(version.name()) && !one.apiId().equals(child.apiId()))) {
      return Plan.refused(
          400, "%s has a version %s already".formatted(id, version.name()), List.of());
    }
    return checked(
        base.get(),
        document ->
            document.with(version.name(), child.apiId(), version.baseName(), version.byDefault()),
        child);
  }

  private interface Edit {
    String of(VersionedDocument document);
  }

  private Plan checked(ApiDefinition base, Edit edit, ApiDefinition child) {
    ApiFormat format = format(base);
    String before = format.document(base);
    String text = edited(base, edit);
    ApiFile read = files.read(format, base.apiId(), text);
    ApiDefinition api = read.definition();
    if (api == null) {
      return Plan.refused(400, "Request malformed", read.problems());
    }
    if (api.refusal().isPresent()) {
      return Plan.refused(400, api.refusal().get() + ", nothing was done", List.of());
    }
    List<Problem> problems = check(api, child);
    return problems.isEmpty()
        ? new Plan(null, new Change(new ApiFiles.Text(format, api, text), before, read.problems()))
        : Plan.refused(400, "Request malformed", problems);
  }

  private static ApiFormat format(ApiDefinition base) {
    return base.settings().oasDocument().isPresent() ? ApiFormat.OAS : ApiFormat.CLASSIC;
  }

  private static String edited(ApiDefinition base, Edit edit) {
    ApiFormat format = format(base);
    String before = format.document(base);
    return VersionedDocument.of(before, format == ApiFormat.OAS).map(edit::of).orElse(before);
  }

  /** What would keep both, or others of the folder, from being served because of it. */
  private List<Problem> check(ApiDefinition base, ApiDefinition child) {
    if (ApiReader.isTooLarge(base.settings().document())) {
      return List.of(base.settings().error("definition", "makes the file too large", null));
    }
    List<ApiDefinition> before = files.read().definitions();
    List<ApiDefinition> after = new ArrayList<>(before);
    after.removeIf(
        other -> other.apiId().equals(base.apiId()) || other.apiId().equals(child.apiId()));
    Stream.of(base, child).filter(ApiDefinition::active).forEach(after::add);
    return deployment.check(before, after, base.apiId());
  }

  private Optional<ApiDefinition> base(String id) {
    return files.existing(id).map(ApiFile::definition);
  }

  /** Whether nobody else has changed the file since it was checked. */
  boolean isCurrent(Change change) {
    return base(change.text().api().apiId())
        .map(change.text().format()::document)
        .filter(change.before()::equals)
        .isPresent();
  }

  /** What is to be written so that an API that will be gone is a version no more, as in Tyk. */
  List<ApiFiles.Text> without(String apiId) {
    List<ApiFiles.Text> texts = new ArrayList<>();
    for (ApiFile file : files.read().files()) {
      ApiDefinition base = file.definition();
      if (base != null && hasVersion(base, apiId)) {
        String text = edited(base, document -> document.without(apiId));
        ApiDefinition api = files.read(format(base), base.apiId(), text).definition();
        if (api != null) {
          texts.add(new ApiFiles.Text(format(base), api, text));
        }
      }
    }
    return texts;
  }

  private static boolean hasVersion(ApiDefinition api, String apiId) {
    return api.children().stream()
        .flatMap(versions -> versions.all().stream())
        .anyMatch(version -> version.apiId().equals(apiId));
  }
}
