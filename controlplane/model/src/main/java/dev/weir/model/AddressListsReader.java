package dev.weir.model;

import java.util.List;
import java.util.Optional;

/**
 * Reads the lists of addresses of an API. Tyk lets everybody in where the list of the allowed is
 * empty or its switch was left out; here a list that is there counts unless it was switched off,
 * and a switch that is on without a list lets nobody in.
 */
final class AddressListsReader {
  private static final String ALLOWED = "allowed_ips";
  private static final String ALLOWS = "enable_ip_whitelisting";
  private static final String BLOCKED = "blacklisted_ips";
  private static final String BLOCKS = "enable_ip_blacklisting";
  private static final String OFF = "ip_access_control_disabled";

  private final Settings settings;
  private final Checks checks;
  private final AddressRangesReader ranges;

  AddressListsReader(Settings settings, Checks checks, List<Problem> problems) {
    this.settings = settings;
    this.checks = checks;
    this.ranges = new AddressRangesReader(settings, problems, false);
  }

  AddressLists read() {
    List<AddressRange> allowed = ranges.read(ALLOWED);
    List<AddressRange> blocked = ranges.read(BLOCKED);
    return new AddressLists(
        allows(allowed) ? Optional.of(allowed) : Optional.empty(),
        blocks(blocked) ? blocked : List.of());
  }

  private boolean allows(List<AddressRange> allowed) {
    if (settings.flag(ALLOWS)) {
      if (settings.flag(OFF)) {
        checks.warning(OFF, "has no effect beside " + ALLOWS, "set one of them only");
      }
      if (allowed.isEmpty()) {
        checks.warning(
            ALLOWS, "lets nobody call, since " + ALLOWED + " is empty", "list who may call");
      }
      return true;
    }
    if (allowed.isEmpty() || settings.flag(OFF)) {
      return false;
    }
    if (settings.isSet(ALLOWS)) {
      checks.warning(
          ALLOWED, "has no effect while " + ALLOWS + " is false", "remove one of the two");
      return false;
    }
    return true;
  }

  /** Tyk blocks when either the list's own switch is on or the common one is not off. */
  private boolean blocks(List<AddressRange> blocked) {
    return !blocked.isEmpty() && (settings.flag(BLOCKS) || !settings.flag(OFF));
  }
}
