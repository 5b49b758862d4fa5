/**
 * Tests of the whole gateway: real sockets, real clients and servers, Tyk's files as input.
 *
 * <p>Start with {@code CallKindsServerTest}; {@code TestGateway} is the one place that knows how
 * Weir is started. Test names are facts; a name that ends in P4 or T1 states row P4 or T1 of the
 * protocol rules and faults that Weir holds itself to.
 */
@NullMarked
package dev.weir.system;

import org.jspecify.annotations.NullMarked;
