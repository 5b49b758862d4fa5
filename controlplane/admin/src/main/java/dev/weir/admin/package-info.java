/**
 * What the gateway serves about itself, on an address of its own: metrics. Start with {@link
 * dev.weir.admin.AdminServer}.
 */
@NullMarked
package dev.weir.admin;

import org.jspecify.annotations.NullMarked;
