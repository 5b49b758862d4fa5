/**
 * What fuzz targets need to run: seeds, mutations, a short run by seed and a long one by Jazzer.
 */
@NullMarked
package dev.weir.fuzz;

import org.jspecify.annotations.NullMarked;
