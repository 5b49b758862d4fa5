package dev.weir.engine;

import dev.weir.balance.Endpoint;
import dev.weir.balance.EndpointGroup;
import dev.weir.call.GrpcTimeout;
import dev.weir.http2.FieldList;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.http2.LoopBudget;
import org.jspecify.annotations.Nullable;

/**
 * What endpoints get of a caller's head: taken over once, then fitted to each endpoint that is
 * tried. Confined to the event loop of the call, and used again for the next one.
 */
final class RequestHead {
  private static final int NONE = -1;

  private final FieldList fields = new FieldList();
  private final LoopBudget buffered;
  private int bytes;
  private @Nullable HeaderField path;
  private @Nullable EndpointGroup group;
  private int pathAt;
  private int schemeAt = NONE;
  private int authorityAt = NONE;
  private int timeoutAt = NONE;
  private @Nullable HeaderField timeout;
  private long limitNanos = Long.MAX_VALUE;
  private @Nullable HeaderField writtenLimit;
  private long writtenNanos;
  private @Nullable HeaderField addresses;
  private boolean te;
  private boolean hidesTe;
  private boolean keepsAuthority;
  private boolean secure;

  /**
   * @param buffered where its size is counted
   */
  RequestHead(LoopBudget buffered) {
    this.buffered = buffered;
  }

  void clear() {
    buffered.use(-bytes);
    bytes = 0;
    fields.clear();
    path = null;
    group = null;
    schemeAt = NONE;
    authorityAt = NONE;
    timeoutAt = NONE;
    timeout = null;
    limitNanos = Long.MAX_VALUE;
    addresses = null;
    te = false;
    hidesTe = false;
    secure = false;
  }

  /**
   * Keeps {@code te} from endpoints, which is between the caller and us (RFC 9110, 10.1.4): without
   * it, servers on the C core of gRPC take nothing for a call, whatever its type. Before {@link
   * #take}.
   */
  void hideTe() {
    hidesTe = true;
  }

  /**
   * Takes over the head of a caller at this address, with this path.
   *
   * @param edits remove fields and add others, and are filled; null for none
   * @param caller may have shown what endpoints do not get
   */
  void take(
      RouteAction.Forward action,
      FieldList received,
      @Nullable HeadEdits edits,
      HeaderField upstreamPath,
      ClientAddress client,
      Caller caller) {
    keepsAuthority = action.keepsAuthority();
    path = upstreamPath;
    for (int i = 0; i < received.size(); i++) {
      HeaderField field = received.get(i);
      HeaderName name = field.name();
      if (authorityAt == NONE && !name.isPseudo()) {
        addAuthority(received, edits);
      }
      if (caller.hides(field) || (edits != null && edits.removes(name))) {
        continue;
      }
      if (!client.isForProxies(name)) {
        take(field, upstreamPath);
      } else if (client.isBelieved(field)) {
        takeForwarded(field);
      }
    }
    if (authorityAt == NONE) {
      addAuthority(received, edits);
    }
    addAddresses(client);
    if (edits != null) {
      edits.add(fields);
    }
    // An empty one says as much as none; there is nothing to keep then.
    keepsAuthority &= fields.get(authorityAt).value().length > 0;
    bytes = fields.heapBytes();
    buffered.use(bytes);
  }

