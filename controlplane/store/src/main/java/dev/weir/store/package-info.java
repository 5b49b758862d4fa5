/** What the gateway keeps on disk, and how it gets there and stays. */
@NullMarked
package dev.weir.store;

import org.jspecify.annotations.NullMarked;
