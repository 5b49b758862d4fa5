package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.http2.HeaderField;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller has shown beside the key that tells what may be called: it has to be good for the
 * call, and to stay so. Confined to the event loop of the call, and used again for the next one.
 */
final class OtherKeys {
  private final List<HeaderField> shown = new ArrayList<>();
  private final List<AskedCredential> asked = new ArrayList<>();
  private final List<Identity> identities = new ArrayList<>();
  private final List<Grants> grants = new ArrayList<>();

  void clear() {
    shown.clear();
    asked.clear();
    identities.clear();
    grants.clear();
  }

  /** Remembers what nobody asked for. */
  void add(HeaderField field) {
    shown.add(field);
  }

  /** Remembers one; gives why it is no good, or null. */
  @Nullable ProxyError add(
      HeaderField field,
      AskedCredential shownFor,
      Identity identity,
      CallerCertificate certificate,
      RouteAction.Forward action) {
    Grants now = identity.grants();
    shown.add(field);
    asked.add(shownFor);
    identities.add(identity);
    grants.add(now);
    return certificate.denial(now, shownFor, action);
  }

  boolean have(HeaderField field) {
    return shown.contains(field);
  }

  /** Why one of them is no good any more, or null. */
  @Nullable ProxyError revocation(CallerCertificate certificate, RouteAction.Forward action) {
    for (int i = 0; i < identities.size(); i++) {
      Grants now = identities.get(i).grants();
      Grants before = grants.get(i);
      boolean ends = now != before && now.endsStreamsOf(before);
      ProxyError denial = ends ? certificate.denial(now, asked.get(i), action) : null;
      if (denial != null) {
        return denial;
      }
      if (now.denial() == null) {
        grants.set(i, now);
      }
    }
    return null;
  }
}