  /** Has the call made by this method of HTTP. */
  void callBy(HeaderField method) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).name() == HeaderName.METHOD) {
        fields.set(i, method);
        return;
      }
    }
  }

  /** Sends the call to an endpoint of this group, and to none of the API's own. */
  void sendTo(EndpointGroup other) {
    group = other;
  }

  /** That has the endpoints which may get it. */
  EndpointGroup group(RouteAction.Forward action) {
    return group == null ? action.group() : group;
  }

  /** Lets the call take no longer than this, whatever its caller allows. */
  void limit(long nanos) {
    limitNanos = nanos;
  }

  /**
   * Adds what proxies before an endpoint have to let through for gRPC, if the caller left it out,
   * and how long the call may take if that is less than the caller allows.
   */
  void completeForGrpc() {
    if (!te) {
      fields.add(Fields.TE_TRAILERS);
    }
    if (limitNanos < (timeout == null ? Long.MAX_VALUE : timeoutNanos(true))) {
      timeout = limit();
      if (timeoutAt == NONE) {
        timeoutAt = fields.size();
        fields.add(timeout);
      } else {
        fields.set(timeoutAt, timeout);
      }
    }
  }

  /** The field that says so; calls of a method have the same. */
  private HeaderField limit() {
    HeaderField known = writtenLimit;
    if (known == null || writtenNanos != limitNanos) {
      known = HeaderField.of(HeaderName.GRPC_TIMEOUT, GrpcTimeout.format(limitNanos));
      writtenLimit = known;
      writtenNanos = limitNanos;
    }
    return known;
  }

  private void take(HeaderField field, HeaderField upstreamPath) {
    HeaderName name = field.name();
    if (name.isPlain()) {
      fields.add(field);
    } else if (name == HeaderName.PATH) {
      pathAt = fields.size();
      fields.add(upstreamPath);
    } else if (name == HeaderName.SCHEME) {
      schemeAt = fields.size();
      fields.add(Fields.SCHEME_HTTP);
    } else if (!isDropped(name)) {
      note(field);
      fields.add(field);
    }
  }

  /** Keeps in mind where the fields are that change with the endpoint, none of them plain. */
  private void note(HeaderField field) {
    HeaderName name = field.name();
    if (name == HeaderName.AUTHORITY) {
      authorityAt = fields.size();
    } else if (name == HeaderName.GRPC_TIMEOUT) {
      timeoutAt = fields.size();
      timeout = field;
    } else if (name == HeaderName.TE) {
      te = true;
    }
  }

  /** Fields with addresses become one: not all who read them look at more. */
  private void takeForwarded(HeaderField field) {
    if (field.name() != HeaderName.X_FORWARDED_FOR) {
      fields.add(field);
    } else {
      HeaderField before = addresses;
      addresses = before == null ? field : ClientAddress.join(before, field);
    }
  }

  private void addAddresses(ClientAddress client) {
    HeaderField all = client.behind(addresses);
    if (all != null) {
      fields.add(all);
    }
  }

  /** A caller may name the host in Host only, or not at all (RFC 9113, 8.3.1). */
  private void addAuthority(FieldList received, @Nullable HeadEdits edits) {
    HeaderField host =
        edits != null && edits.removes(HeaderName.HOST) ? null : received.find(HeaderName.HOST);
    authorityAt = fields.size();
    fields.add(
        host == null ? Fields.NO_AUTHORITY : HeaderField.of(HeaderName.AUTHORITY, host.value()));
  }

  /**
   * Fields between the caller and us only (RFC 9110, 7.6.1 and 11.7), and host, which lives on in
   * :authority. None of them is {@link HeaderName#isPlain plain}.
   */
  private boolean isDropped(HeaderName name) {
    return name == HeaderName.HOST
        || (hidesTe && name == HeaderName.TE)
        || name == HeaderName.PROXY_AUTHENTICATE
        || name == HeaderName.PROXY_AUTHORIZATION;
  }

  /**
   * The head for an attempt at an endpoint with this authority; valid until the next attempt.
   *
   * @param elapsedNanos how long the call has taken so far
   */
  FieldList fieldsFor(Endpoint endpoint, HeaderField endpointAuthority, long elapsedNanos) {
    String prefix = endpoint.pathPrefix();
    if (path != null && (!prefix.isEmpty() || path != fields.get(pathAt))) {
      fields.set(
          pathAt,
          prefix.isEmpty() ? path : HeaderField.of(HeaderName.PATH, prefix + path.valueText()));
    }
    if (!keepsAuthority) {
      fields.set(authorityAt, endpointAuthority);
    }
    if (endpoint.transport().isSecure() != secure) {
      changeScheme();
    }
    if (timeout != null && elapsedNanos > 0) {
      shorten(timeout, elapsedNanos);
    }
    return fields;
  }

  /** A list may have endpoints of both schemes. */
  private void changeScheme() {
    secure = !secure;
    if (schemeAt != NONE) {
      fields.set(schemeAt, secure ? Fields.SCHEME_HTTPS : Fields.SCHEME_HTTP);
    }
  }

  /**
   * How long the call may take; {@link Long#MAX_VALUE} if nobody said anything about it.
   *
   * @param grpc whether its caller could
   */
  long timeoutNanos(boolean grpc) {
    return timeout == null || !grpc ? limitNanos : GrpcTimeout.parseNanos(timeout.value());
  }

  /** An endpoint gets the time that is left, never more (gRPC document "PROTOCOL-HTTP2"). */
  private void shorten(HeaderField given, long elapsedNanos) {
    long nanos = GrpcTimeout.parseNanos(given.value());
    if (nanos != GrpcTimeout.INVALID) {
      byte[] left = GrpcTimeout.format(nanos - elapsedNanos);
      fields.set(timeoutAt, HeaderField.of(HeaderName.GRPC_TIMEOUT, left));
    }
  }
}
