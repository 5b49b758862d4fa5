/**
 * What users write: gateway configuration, API definitions, keys and policies, read and validated.
 * Depends on nothing.
 *
 * <p>A document goes through three stages. {@link dev.weir.model.JsonReader} makes a tree with
 * positions of it; {@link dev.weir.model.ShapeReader} holds the tree against a table of known names
 * ({@link dev.weir.model.ConfigKeys}, {@link dev.weir.model.ApiKeys}, {@link
 * dev.weir.model.AccessKeys}); a builder makes the records that the rest of the product sees
 * ({@link dev.weir.model.GatewayConfig}, {@link dev.weir.model.ApiDefinition}). Each stage collects
 * {@link dev.weir.model.Problem}s instead of throwing. Start with {@link
 * dev.weir.model.ConfigReader} and {@link dev.weir.model.ApiReader}; what this build must not serve
 * is decided in {@link dev.weir.model.Unenforceable}. What a key may do together with its policies
 * is {@link dev.weir.model.AppliedPolicies}.
 */
@NullMarked
package dev.weir.model;

import org.jspecify.annotations.NullMarked;
