/**
 * Which endpoint of a group takes a call. Pure: no socket, no lookup of names, and the time is
 * passed in as nanoseconds of any monotonic clock.
 *
 * <p>Start at {@link dev.weir.balance.EndpointGroup}. The control plane makes the groups and
 * publishes the addresses of their members; every event loop picks from them and tells each {@link
 * dev.weir.balance.Endpoint} how connecting went.
 */
@NullMarked
package dev.weir.balance;

import org.jspecify.annotations.NullMarked;
