/** Which route takes a call: port, host, listen path. Pure and immutable. */
@NullMarked
package dev.weir.route;

import org.jspecify.annotations.NullMarked;
