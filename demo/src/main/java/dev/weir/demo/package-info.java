/**
 * The two servers of {@code weir demo} and one call to try them: small gRPC services on the
 * gateway's own HTTP/2 engine. Start with {@link dev.weir.demo.DemoServer}; {@link
 * dev.weir.demo.RouteGuide} has one method of each kind.
 */
@NullMarked
package dev.weir.demo;

import org.jspecify.annotations.NullMarked;
