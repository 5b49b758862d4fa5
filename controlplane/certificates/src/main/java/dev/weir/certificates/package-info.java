/**
 * Certificates and their keys, out of the files in which users have them, and made for development.
 */
@NullMarked
package dev.weir.certificates;

import org.jspecify.annotations.NullMarked;
