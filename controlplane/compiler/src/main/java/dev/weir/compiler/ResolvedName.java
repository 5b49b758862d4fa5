package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.balance.Resolution;
import dev.weir.balance.Resolution.Resolved;
import dev.weir.balance.Resolution.Unresolved;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A host that groups have members on, and what is known about it. Guarded by its resolver. */
final class ResolvedName {

  private static final Logger LOG = LoggerFactory.getLogger(NameResolver.class);

  private final String host;
  private final Set<EndpointGroup> groups = new LinkedHashSet<>();
  private Resolution known;
  private boolean answered;
  private boolean failing;

  ResolvedName(String host) {
    this.host = host;
    this.known = new Unresolved("host name " + host + " is not resolved yet");
  }

  String host() {
    return host;
  }

  Set<EndpointGroup> groups() {
    return groups;
  }

  /** What is known; the last addresses after a failure that followed a success. */
  Resolution known() {
    return known;
  }

  /** Whether a lookup has ended, well or not. */
  boolean isAnswered() {
    return answered;
  }

  /** Takes note of an answer; says whether that changes what is known. */
  boolean answer(Resolution answer) {
    answered = true;
    log(answer);
    failing = answer instanceof Unresolved;
    Resolution before = known;
    if (!(failing && before instanceof Resolved)) {
      known = answer;
    }
    return !known.equals(before);
  }

  private void log(Resolution answer) {
    switch (answer) {
      case Unresolved(var reason) when !failing ->
          LOG.atWarn()
              .addKeyValue("host", host)
              .addKeyValue("error", reason)
              .addKeyValue("using", known instanceof Resolved(var last) ? last : "nothing")
              .log("host name does not resolve, trying again");
      case Resolved(var addresses)
          when failing || (known instanceof Resolved && !known.equals(answer)) ->
          LOG.atInfo()
              .addKeyValue("host", host)
              .addKeyValue("addresses", addresses)
              .log("host name has new addresses");
      case Unresolved _, Resolved _ -> {}
    }
  }
}
