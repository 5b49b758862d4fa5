/**
 * Real servers and clients, scripted HTTP/2 peers and broken networks for tests.
 *
 * <p>Three ways to stand at either end of Weir, from the most usual to the most hostile:
 *
 * <ul>
 *   <li>{@link dev.weir.testkit.EchoBackend} and {@link dev.weir.testkit.EchoClient}: grpc-java as
 *       users run it, with client retries off, so that a lost call shows.
 *   <li>{@link dev.weir.testkit.WireServer} and {@link dev.weir.testkit.WirePeer}: frames written
 *       and read one by one, for what no library sends.
 *   <li>{@link dev.weir.testkit.FaultProxy}: a TCP hop that delays, stalls, cuts and resets.
 * </ul>
 *
 * <p>Nothing here depends on a module of Weir: the testkit's opinion is an independent one. Every
 * wait has the limit {@link dev.weir.testkit.Patience} and fails with what it was waiting for.
 */
@NullMarked
package dev.weir.testkit;

import org.jspecify.annotations.NullMarked;
