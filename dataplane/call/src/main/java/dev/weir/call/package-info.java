/** The vocabulary of one RPC. No I/O, no dependency. */
@NullMarked
package dev.weir.call;

import org.jspecify.annotations.NullMarked;
