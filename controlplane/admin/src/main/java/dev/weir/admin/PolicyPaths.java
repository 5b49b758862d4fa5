package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.compiler.RightsChecks;
import dev.weir.model.JsonDocument;
import dev.weir.model.PolicyDefinition;
import dev.weir.model.PolicyFile;
import dev.weir.model.PolicyFolder;
import dev.weir.model.PolicyReader;
import dev.weir.model.Problem;
import dev.weir.store.FolderTurn;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * {@code /tyk/policies} and {@code /tyk/policies/ID}: the files of the policies. One with an error
 * is refused and not written. For all threads.
 */
final class PolicyPaths {
  private static final String OTHER_ID =
      "Request ID does not match that in policy! For Update operations these must match.";

  private final PolicyFiles files;
  private final RightsChecks rights;
  private final Supplier<List<Problem>> written;

  /**
   * @param written told of each change of a file; says what keeps it from being served as it is
   */
  PolicyPaths(PolicyFiles files, RightsChecks rights, Supplier<List<Problem>> written) {
    this.files = files;
    this.rights = rights;
    this.written = written;
  }

  ControlAnswer answer(ControlRequest request) {
    return switch (request.path().size()) {
      case 1 -> all(request);
      case 2 -> one(request, request.path().get(1));
      default -> ControlApi.notFound();
    };
  }

  private ControlAnswer all(ControlRequest request) {
    return switch (request.method()) {
      case "GET" -> inTurn(request, this::list);
      case "POST" -> write(null, request, "added");
      default -> ControlApi.methodNotAllowed();
    };
  }

  private ControlAnswer one(ControlRequest request, String id) {
    if (!PolicyReader.isId(id)) {
      return ControlAnswer.error(400, "Invalid Policy ID");
    }
    return switch (request.method()) {
      case "GET" -> inTurn(request, () -> policy(id));
      case "POST" -> write(id, request, "added");
      case "PUT" -> write(id, request, "modified");
      case "DELETE" -> changed(request, () -> delete(request, id));
      default -> ControlApi.methodNotAllowed();
    };
  }

  private ControlAnswer list() {
    PolicyFolder now = files.now();
    return now.isUnreadable()
        ? unreadable(now)
        : ControlAnswer.ok(
            now.policies().values().stream()
                .map(policy -> policy.settings().document())
                .collect(joining(",", "[", "]")));
  }

  private ControlAnswer policy(String id) {
    PolicyFolder now = files.now();
    if (now.isUnreadable()) {
      return unreadable(now);
    }
    PolicyDefinition policy = now.policies().get(id);
    return policy == null
        ? ControlAnswer.error(404, "Policy not found")
        : ControlAnswer.ok(policy.settings().document()).at(policy.settings().document());
  }

  /** Nobody is to take it for a gateway without policies, or without this one. */
  private static ControlAnswer unreadable(PolicyFolder folder) {
    return ControlAnswer.error(
        500, "policies cannot be read, those that were read last count", folder.wholeProblems());
  }

  private ControlAnswer changed(ControlRequest request, FolderTurn.Work<ControlAnswer> work) {
    String obstacle = files.obstacle();
    return obstacle == null
        ? inTurn(request, () -> files.isUnreadable() ? StoreAnswers.unreadable() : work.run())
        : ControlAnswer.error(500, obstacle);
  }

  /** The folder is read and written as one, whichever gateways write to it. */
  private ControlAnswer inTurn(ControlRequest request, FolderTurn.Work<ControlAnswer> work) {
    boolean isRead = request.method().equals("GET") || request.isDryRun();
    try {
      return isRead ? files.turn().look(work) : files.turn().change(work);
    } catch (IOException e) {
      return StoreAnswers.failed(e);
    }
  }

  /**
   * @param wanted the id in the path, which a policy without one gets; null for none
   */
  private ControlAnswer write(@Nullable String wanted, ControlRequest request, String action) {
    return changed(
        request,
        () -> {
          String text =
              wanted == null ? request.body() : PolicyReader.withId(request.body(), wanted);
          PolicyFile read = files.read(wanted == null ? "new" : wanted, text);
          ControlAnswer refused = refused(wanted, read);
          PolicyDefinition policy = read.definition();
          if (refused != null || policy == null) {
            return refused == null
                ? ControlAnswer.error(400, "Request malformed", read.problems())
                : refused;
          }
          List<Problem> patterns = rights.patterns(policy.settings());
          return patterns.isEmpty()
              ? write(request, policy, read.problems(), text, action)
              : ControlAnswer.error(400, "Request malformed", patterns);
        });
  }

  private ControlAnswer write(
      ControlRequest request,
      PolicyDefinition policy,
      List<Problem> warnings,
      String text,
      String action)
      throws IOException {
    String id = policy.id();
    List<String> rivals = files.rivals(id);
    if (!rivals.isEmpty()) {
      return ControlAnswer.error(
          409,
          "%s have the same id, and nobody knows which counts: remove all but one by hand, and reload"
              .formatted(String.join(" and ", rivals)));
    }
    PolicyDefinition old = files.policies().get(id);
    if (!request.isAbout(tag(id, old))) {
      return changed(request, id, old);
    }
    if (PolicyReader.isTooLarge(text)) {
      return Old.tooLarge();
    }
    if (request.isDryRun()) {
      JsonDocument before = old == null ? null : JsonDocument.of(old.settings());
      List<String> changes = JsonDocument.of(policy.settings()).changesFrom(before);
      return ControlAnswer.planned(action, changes, warnings);
    }
    files.write(id, text);
    return ControlAnswer.done(id, action)
        .with(warnings, written.get())
        .at(policy.settings().document());
  }

  /** Of what a write takes the place of; null for nothing. */
  private @Nullable String tag(String id, @Nullable PolicyDefinition old) {
    if (old == null) {
      return files.isHeld(id) ? ControlAnswer.tag("") : null;
    }
    return ControlAnswer.tag(old.settings().document());
  }

  private ControlAnswer changed(ControlRequest request, String id, @Nullable PolicyDefinition old) {
    return old == null && files.isHeld(id) ? Old.broken() : Old.changed(request);
  }

  /** What is wrong with the id; null for nothing. */
  private static @Nullable ControlAnswer refused(@Nullable String wanted, PolicyFile read) {
    String id = read.id();
    if (id == null) {
      boolean lacksIt = read.problems().stream().anyMatch(problem -> problem.path().equals("id"));
      return lacksIt ? ControlAnswer.error(400, "Unable to create policy without id.") : null;
    }
    if (!PolicyReader.isId(id)) {
      return ControlAnswer.error(400, "Invalid Policy ID");
    }
    return wanted == null || wanted.equals(id) ? null : ControlAnswer.error(400, OTHER_ID);
  }

  private ControlAnswer delete(ControlRequest request, String id) throws IOException {
    if (!files.has(id)) {
      return request.isAbout(null)
          ? ControlAnswer.error(500, "Delete failed")
          : Old.changed(request);
    }
    PolicyDefinition old = files.policies().get(id);
    if (!request.isAbout(tag(id, old))) {
      return changed(request, id, old);
    }
    if (request.isDryRun()) {
      return ControlAnswer.wouldDelete(id);
    }
    files.delete(id);
    return ControlAnswer.done(id, "deleted").with(written.get());
  }
}
