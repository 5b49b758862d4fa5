/** Finds what a test leaves behind: streams, buffers, and what it never closed. */
@NullMarked
package dev.weir.guard;

import org.jspecify.annotations.NullMarked;
