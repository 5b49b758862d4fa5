/** Which endpoint of a group takes a call. Pure plus a clock. */
@NullMarked
package dev.weir.balance;

import org.jspecify.annotations.NullMarked;
