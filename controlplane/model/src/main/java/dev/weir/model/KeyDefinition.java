package dev.weir.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a client may do who shows a token: Tyk's session object, checked. The token itself is not in
 * it.
 *
 * @param orgId {@code org_id}
 * @param alias {@code alias}, what people call it
 * @param inactive {@code is_inactive}
 * @param expires {@code expires}, seconds since 1970 from which on it counts no more; 0 or less for
 *     never
 * @param allowance what may be called of all APIs together
 * @param rights {@code access_rights} by the id of the API, in their order
 * @param policies {@code apply_policies}, or {@code apply_policy_id} where that is empty
 * @param tags {@code tags}
 * @param metaData {@code meta_data}; what is no text as it is written
 * @param endsStreams {@code weir.end_streams_on_revoke}; empty when not set
 * @param unenforceable features asked for that this build cannot enforce
 * @param settings every field by its path, unknown ones kept
 */
public record KeyDefinition(
    String orgId,
    String alias,
    boolean inactive,
    long expires,
    Allowance allowance,
    Map<String, AccessRight> rights,
    List<String> policies,
    Credentials credentials,
    PostExpiry postExpiry,
    List<String> tags,
    Map<String, String> metaData,
    Optional<Boolean> endsStreams,
    List<String> unenforceable,
    Settings settings) {

  /** The path of {@link #importedToken}. */
  public static final String IMPORTED_TOKEN = "imported_token";

  private static final String POLICIES = "apply_policies";
  private static final Settings UNSAID =
      new Settings(Json.Obj.empty(Origin.whole("key")), AccessKeys.KEY, null);

  public KeyDefinition {
    rights = Collections.unmodifiableMap(new LinkedHashMap<>(rights));
    policies = List.copyOf(policies);
    tags = List.copyOf(tags);
    metaData = Collections.unmodifiableMap(new LinkedHashMap<>(metaData));
    unenforceable = List.copyOf(unenforceable);
  }

  /** A warning about the policies that it names, where it does. */
  public Problem policyWarning(String message, @Nullable String hint) {
    Origin at = settings.origin(settings.says(POLICIES) ? POLICIES : "apply_policy_id");
    return at.warning(POLICIES, message, hint);
  }

  /**
   * How a client proves who it is, beside the token.
   *
   * @param password {@code basic_auth_data.password}, as it is written: plain or hashed
   * @param passwordHash {@code basic_auth_data.hash_type}; empty for plain
   * @param jwtSecret {@code jwt_data.secret}
   * @param hmacSecret {@code hmac_string}
   * @param certificate {@code certificate}, the id of the certificate that the key belongs to;
   *     empty for none
   * @param bindings {@code mtls_static_certificate_bindings}, ids of the certificates with one of
   *     which the token counts; empty for any
   */
  public record Credentials(
      Secret password,
      String passwordHash,
      Secret jwtSecret,
      Secret hmacSecret,
      String certificate,
      List<String> bindings) {

    public Credentials {
      bindings = List.copyOf(bindings);
    }

    /** Whether there is anything that only this client has. */
    public boolean isSet() {
      return password.isSet() || jwtSecret.isSet() || hmacSecret.isSet() || !certificate.isEmpty();
    }
  }

  /**
   * What becomes of a key that has expired.
   *
   * @param deletes whether {@code post_expiry_action} says so
   * @param grace {@code post_expiry_grace_period}, seconds from its expiry until then
   */
  public record PostExpiry(boolean deletes, long grace) {
    /** When it goes that does not. */
    public static final long NEVER = Long.MAX_VALUE;

    /**
     * Seconds since 1970 at which a key is deleted. As in Tyk, a grace period alone has it deleted
     * too, after that.
     *
     * @param expires {@link #NEVER}, or as {@link KeyDefinition#expires}
     */
    public long goesAt(long expires) {
      return expires <= 0 || expires == NEVER || (!deletes && grace <= 0)
          ? NEVER
          : expires + Math.clamp(grace, 0, NEVER - expires);
    }
  }

  /**
   * What bears on calls until it expires: equal for keys that may do the same. Has nothing of the
   * document, and no secret.
   */
  public KeyDefinition rules() {
    var bound =
        new Credentials(Secret.NONE, "", Secret.NONE, Secret.NONE, "", credentials.bindings);
    return new KeyDefinition(
        orgId,
        "",
        inactive,
        0,
        allowance,
        rights,
        policies,
        bound,
        postExpiry,
        tags,
        metaData,
        endsStreams,
        unenforceable,
        UNSAID);
  }

  /**
   * {@code imported_token}, how the token is found of a key that came with a hash of Tyk's; empty
   * for others.
   */
  public String importedToken() {
    return settings.text(IMPORTED_TOKEN);
  }

  /** One that may do what these policies say, and nothing without them. */
  public static KeyDefinition ofPolicies(String orgId, List<String> policies) {
    return new KeyDefinition(
        orgId,
        "",
        false,
        0,
        Allowance.NONE,
        Map.of(),
        policies,
        new Credentials(Secret.NONE, "", Secret.NONE, Secret.NONE, "", List.of()),
        new PostExpiry(false, 0),
        List.of(),
        Map.of(),
        Optional.empty(),
        List.of(),
        UNSAID);
  }

  /** Why calls with this key must end with UNAVAILABLE; empty when it can be served. */
  public Optional<String> refusal() {
    return Refusal.of("the key", unenforceable);
  }

  /** Fields that say something and that this build does not act on. */
  public List<String> notActedOn() {
    return Stream.concat(
            settings.notActedOn().stream().filter(settings::says),
            RightsReader.notActedOn(settings).stream())
        .toList();
  }

  /** Without what may be secret. */
  @Override
  public String toString() {
    return "key " + alias + " of " + orgId;
  }
}
