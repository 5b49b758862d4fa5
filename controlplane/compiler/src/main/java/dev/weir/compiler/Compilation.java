package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.engine.Snapshot;
import java.util.List;
import java.util.Set;

/**
 * What came of compiling a configuration.
 *
 * @param ports the ports to listen on; the main port is among them
 * @param groups the endpoint groups that the snapshot forwards to
 * @param apis every API, in the order of the definitions
 */
public record Compilation(
    Snapshot snapshot, Set<Integer> ports, List<EndpointGroup> groups, List<ApiStatus> apis) {

  public Compilation {
    ports = Set.copyOf(ports);
    groups = List.copyOf(groups);
    apis = List.copyOf(apis);
  }
}
