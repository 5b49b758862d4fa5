package dev.weir.admin;

import dev.weir.store.KeyHash;
import dev.weir.store.Store;

/**
 * An open store and what stands in it for a token.
 *
 * @param store has keys as {@link dev.weir.store.RecordKind#KEY}, by the hash of the whole token
 */
public record KeyVault(Store store, KeyHash hash) {}
