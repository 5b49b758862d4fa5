package dev.weir.compiler;

import dev.weir.certificates.CertificateSource;
import dev.weir.engine.Snapshot;
import dev.weir.listener.ServerNames;
import dev.weir.model.Problem;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What came of compiling a configuration.
 *
 * @param ports the ports to listen on; the main port is among them
 * @param serverNames what the ports that speak TLS answer with
 * @param carried for the next one; its groups are those that the snapshot forwards to
 * @param begun to be run once it is served: the certificates that it names are watched from then on
 * @param apis every API, in the order of the definitions
 * @param blamed certificates with changed files that may be why an API is refused, by its id
 * @param problems what keeps the gateway from serving by this configuration
 * @param warnings what there is to tell of it besides
 */
public record Compilation(
    Snapshot snapshot,
    Set<Integer> ports,
    Map<Integer, ServerNames> serverNames,
    Carried carried,
    Runnable begun,
    List<ApiStatus> apis,
    Map<String, Set<CertificateSource.Name>> blamed,
    List<Problem> problems,
    List<Problem> warnings) {

  public Compilation {
    ports = Set.copyOf(ports);
    serverNames = Map.copyOf(serverNames);
    apis = List.copyOf(apis);
    blamed = Map.copyOf(blamed);
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
  }
}
