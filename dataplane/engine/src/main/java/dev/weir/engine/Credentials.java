package dev.weir.engine;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Identity;
import dev.weir.filter.IdentityLookup;
import dev.weir.filter.NameAndPassword;
import dev.weir.filter.SignedTokens;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds what callers show, and who they are by it. What was found out stays with the field, so that
 * whoever repeats one is known by it. Confined to one event loop.
 */
final class Credentials {
  private static final byte[] BEARER = {'b', 'e', 'a', 'r', 'e', 'r', ' '};

  /** What is longer is no credential that was ever given out. */
  private static final int MOST_BYTES = 4096;

  /** Tokens that are signed have to have room for what they say. */
  private static final int MOST_SIGNED_BYTES = 16384;

  /** Some passwords have been compared by then. */
  private static final long BUSY_NANOS = 1_000_000_000;

  /** In the place of what there is more than one of. */
  static final HeaderField SEVERAL = HeaderField.of(HeaderName.of("several"), "");

  /** A credential of a call that has to wait until it is {@link #prove proven}. */
  record Unproven(AskedCredential asked, HeaderField field) {}

  private final IdentityLookup identities;
  private final RecentCallers recent;

  Credentials(IdentityLookup identities, int loops) {
    this.recent = new RecentCallers(loops);
    this.identities = identities;
  }

  /** See {@link IdentityLookup#changes}. */
  long changes() {
    return identities.changes();
  }

  /**
   * What has it; null for nothing, what is empty, or more than one.
   *
   * @param http the route of a call that is none of gRPC, which may show it in its query and its
   *     cookies; null for one of gRPC
   */
  static @Nullable HeaderField shown(
      FieldList head,
      AskedCredential asked,
      CallerCertificate certificate,
      @Nullable RouteMemo http) {
    HeaderField found =
        asked.kind() == AskedCredential.Kind.CERTIFICATE
            ? certificate.field()
            : found(head, asked, http);
    return found == null || found.value().length == 0 ? null : found;
  }

