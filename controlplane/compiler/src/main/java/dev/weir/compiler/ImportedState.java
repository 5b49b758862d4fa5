package dev.weir.compiler;

import dev.weir.store.KeyHash;
import dev.weir.store.TykHash;
import org.jspecify.annotations.Nullable;

/**
 * How the token of a key is found that came with a hash of Tyk's, as its document says it.
 *
 * @param function Tyk's
 * @param tokenHash the {@link KeyHash} of the token, once it was shown; empty before
 */
record ImportedState(TykHash.Function function, String tokenHash) {

  /** Null for what is none. */
  static @Nullable ImportedState parse(String text) {
    int colon = text.indexOf(':');
    String label = colon < 0 ? text : text.substring(0, colon);
    String tokenHash = colon < 0 ? "" : text.substring(colon + 1);
    TykHash.Function function = TykHash.Function.called(label);
    return function == null || (colon >= 0 && !KeyHash.is(tokenHash))
        ? null
        : new ImportedState(function, tokenHash);
  }

  /** As the document says it. */
  String text() {
    return tokenHash.isEmpty() ? function.label() : function.label() + ":" + tokenHash;
  }
}
