/** Turns what users write into what the data plane runs. */
@NullMarked
package dev.weir.compiler;

import org.jspecify.annotations.NullMarked;
