package dev.weir.model;

import dev.weir.model.PolicyDefinition.Parts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads policies in Tyk's format. A policy with an error is left out, whatever its neighbours hold.
 */
public final class PolicyReader {

  /** What may stand in a path and be the name of a file, and leads nowhere else. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._~-]{0,199}");

  /** Whether this may be the id of a policy. */
  public static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  /** Whether the file of a policy would be too large to be read again. */
  public static boolean isTooLarge(String text) {
    return DocumentFile.isTooLarge(text);
  }

  /** The same policy with this id, if it is an object and has none. */
  public static String withId(String text, String id) {
    return JsonReader.read("", text).value() instanceof Json.Obj object && id(object).isEmpty()
        ? JsonWriter.text(object.with("id", new Json.Text(object.origin(), id)))
        : text;
  }

  /** Reads where policies are kept; nothing where no folder is there yet. */
  public PolicyFolder read(GatewayConfig.PolicySource source) {
    Path folder = source.folder();
    Path record = source.record();
    if (folder != null && Files.exists(folder)) {
      return readFolder(folder);
    }
    return folder == null && record != null
        ? readRecord(record)
        : new PolicyFolder(Path.of(""), List.of(), List.of());
  }

  /**
   * Reads every {@code *.json} of a folder, by name, as one policy each: {@code
   * policies.policy_path}. Of two files with one id the second is refused.
   */
  public PolicyFolder readFolder(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      List<Path> files =
          entries.filter(file -> file.toString().endsWith(".json")).sorted().toList();
      return new PolicyFolder(
          folder, withoutDuplicates(files.stream().map(this::read).toList()), List.of());
    } catch (NotDirectoryException e) {
      return unreadable(folder, Files.exists(folder) ? "is not a folder" : "does not exist");
    } catch (IOException | UncheckedIOException e) {
      return unreadable(folder, Files.exists(folder) ? "cannot be read" : "does not exist");
    }
  }

  private static PolicyFolder unreadable(Path folder, String what) {
    Problem problem =
        Origin.whole(folder.toString()).error("", what, "name a folder with policies");
    return new PolicyFolder(folder, List.of(), List.of(problem));
  }

  private static List<PolicyFile> withoutDuplicates(List<PolicyFile> files) {
    var first = new HashMap<String, Path>();
    var kept = new ArrayList<PolicyFile>();
    for (PolicyFile file : files) {
      PolicyDefinition policy = file.definition();
      Path other = policy == null ? null : first.putIfAbsent(policy.id(), file.path());
      kept.add(policy == null || other == null ? file : duplicate(file, policy, other));
    }
    return kept;
  }

  private static PolicyFile duplicate(PolicyFile file, PolicyDefinition policy, Path other) {
    var problems = new ArrayList<>(file.problems());
    String message = "\"" + policy.id() + "\" is the id of " + other + " too";
    problems.add(policy.settings().error("id", message, "give it its own"));
    return new PolicyFile(file.path(), policy.id(), null, problems);
  }

  /**
   * Reads one file with all policies by their ids: {@code policies.policy_record_name}. The id that
   * a policy has in itself does not count, as in Tyk.
   */
  public PolicyFolder readRecord(Path file) {
    Reading<Json> document = DocumentFile.read(file);
    var problems = new ArrayList<>(document.problems());
    var policies = new ArrayList<PolicyFile>();
    switch (document.value()) {
      case null -> {}
      case Json.Obj object ->
          object.members().forEach((id, member) -> policies.add(member(file, id, member.value())));
      case Json json ->
          problems.add(
              json.origin()
                  .error("", "is " + json.kind() + ", policies by their ids are needed", null));
    }
    return new PolicyFolder(file, policies, problems);
  }

  private static PolicyFile member(Path file, String id, Json json) {
    var problems = new ArrayList<Problem>();
    return finish(file, id, definition(id, id, json, problems), problems);
  }

  /** Reads one policy from its file. */
  public PolicyFile read(Path file) {
    return read(file, DocumentFile.readRegular(file));
  }

  /**
   * Reads one policy from its text.
   *
   * @param name what problems call it; nothing is read from there
   */
  public PolicyFile read(Path name, String text) {
    return read(name, JsonReader.read(name.toString(), text));
  }

  private static PolicyFile read(Path file, Reading<Json> document) {
    var problems = new ArrayList<>(document.problems());
    Json json = document.value();
    PolicyDefinition policy = json == null ? null : definition("", "", json, problems);
    String id = json instanceof Json.Obj object ? id(object) : "";
    return finish(file, id.isEmpty() ? null : id, policy, problems);
  }

  private static PolicyFile finish(
      Path file, @Nullable String id, @Nullable PolicyDefinition policy, List<Problem> problems) {
    boolean broken = problems.stream().anyMatch(Problem::isError);
    return new PolicyFile(file, id, broken ? null : policy, problems);
  }

  /**
   * @param place of the policy in its document
   * @param name its id from there; empty where it has its own
   */
  private static @Nullable PolicyDefinition definition(
      String place, String name, Json json, List<Problem> problems) {
    Json.Obj values = new ShapeReader(problems).fields(place, json, AccessKeys.POLICY);
    return values == null
        ? null
        : definition(place, name, new Settings(values, AccessKeys.POLICY, null), problems);
  }

  private static PolicyDefinition definition(
      String place, String name, Settings settings, List<Problem> problems) {
    var checks = new Checks(settings, place, problems);
    var asks = new ApiAsks(problems);
    var rights = new RightsReader(settings, place, problems, asks);
    String id = name.isEmpty() ? id(settings.written()) : name;
    checkId(id, checks);
    if (!name.isEmpty() && settings.says("id") && !settings.text("id").equals(name)) {
      checks.warning("id", "is not its name in the file, which is what counts");
    }
    Parts parts = parts(settings, checks);
    Map<String, AccessRight> granted = rights.rights();
    Allowance allowance = new AllowanceReader(settings, "", checks, asks).read();
    if (!parts.perApi()) {
      granted.values().forEach(right -> checkLimit(right, parts, allowance, checks));
    }
    return new PolicyDefinition(
        id,
        settings.says("name") ? settings.text("name") : id,
        settings.text("org_id"),
        settings.flag("is_inactive") || (settings.isSet("active") && !settings.flag("active")),
        settings.number("key_expires_in"),
        KeyReader.postExpiry(settings, checks),
        parts,
        allowance,
        granted,
        settings.texts("tags"),
        rights.metaData(),
        RightsReader.endsStreams(settings),
        asks.unenforceable(),
        settings);
  }

  /** One that would leave without any limit what it is to limit is an error. */
  private static void checkLimit(AccessRight right, Parts parts, Allowance all, Checks checks) {
    Allowance limit = right.limit();
    String path = "access_rights." + right.apiId() + ".limit";
    boolean rate = parts.setsRate() && limit.limitsRate() && all.rate() == 0;
    boolean quota = parts.setsQuota() && limit.hasQuota() && all.quotaMax() == 0;
    if (rate || quota) {
      checks.error(
          path,
          "has no effect, and the policy itself has no %s: nothing would be limited"
              .formatted(rate ? "rate" : "quota_max"),
          "set partitions.per_api, or have the policy say it, -1 for no limit");
    } else if (!limit.isEmpty()) {
      checks.warning(
          path,
          "has no effect: what the policy itself says counts for all of its APIs",
          "set partitions.per_api, or take it out");
    }
  }

  private static void checkId(String id, Checks checks) {
    if (id.isEmpty()) {
      checks.error("id", "is missing, every policy needs one of its own");
    } else if (!isId(id)) {
      checks.error(
          "id", "has characters that cannot stand in a path", "use letters, digits, - and _");
    }
  }

  private static String id(Json.Obj policy) {
    String id = text(policy.get("id"));
    Json other = policy.get("_id");
    return id.isEmpty() ? text(other instanceof Json.Obj oid ? oid.get("$oid") : other) : id;
  }

  private static String text(@Nullable Json json) {
    return json instanceof Json.Text(_, String text) ? text : "";
  }

  private static Parts parts(Settings settings, Checks checks) {
    var parts =
        new Parts(
            settings.flag("partitions.quota"),
            settings.flag("partitions.rate_limit"),
            settings.flag("partitions.acl"),
            settings.flag("partitions.complexity"),
            settings.flag("partitions.per_api"));
    if (parts.perApi() && parts.isSome()) {
      checks.error("partitions.per_api", "cannot be on together with another part");
    }
    return parts;
  }
}
