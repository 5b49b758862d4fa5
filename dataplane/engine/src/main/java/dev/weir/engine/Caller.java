package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Grant;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.NameAndPassword;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.route.GrpcPath;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who makes a call, and what they were found to be granted: asked for again while the call is open,
 * since it can be taken away. Confined to the event loop of the call, and used again for the next
 * one.
 */
final class Caller {
  private static final int TOLD_CHARACTERS = 4;

  private @Nullable CallerMemo memo;
  private @Nullable HeaderField credential;
  private @Nullable HeaderField method;
  private @Nullable Access access;
  private @Nullable CallerCertificate certificate;
  private @Nullable RouteMemo route;
  private @Nullable Grants grants;
  private @Nullable FieldList told;
  private @Nullable OtherKeys others;
  private Map<String, String> claims = Map.of();

  void clear() {
    memo = null;
    credential = null;
    method = null;
    access = null;
    certificate = null;
    route = null;
    grants = null;
    claims = Map.of();
    if (told != null) {
      told.clear();
    }
    if (others != null) {
      others.clear();
    }
  }

  /** What is shown beside the key that counts; to be added to. */
  OtherKeys others() {
    OtherKeys keys = others;
    if (keys == null) {
      keys = new OtherKeys();
      others = keys;
    }
    return keys;
  }

  /** What the answer is to tell besides; to be added to. */
  FieldList told() {
    FieldList fields = told;
    if (fields == null) {
      fields = new FieldList();
      told = fields;
    }
    return fields;
  }

  /** Adds that to the head of an answer. */
  void tell(FieldList answer) {
    if (told != null) {
      answer.addAll(told);
    }
  }

  /**
   * Remembers who calls, and what.
   *
   * @param proven what the client's connection has proven
   * @param http the method of a call that is none of gRPC; null for one of gRPC
   */
  void is(
      CallerMemo known,
      HeaderField shown,
      CallerCertificate proven,
      Access asking,
      RouteMemo called,
      @Nullable HeaderField http) {
    memo = known;
    credential = shown;
    certificate = proven;
    access = asking;
    route = called;
    method = http;
  }

  /**
   * Keeps what a signed token says for as long as the call.
   *
   * @return whether it counts still: what it says may be gone else
   */
  boolean hears(Identity identity) {
    Map<String, String> said = identity.claims();
    if (!said.isEmpty()) {
      claims = said;
    }
    return identity.isKnown();
  }

  /** Remembers what was shown by somebody who need not show anything. */
  void isUnasked(HeaderField shown, Access asking) {
    if (credential == null) {
      credential = shown;
    } else {
      others().add(shown);
    }
    access = asking;
  }

  /** What who is known has shown; null for nobody. */
  @Nullable HeaderField credential() {
    return memo == null ? null : credential;
  }

  /** Whether endpoints do not get that field. */
  boolean hides(HeaderField field) {
    return access != null
        && access.strips()
        && (field == credential || (others != null && others.have(field)));
  }

  /** What the caller's key has by a name; empty for nothing. */
  String meta(String name) {
    return grants == null ? "" : grants.metaData().getOrDefault(name, "");
  }

  /** Edits that say of a call only what its caller's grants say: the same object as they are. */
  HeadEdits filled(HeadEdits edits, CallFacts facts) {
    Grants now = grants;
    HeadEdits known = now == null ? null : FilledEdits.find(now.memo(), edits);
    if (known != null) {
      return known;
    }
    HeadEdits filled = edits.fill(facts);
    if (now != null) {
      now.memo(FilledEdits.with(now.memo(), edits, filled));
    }
    return filled;
  }

  /** What the caller's signed token says by a name; empty for nothing. */
  String claim(String name) {
    return claims.getOrDefault(name, "");
  }

  /** Why a call that might be made may not go on, or null; an expiry is no reason. */
  @Nullable ProxyError revocation(RouteAction.Forward action) {
    if (memo == null) {
      return null;
    }
    ProxyError other =
        others == null ? null : others.revocation(Objects.requireNonNull(certificate), action);
    if (other != null) {
      return other;
    }
    Grants now = memo.identity().grants();
    Grants before = grants;
    if (now == before) {
      return null;
    }
    if (before == null || now.endsStreamsOf(before)) {
      return refusal(now, action);
    }
    if (now.denial() == null) {
      grants = now;
    }
    return null;
  }

  /** Why the call may not be made by what is granted now, or null. */
  @Nullable ProxyError refusal(Grants now, RouteAction.Forward action) {
    grants = now;
    Access asking = Objects.requireNonNull(access);
    ProxyError denial = Objects.requireNonNull(certificate).denial(now, asking.base(), action);
    if (denial != null) {
      return denial;
    }
    RouteMemo called = Objects.requireNonNull(route);
    Grant grant = Objects.requireNonNull(memo).grant(now, asking);
    if (grant == null) {
      return new ProxyError(Kind.API_NOT_GRANTED, key() + " may not call API " + action.api());
    }
    if (!grant.allowsVersion(action.edition().version())) {
      return new ProxyError(
          Kind.VERSION_NOT_GRANTED,
          key()
              + " may not call version "
              + action.edition().version()
              + " of API "
              + action.api());
    }
    boolean granted =
        method == null
            ? called.isGranted(grant, asking.calledBy())
            : allows(grant, called.path().value(), asking, method);
    return granted
        ? null
        : new ProxyError(
            Kind.METHOD_NOT_GRANTED,
            key()
                + " may not call "
                + called.tellablePath().valueText()
                + " on API "
                + action.api());
  }

  /**
   * A path that a server could take for another one is none that a rule has granted (E10): callers
   * of gRPC have no such path at all.
   */
  private static boolean allows(Grant grant, byte[] path, Access asking, HeaderField http) {
    return (!grant.limitsMethods() || GrpcPath.isPlain(withoutQuery(path)))
        && grant.allows(path, asking.calledBy(), http.value());
  }

  static byte[] withoutQuery(byte[] path) {
    int end = 0;
    while (end < path.length && path[end] != '?') {
      end++;
    }
    return end == path.length ? path : Arrays.copyOf(path, end);
  }

  private String key() {
    return told(Objects.requireNonNull(credential));
  }

  /** So much of a key that its owner can tell which one it is, and nobody can use it. */
  static String told(HeaderField credential) {
    if (NameAndPassword.isScheme(credential.value())) {
      return "the user";
    }
    String text = credential.valueText();
    return text.length() < 4 * TOLD_CHARACTERS
        ? "the key"
        : "key …" + text.substring(text.length() - TOLD_CHARACTERS);
  }
}
