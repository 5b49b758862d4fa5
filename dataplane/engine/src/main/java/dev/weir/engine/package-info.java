/** What happens to a call, from its head to its outcome. */
@NullMarked
package dev.weir.engine;

import org.jspecify.annotations.NullMarked;
