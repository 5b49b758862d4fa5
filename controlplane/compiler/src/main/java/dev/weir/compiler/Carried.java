package dev.weir.compiler;

import dev.weir.balance.EndpointGroup;
import dev.weir.engine.RouteAction;
import dev.weir.engine.Snapshot;
import dev.weir.filter.RateLimit;
import dev.weir.filter.RateRule;
import dev.weir.listener.ServerIdentity;
import dev.weir.route.RouteTable;
import dev.weir.upstream.TargetTls;
import dev.weir.upstream.TlsRule;
import java.util.Map;

/**
 * What a compilation leaves to the next one, so that what is the same in both goes on: connections
 * of endpoints, TLS on both sides that resumes its sessions, what counts the calls of APIs, and
 * what each of them was compiled to.
 *
 * @param groups those of APIs by their ids, others by what calls are sent there besides
 * @param lasting the APIs, which come to the same as long as all that they were compiled from is
 *     the same, by their ids
 * @param routes of which the next table has most
 */
public record Carried(
    Map<String, EndpointGroup> groups,
    Map<TlsRule, TargetTls> transports,
    Map<ServerIdentity.Parts, ServerIdentity> identities,
    Map<RateRule, RateLimit> rates,
    Map<String, CompiledApi> lasting,
    RouteTable<RouteAction> routes) {

  /** There was no compilation before. */
  public static final Carried NOTHING =
      new Carried(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), Snapshot.EMPTY.routes());

  public Carried {
    groups = Map.copyOf(groups);
    transports = Map.copyOf(transports);
    identities = Map.copyOf(identities);
    rates = Map.copyOf(rates);
    lasting = Map.copyOf(lasting);
  }
}
