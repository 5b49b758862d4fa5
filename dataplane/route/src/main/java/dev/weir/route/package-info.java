/**
 * Which route takes a call: port, host, listen path. Pure and immutable.
 *
 * <p>Start at {@link dev.weir.route.RouteTable}. Nothing here allocates or decodes while it
 * matches: authorities and paths are looked at as the bytes the caller sent.
 */
@NullMarked
package dev.weir.route;

import org.jspecify.annotations.NullMarked;
