package dev.weir.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.weir.certificates.CertificateStore;
import dev.weir.compiler.RightsChecks;
import dev.weir.model.AppliedPolicies;
import dev.weir.model.JsonDocument;
import dev.weir.model.JsonWriter;
import dev.weir.model.KeyDefinition;
import dev.weir.model.KeyReader;
import dev.weir.model.PolicyDefinition;
import dev.weir.model.Problem;
import dev.weir.model.Reading;
import dev.weir.store.PasswordHash;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Which documents of keys are taken. For all threads. */
final class KeyChecks {
  private static final String NO_RIGHTS =
      "Failed to create key, keys must have at least one Access Rights record set.";
  private static final String UNKNOWN_CERTIFICATE = "Key must be used with an existent certificate";

  private final KeyReader reader;
  private final RightsChecks rights;
  private final Supplier<Map<String, PolicyDefinition>> policies;
  private final Predicate<String> counting;
  private final CertificateStore certificates;

  /**
   * @param policies by their ids, as they are in their files now
   * @param counting whether a policy counts for calls now, by its id
   */
  KeyChecks(
      KeyReader reader,
      RightsChecks rights,
      Supplier<Map<String, PolicyDefinition>> policies,
      Predicate<String> counting,
      CertificateStore certificates) {
    this.reader = reader;
    this.rights = rights;
    this.policies = policies;
    this.counting = counting;
    this.certificates = certificates;
  }

  /** What came of a document. */
  sealed interface Check {}

  /**
   * It is taken.
   *
   * @param applied the key with its policies
   * @param life what its policies say of its end
   * @param warnings about it
   */
  record Good(KeyDefinition key, AppliedPolicies applied, KeyLife life, List<Problem> warnings)
      implements Check {

    /** The same with one warning more. */
    Good with(Problem warning) {
      return new Good(
          key, applied, life, Stream.concat(warnings.stream(), Stream.of(warning)).toList());
    }
  }

  /** It is not, and the caller is told so. */
  record Refused(ControlAnswer answer) implements Check {}

  /**
   * @param malformed Tyk's words for what is no key, which differ from path to path
   */
  Check read(String text, String malformed) {
    Reading<KeyDefinition> reading = reader.read("key", text);
    KeyDefinition key = reading.value();
    if (key == null) {
      return new Refused(
          ControlAnswer.error(
              400, lacksOnlyRights(reading) ? NO_RIGHTS : malformed, reading.problems()));
    }
    List<Problem> patterns = rights.patterns(key.settings());
    if (!patterns.isEmpty()) {
      return new Refused(ControlAnswer.error(400, malformed, patterns));
    }
    if (key.credentials().password().text().getBytes(UTF_8).length > PasswordHash.MOST_BYTES) {
      return refused(
          "basic_auth_data.password: is longer than %d bytes".formatted(PasswordHash.MOST_BYTES));
    }
    if (!key.credentials().bindings().stream().allMatch(certificates::contains)) {
      return refused(UNKNOWN_CERTIFICATE);
    }
    Map<String, PolicyDefinition> known = policies.get();
    AppliedPolicies applied = AppliedPolicies.of(key, known::get);
    if (applied.isRefused()) {
      return refused("Failed to create key - " + errors(applied));
    }
    List<Problem> warnings =
        Stream.of(reading.problems(), applied.problems(), idle(key, known))
            .flatMap(List::stream)
            .toList();
    return new Good(key, applied, KeyLife.of(key, known), warnings);
  }

  /** Of its policies those that are good in their files, and that no reload has taken. */
  private List<Problem> idle(KeyDefinition key, Map<String, PolicyDefinition> known) {
    return key.policies().stream()
        .filter(id -> known.containsKey(id) && !counting.test(id))
        .map(id ->
            key.policyWarning(
                "policy does not count yet: " + JsonWriter.quoted(id),
                "nothing is granted until a reload takes it, or says what is wrong with it"))
        .toList();
  }

  private static Refused refused(String message) {
    return new Refused(ControlAnswer.error(400, message));
  }

  private static boolean lacksOnlyRights(Reading<KeyDefinition> reading) {
    return reading.problems().stream()
        .filter(Problem::isError)
        .allMatch(problem -> problem.path().equals("access_rights"));
  }

  private static String errors(AppliedPolicies applied) {
    return applied.problems().stream()
        .filter(Problem::isError)
        .map(Problem::message)
        .collect(joining(", "));
  }

  /** Why a key must not take the place of another one; null when it may. */
  @Nullable ControlAnswer refusal(KeyDefinition key, JsonDocument old) {
    String certificate = key.credentials().certificate();
    if (certificate.equals(old.text("certificate"))) {
      return null;
    }
    if (certificate.isEmpty()) {
      return ControlAnswer.error(400, "Key cannot be used without a certificate");
    }
    return certificates.contains(certificate)
        ? null
        : ControlAnswer.error(400, UNKNOWN_CERTIFICATE);
  }
}
