/** Connections to endpoints and the streams opened on them. */
@NullMarked
package dev.weir.upstream;

import org.jspecify.annotations.NullMarked;
