/**
 * HTTP/2 and HPACK: a sans-I/O core and the Netty handler that drives it.
 *
 * <p>Where a section of RFC 9113 (HTTP/2) is to be found:
 *
 * <ul>
 *   <li>3.4, connection preface: {@link dev.weir.http2.ServerConnection}, {@link
 *       dev.weir.http2.ClientConnection}; in time: {@link dev.weir.http2.Http2ChannelHandler}
 *   <li>4.1 and 4.2, frames and their size: {@link dev.weir.http2.FrameReader}, {@link
 *       dev.weir.http2.FrameWriter}
 *   <li>4.3 and 6.10, field blocks, CONTINUATION: {@link dev.weir.http2.HeaderReader}, {@link
 *       dev.weir.http2.HeaderBlock}
 *   <li>5.1, stream states: {@link dev.weir.http2.Http2Stream}, {@link
 *       dev.weir.http2.Http2Connection}; closed ones: {@link dev.weir.http2.StreamHistory}
 *   <li>5.1.1 and 5.1.2, identifiers and concurrency: {@link dev.weir.http2.ServerConnection},
 *       {@link dev.weir.http2.ClientConnection}
 *   <li>5.2, 6.1 and 6.9, flow control, DATA, WINDOW_UPDATE: {@link dev.weir.http2.DataReceiver},
 *       {@link dev.weir.http2.DataSender}, {@link dev.weir.http2.SendQueue}
 *   <li>5.3, 5.5, 6.3, 6.4, 6.6 and 6.7, priority, extensions, RST_STREAM, push, PING: {@link
 *       dev.weir.http2.FrameDispatcher}; PINGs of our own: {@link dev.weir.http2.Keepalive}
 *   <li>5.4, errors: {@link dev.weir.http2.ErrorHandling}, {@link dev.weir.http2.ConnectionFault};
 *       7, their codes: {@link dev.weir.http2.ErrorCode}
 *   <li>6.2, HEADERS: {@link dev.weir.http2.HeaderReader}
 *   <li>6.5, SETTINGS of the peer: {@link dev.weir.http2.PeerSettings}; ours, and 6.5.3, their
 *       acknowledgement: {@link dev.weir.http2.DataReceiver}
 *   <li>6.8, GOAWAY: {@link dev.weir.http2.Draining}, {@link dev.weir.http2.ClientConnection}
 *   <li>8.1 to 8.3, messages and their fields: {@link dev.weir.http2.HeadRules}, {@link
 *       dev.weir.http2.HeaderName}, {@link dev.weir.http2.HeaderField}; 8.3.1 and 8.5, values of
 *       pseudo-fields, CONNECT: {@link dev.weir.http2.PseudoFieldRules}
 *   <li>8.4, push, of which there is none: {@link dev.weir.http2.FrameDispatcher}
 *   <li>8.7, what may be tried again: {@link dev.weir.http2.StreamReset}, {@link
 *       dev.weir.http2.ClientConnection}
 *   <li>10.5, what peers may cost: {@link dev.weir.http2.Http2Limits}, {@link
 *       dev.weir.http2.ConductLimits}, {@link dev.weir.http2.PeerConduct}, {@link
 *       dev.weir.http2.StalledStreams}, {@link dev.weir.http2.ProcessLimits}; what we may cost
 *       servers: {@link dev.weir.http2.OwedResets}
 * </ul>
 *
 * <p>And of RFC 7541 (HPACK):
 *
 * <ul>
 *   <li>2.3.1, the static table: {@link dev.weir.http2.StaticTable}; 2.3.2 and 4, the dynamic one:
 *       {@link dev.weir.http2.DynamicTable}
 *   <li>3, decoding: {@link dev.weir.http2.HpackDecoder}; 5.1 and 5.2, integers and strings: {@link
 *       dev.weir.http2.HpackReader}, {@link dev.weir.http2.Huffman}
 *   <li>6, representations: {@link dev.weir.http2.HpackDecoder}, {@link
 *       dev.weir.http2.HpackEncoder}
 *   <li>7, security: what a table may hold for several connections, {@link
 *       dev.weir.http2.SharedFields}; what is never indexed, {@link dev.weir.http2.HeaderField}
 * </ul>
 */
@NullMarked
package dev.weir.http2;

import org.jspecify.annotations.NullMarked;
