package dev.weir.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is spoken with a server. Those who have equal rules have the same connections.
 *
 * @param versions by the names of Java, such as {@code TLSv1.3}
 * @param ciphers by their IANA names, those of TLS 1.3 among them
 * @param proof what the server has to prove
 * @param identity what it is shown when it asks; null for nothing
 */
public record TlsRule(
    List<String> versions,
    List<String> ciphers,
    ServerProof proof,
    @Nullable ClientIdentity identity) {

  public TlsRule {
    versions = List.copyOf(versions);
    ciphers = List.copyOf(ciphers);
  }
}
