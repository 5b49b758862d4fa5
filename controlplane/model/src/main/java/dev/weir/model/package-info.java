/** What users write: gateway configuration and API definitions, read and validated. */
@NullMarked
package dev.weir.model;

import org.jspecify.annotations.NullMarked;
