package dev.weir.engine;

import dev.weir.filter.PathVerdict;
import dev.weir.filter.RateLimit;
import dev.weir.http2.HeaderField;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link Terms} of an API come to for a path and a method of HTTP.
 *
 * @param verdict whether it may be called
 * @param request what is changed on the head that endpoints get; null for nothing
 * @param answer what is changed on the head that callers get; null for nothing
 * @param rate what counts it for the API; null for nothing
 * @param timeoutNanos how long a call may take; {@link Long#MAX_VALUE} for as long as its caller
 *     allows
 * @param method of HTTP by which it is called in place of the caller's; null for that
 * @param mock what answers in the place of a server; null for a server
 * @param rewrite where calls go in place of it; null for there
 */
record PathTerms(
    PathVerdict verdict,
    @Nullable HeadEdits request,
    @Nullable HeadEdits answer,
    @Nullable RateLimit rate,
    long timeoutNanos,
    @Nullable HeaderField method,
    @Nullable MockAnswer mock,
    @Nullable PathRewrite rewrite) {}
