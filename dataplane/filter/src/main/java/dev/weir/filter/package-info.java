/**
 * Decides on the head of a call: who calls, whether they may, and how often. Knows no socket and no
 * store, and waits for nothing; time is passed in.
 */
@NullMarked
package dev.weir.filter;

import org.jspecify.annotations.NullMarked;
