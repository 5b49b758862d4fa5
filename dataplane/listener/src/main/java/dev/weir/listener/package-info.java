/** Bound ports and the protocol spoken on them. */
@NullMarked
package dev.weir.listener;

import org.jspecify.annotations.NullMarked;
