/** The process: main and wiring by constructors. */
@NullMarked
package dev.weir.app;

import org.jspecify.annotations.NullMarked;
