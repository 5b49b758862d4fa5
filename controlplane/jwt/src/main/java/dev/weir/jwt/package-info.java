/**
 * JSON Web Tokens: the keys that they are signed with, where keys come from, and what is checked.
 */
@NullMarked
package dev.weir.jwt;

import org.jspecify.annotations.NullMarked;
