package dev.weir.model;

import dev.weir.model.KeyDefinition.PostExpiry;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What many keys may do: a policy, checked. It counts for the keys that name it, see {@link
 * AppliedPolicies}.
 *
 * @param id {@code id}, or {@code _id} where that is empty
 * @param name {@code name}; the id when not set
 * @param orgId {@code org_id}, that of the keys
 * @param inactive {@code is_inactive}, or {@code active} is false
 * @param keyExpiresIn {@code key_expires_in}, seconds from the creation of a key to its expiry; 0
 *     or less for never
 * @param allowance what may be called of each API that has no {@code limit} of its own
 * @param rights {@code access_rights} by the id of the API, in their order
 * @param metaData {@code meta_data}; what is no text as it is written
 * @param endsStreams {@code weir.end_streams_on_revoke}; empty when not set
 * @param unenforceable features asked for that this build cannot enforce
 * @param settings every field by its path, unknown ones kept
 */
public record PolicyDefinition(
    String id,
    String name,
    String orgId,
    boolean inactive,
    long keyExpiresIn,
    PostExpiry postExpiry,
    Parts parts,
    Allowance allowance,
    Map<String, AccessRight> rights,
    List<String> tags,
    Map<String, String> metaData,
    Optional<Boolean> endsStreams,
    List<String> unenforceable,
    Settings settings) {

  public PolicyDefinition {
    rights = Collections.unmodifiableMap(new LinkedHashMap<>(rights));
    tags = List.copyOf(tags);
    metaData = Collections.unmodifiableMap(new LinkedHashMap<>(metaData));
    unenforceable = List.copyOf(unenforceable);
  }

  /**
   * What a policy sets: {@code partitions}. One that names no part sets them all.
   *
   * @param perApi each API has the limits of its own entry, and is counted by itself
   */
  public record Parts(
      boolean quota, boolean rateLimit, boolean acl, boolean complexity, boolean perApi) {

    /** Whether only some parts are set. */
    boolean isSome() {
      return quota || rateLimit || acl || complexity;
    }

    boolean setsQuota() {
      return quota || !isSome();
    }

    boolean setsRate() {
      return rateLimit || !isSome();
    }

    boolean setsAcl() {
      return acl || !isSome();
    }
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
    return "policy " + id + " of " + orgId;
  }
}
