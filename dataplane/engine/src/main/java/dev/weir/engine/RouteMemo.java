package dev.weir.engine;

import dev.weir.http2.HeaderField;
import org.jspecify.annotations.Nullable;

/**
 * What routing found out about a {@code :path} field, kept on the field: valid for calls with the
 * same generation of the configuration and the same authority field on the same connection.
 *
 * @param action null when no route matches
 * @param upstreamPath the path that the endpoint gets
 * @param plainPath whether the path is one that a gRPC call may have
 */
record RouteMemo(
    long generation,
    @Nullable HeaderField authority,
    @Nullable RouteAction action,
    HeaderField upstreamPath,
    boolean plainPath) {}
