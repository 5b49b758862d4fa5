package dev.weir.engine;

import dev.weir.balance.EndpointGroup;
import dev.weir.http2.HeaderField;
import org.jspecify.annotations.Nullable;

/**
 * Where a call goes in place of the path that it asks for.
 *
 * @param path {@code :path} as the endpoint gets it, but for what the endpoint has before it
 * @param plain whether the path is one that a gRPC call may have
 * @param group that has the endpoint; null for the API's own
 */
record Destination(HeaderField path, boolean plain, @Nullable EndpointGroup group) {}