  private static @Nullable HeaderField found(
      FieldList head, AskedCredential asked, @Nullable RouteMemo http) {
    HeaderField inHeader = inHeader(head, asked);
    if (http == null || !asked.isElsewhere()) {
      return inHeader;
    }
    HeaderField found = both(inHeader, http.inQuery(asked));
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      if (field.name() == HeaderName.COOKIE) {
        found = both(found, FoundParts.inCookies(asked, field));
      }
    }
    return found;
  }

  /** The field that has it; null for none, and {@link #SEVERAL} for more than one. */
  static @Nullable HeaderField inHeader(FieldList head, AskedCredential asked) {
    HeaderField only = null;
    for (int i = 0; i < head.size(); i++) {
      HeaderField field = head.get(i);
      if (asked.isIn(field.name())) {
        if (only != null) {
          return SEVERAL;
        }
        only = field;
      }
    }
    return only;
  }

  /** What one of two places has; an empty one says as much as none. */
  private static @Nullable HeaderField both(
      @Nullable HeaderField one, @Nullable HeaderField other) {
    if (one == null || (one != SEVERAL && one.value().length == 0)) {
      return other;
    }
    return other == null || (other != SEVERAL && other.value().length == 0) ? one : SEVERAL;
  }

  /** Why a call may not be made of which {@link #shown} finds nothing. */
  static ProxyError missing(
      RouteAction.Forward action, AskedCredential asked, FieldList head, @Nullable RouteMemo http) {
    Kind missing = asked.kind().missing();
    String takes = "takes " + asked.kind().words();
    if (asked.kind() == AskedCredential.Kind.CERTIFICATE) {
      return action.error(missing, takes);
    }
    if (found(head, asked, http) == SEVERAL) {
      return action.error(missing, "there is more than one " + asked.where() + ", send one");
    }
    return action.error(
        missing,
        takes
            + (asked.isElsewhere() ? " in " : " in the metadata ")
            + asked.where()
            + (asked.isInHeads() ? "" : ", which calls of gRPC do not have"));
  }

  /** The same words whatever is wrong with a credential. */
  static ProxyError unknown(RouteAction.Forward action, AskedCredential asked) {
    return switch (asked.kind()) {
      case CERTIFICATE ->
          action.error(
              Kind.KEY_CERTIFICATE_REFUSED, "there is no key for the client's certificate");
      case TOKEN ->
          action.error(
              Kind.CREDENTIAL_REFUSED, "the credential in " + asked.where() + " is unknown");
      case PASSWORD ->
          action.error(
              Kind.LOGIN_REFUSED, "the name and password in " + asked.where() + " are unknown");
      case SIGNED -> refused(action, asked, Kind.TOKEN_REFUSED, "is not good here", 0);
    };
  }

  /** Who has shown that; null for nobody who is known, or not yet. */
  @Nullable CallerMemo find(HeaderField shown, AskedCredential asked) {
    if (shown.memo() instanceof CallerMemo known && known.isFor(asked)) {
      return known;
    }
    CallerMemo again = recent.find(shown.value());
    if (again != null && again.isFor(asked)) {
      shown.memo(again);
      return again;
    }
    Identity identity =
        switch (asked.kind()) {
          case CERTIFICATE -> identities.holder(asked.owner(), shown.value());
          case TOKEN -> bearer(shown, asked);
          case PASSWORD -> user(shown, asked);
          case SIGNED -> signed(shown, asked);
        };
    if (identity == null) {
      return null;
    }
    CallerMemo memo = new CallerMemo(identity, asked);
    shown.memo(memo);
    recent.remember(memo);
    return memo;
  }

  /** Somebody will be {@link #find looked for} by that after {@link #fetchExpected}. */
  void expect(HeaderField shown) {
    if (!(shown.memo() instanceof CallerMemo)) {
      recent.expect(shown);
    }
  }

  /** Has the memory be at hand that tells who has shown what is expected. */
  void fetchExpected() {
    recent.fetchExpected();
  }

  private @Nullable Identity user(HeaderField shown, AskedCredential asked) {
    NameAndPassword both = nameAndPassword(shown);
    return both == null ? null : identities.find(asked.owner(), both);
  }

  private static @Nullable NameAndPassword nameAndPassword(HeaderField shown) {
    byte[] value = shown.value();
    return value.length > MOST_BYTES ? null : NameAndPassword.of(value);
  }

  private @Nullable Identity bearer(HeaderField shown, AskedCredential asked) {
    byte[] value = shown.value();
    int from = tokenStart(value);
    int length = value.length - from;
    return length == 0 || length > MOST_BYTES
        ? null
        : identities.find(asked.owner(), value, from, length);
  }

  private static @Nullable Identity signed(HeaderField shown, AskedCredential asked) {
    byte[] value = shown.value();
    int from = tokenStart(value);
    return asked.tokens().find(value, from, value.length - from);
  }

  private static int tokenStart(byte[] value) {
    return startsWithBearer(value) ? BEARER.length : 0;
  }

  private static boolean startsWithBearer(byte[] value) {
    if (value.length < BEARER.length) {
      return false;
    }
    for (int i = 0; i < BEARER.length; i++) {
      if ((value[i] | (BEARER[i] == ' ' ? 0 : 0x20)) != BEARER[i]) {
        return false;
      }
    }
    return true;
  }

  // ---- what other threads find out -------------------------------------------------------------

  /**
   * What a call has to wait for; null for nothing, and where something before it is missing or
   * unknown: nobody has passwords compared who is refused anyway.
   */
  @Nullable Unproven unproven(
      RouteAction.Forward action,
      FieldList head,
      CallerCertificate certificate,
      @Nullable RouteMemo http) {
    Access access = action.access();
    if (access == null || !access.waits()) {
      return null;
    }
    for (int i = 0; i < access.size(); i++) {
      AskedCredential asked = access.asked(i);
      HeaderField shown = shown(head, asked, certificate, http);
      if (shown == null) {
        return null;
      }
      if (find(shown, asked) == null) {
        return canBeProven(shown, asked) ? new Unproven(asked, shown) : null;
      }
    }
    return null;
  }

  private static boolean canBeProven(HeaderField shown, AskedCredential asked) {
    return switch (asked.kind()) {
      case TOKEN, CERTIFICATE -> false;
      case PASSWORD -> nameAndPassword(shown) != null;
      case SIGNED -> shown.value().length <= MOST_SIGNED_BYTES;
    };
  }

  /**
   * A call that waits for {@link #prove}.
   *
   * @param network from where it is made
   */
  Waiting waiting(Unproven unproven, RouteAction.Forward action, long network) {
    AskedCredential asked = unproven.asked();
    return new Waiting(
        action,
        network,
        asked.kind() == AskedCredential.Kind.SIGNED ? asked.tokens()::gaveUp : identities::gaveUp);
  }

  /**
   * Has it found out elsewhere whose credential that is.
   *
   * @param waiting for whom; nothing is found out for nobody
   * @param then runs on the executor of this event loop; the credential is remembered by then, if
   *     it is good
   * @param wrong the same if it is not, or is not found out as others had the place
   * @return why it is not found out, or null
   */
  @Nullable ProxyError prove(
      Unproven unproven,
      RouteAction.Forward action,
      Waiting waiting,
      Executor eventLoop,
      Runnable then,
      Consumer<ProxyError> wrong) {
    return switch (unproven.asked().kind()) {
      case TOKEN, CERTIFICATE -> unknown(action, unproven.asked());
      case PASSWORD -> provePassword(unproven, action, waiting, eventLoop, then, wrong);
      case SIGNED -> proveSigned(unproven, action, waiting, eventLoop, then, wrong);
    };
  }

  private @Nullable ProxyError provePassword(
      Unproven unproven,
      RouteAction.Forward action,
      Waiting waiting,
      Executor eventLoop,
      Runnable then,
      Consumer<ProxyError> wrong) {
    AskedCredential asked = unproven.asked();
    HeaderField field = unproven.field();
    NameAndPassword shown = Objects.requireNonNull(nameAndPassword(field));
    boolean told =
        identities.prove(
            asked.owner(),
            shown,
            waiting.network(),
            new IdentityLookup.Proven() {
              @Override
              public void is(@Nullable Identity identity) {
                eventLoop.execute(() -> {
                  if (identity == null) {
                    wrong.accept(unknown(action, asked));
                  } else {
                    field.memo(new CallerMemo(identity, asked));
                    then.run();
                  }
                });
              }

              @Override
              public void isBusy() {
                eventLoop.execute(() -> wrong.accept(busy(action)));
              }

              @Override
              public boolean isWanted() {
                return waiting.isWanted();
              }
            });
    return told ? null : busy(action);
  }

  private static ProxyError busy(RouteAction.Forward action) {
    return new ProxyError(
        Kind.LOGINS_BUSY,
        "API " + action.api() + ": too many passwords wait to be compared, try again",
        BUSY_NANOS);
  }

  private static @Nullable ProxyError proveSigned(
      Unproven unproven,
      RouteAction.Forward action,
      Waiting waiting,
      Executor eventLoop,
      Runnable then,
      Consumer<ProxyError> wrong) {
    AskedCredential asked = unproven.asked();
    HeaderField field = unproven.field();
    byte[] value = field.value();
    byte[] token = Arrays.copyOfRange(value, tokenStart(value), value.length);
    boolean told =
        asked
            .tokens()
            .prove(
                token,
                waiting.network(),
                new SignedTokens.Verdict() {
                  @Override
                  public void is(Identity identity) {
                    eventLoop.execute(() -> {
                      field.memo(new CallerMemo(identity, asked));
                      then.run();
                    });
                  }

                  @Override
                  public void isNot(Kind kind, String words, long retryNanos) {
                    eventLoop.execute(
                        () -> wrong.accept(refused(action, asked, kind, words, retryNanos)));
                  }

                  @Override
                  public void isBusy() {
                    eventLoop.execute(() -> wrong.accept(tokensBusy(action)));
                  }

                  @Override
                  public boolean isWanted() {
                    return waiting.isWanted();
                  }
                });
    return told ? null : tokensBusy(action);
  }

  private static ProxyError tokensBusy(RouteAction.Forward action) {
    return new ProxyError(
        Kind.TOKENS_BUSY,
        "API " + action.api() + ": too many tokens wait to be checked, try again",
        BUSY_NANOS);
  }

  private static ProxyError refused(
      RouteAction.Forward action, AskedCredential asked, Kind kind, String words, long retryNanos) {
    return new ProxyError(
        kind, "API " + action.api() + ": the token in " + asked.where() + " " + words, retryNanos);
  }
}
