/** HTTP/2 and HPACK: a sans-I/O core and the Netty handler that drives it. */
@NullMarked
package dev.weir.http2;

import org.jspecify.annotations.NullMarked;
