/** Real servers, scripted peers and fakes for tests. */
@NullMarked
package dev.weir.testkit;

import org.jspecify.annotations.NullMarked;
