package dev.weir.model;

import java.util.Optional;

/**
 * What the parameters of Tyk's import, and of a {@code PATCH}, say of the gateway beside an OpenAPI
 * document. What is made by them is not checked here: that is for {@link ApiReader#readOas}.
 *
 * @param upstreamUrl empty for none, as the other texts
 * @param authentication whether callers are asked for what {@code security} names
 * @param allowList whether nothing but the operations may be called
 */
public record OasParameters(
    String upstreamUrl,
    String listenPath,
    String customDomain,
    String apiId,
    Optional<Boolean> authentication,
    Optional<Boolean> allowList) {

  /**
   * A document that says nothing of the gateway yet, with the extension that these come to. Without
   * an upstream URL calls go to its first server.
   *
   * @return its text, or what keeps it from being made
   */
  public Reading<String> imported(String text) {
    return OasExtension.change(text, extension -> extension.make(this));
  }

  /**
   * A document with these parts of its extension changed, and everything else as it is.
   *
   * @return its text, or what keeps it from being changed
   */
  public Reading<String> patched(String text) {
    return OasExtension.change(text, extension -> extension.set(this));
  }
}
