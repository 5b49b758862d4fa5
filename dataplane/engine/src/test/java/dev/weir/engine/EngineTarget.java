package dev.weir.engine;

import static dev.weir.engine.Simulation.require;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.fuzz.FuzzTarget;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/**
 * The whole engine: two clients and any number of servers send what the input says, in bytes, in
 * frames and in whole messages. The gateway's code never fails, what it sends is valid and no more
 * than what it got is worth, every call ends, once, and in the end nothing is left. An octet of
 * options, then steps: see {@link #step}.
 */
final class EngineTarget implements FuzzTarget {
  private static final int MOST_STEPS = 300;
  private static final int MOST_WAITS = 20;

  /** What the gateway sends at most for an octet: a frame of nine may bring a list of 2000. */
  private static final int WORTH = 250;

  private static final int HEADERS = FrameOutput.HEADERS;
  private static final int END_STREAM = FrameOutput.END_STREAM;
  private static final int END_HEADERS = FrameOutput.END_HEADERS;
  private static final byte[] CREDIT = {0, 0, 16, 0};

  private static final String[][] REQUESTS = {
    {":method", "POST", ":scheme", "http", ":path", "/a.B/C", "content-type", "application/grpc"},
    {":method", "POST", ":scheme", "http", ":path", "/s/a.B/C", ":authority", "caller", "a", "1"},
    {":method", "GET", ":scheme", "http", ":path", "/hello", "host", "caller"},
    {
      ":method", "POST", ":scheme", "http", ":path", "/no/a.B/C", "content-type", "application/grpc"
    },
    {
      ":method",
      "POST",
      ":scheme",
      "http",
      ":path",
      "/a.B/C",
      "content-type",
      "application/grpc",
      "grpc-timeout",
      "1S",
      "te",
      "trailers",
      "content-length",
      "20"
    },
    {":method", "POST", ":scheme", "http", ":path", "/", "connection", "close"},
    {"x-trailer", "1"},
    {":method", "POST", ":scheme", "http", ":path", "a.B/C", "content-type", "application/grpc"},
    call(":method", "GET"),
    call("host", "caller"),
    {":method", "POST", ":scheme", "http", ":path", "/%61/C", "content-type", "Application/GRPC"},
    call("content-type", "text/html"),
    call("te", "gzip"),
    call("grpc-timeout", "1x"),
    call("x-bin", "!"),
    call("content-length", "+5"),
  };

  /** A call of gRPC with one field more, or with another method. */
  private static String[] call(String name, String value) {
    boolean method = name.equals(":method");
    String[] head = {
      ":method",
      method ? value : "POST",
      ":scheme",
      "http",
      ":path",
      "/a.B/C",
      "content-type",
      "application/grpc",
      method ? "a" : name,
      value
    };
    return head;
  }

  private static final String[][] RESPONSES = {
    {":status", "200", "content-type", "application/grpc"},
    {"grpc-status", "0"},
    {":status", "200", "content-type", "application/grpc", "grpc-status", "5"},
    {":status", "503", "content-type", "text/html"},
    {":status", "100"},
    {":status", "200", "content-type", "application/grpc", "content-length", "20"},
    {"grpc-status", "13", "grpc-message", "it%20broke"},
    {":status", "abc"},
  };

  @Override
  public void run(byte[] input) {
    ByteBuffer in = ByteBuffer.wrap(input);
    int options = octet(in);
    FuzzedGateway gateway =
        new FuzzedGateway((options & 1) != 0, (options & 2) != 0, (options & 4) != 0);
    for (int step = 0, waits = 0; step < MOST_STEPS && in.hasRemaining(); step++) {
      int what = octet(in);
      waits += (what & 15) == 8 ? 1 : 0;
      if (waits <= MOST_WAITS || (what & 15) != 8) {
        step(gateway, what & 15, what >>> 4 & 7, in);
      }
      // In the topmost bit: more is sent before any of it arrives.
      if (what < 128) {
        gateway.turn();
      }
    }
    gateway.turn();
    require(
        gateway.sent() <= 50_000 + WORTH * (long) input.length,
        () -> gateway.sent() + " bytes sent for " + input.length);
    gateway.end((options & 8) != 0);
  }

  /**
   * One step.
   *
   * @param what in the low four bits of its octet
   * @param who in the three bits above them: which client, or how late a server
   * @param in its further octets
   */
  private static void step(FuzzedGateway gateway, int what, int who, ByteBuffer in) {
    FuzzedPeer client = gateway.client(who);
    FuzzedPeer server = gateway.server(who);
    FuzzedPeer peer = server != null && (what & 1) != 0 ? server : client;
    switch (what) {
      case 0, 1 -> peer.send(octets(in, octet(in) << 8 | octet(in)));
      case 2, 3 -> peer.frame(octet(in), octet(in), octet(in), octets(in, octet(in)));
      case 4 -> request(client, octet(in));
      case 5 -> response(peer, octet(in));
      case 6, 7 -> data(peer, octet(in), octet(in));
      case 8 -> gateway.letTimePass(1L << octet(in) % 35);
      case 9 -> peer.stall(!peer.isStalled());
      case 10 -> client.stall(!client.isStalled());
      case 11 -> peer.leave((octet(in) & 1) != 0);
      case 12 -> gateway.finishConnecting(octet(in) % 4 > 0);
      case 13 -> credit(peer, octet(in));
      case 14 -> credit(client, octet(in));
      default -> rare(gateway, client, octet(in));
    }
  }

  private static void rare(FuzzedGateway gateway, FuzzedPeer client, int which) {
    switch (which & 3) {
      case 0 -> gateway.chunk(Math.max(which >>> 2, 1));
      case 1 -> client.leave((which & 4) != 0);
      case 2 -> gateway.drain();
      default -> gateway.cut();
    }
  }

  private static void request(FuzzedPeer client, int how) {
    int id = (how & 32) == 0 ? client.open() : client.stream(how >>> 6);
    client.frame(HEADERS, END_HEADERS | (how >>> 4 & END_STREAM), id, block(REQUESTS[how & 15]));
  }

  private static void response(FuzzedPeer server, int how) {
    int flags = END_HEADERS | (how >>> 4 & END_STREAM);
    server.frame(HEADERS, flags, server.stream(how >>> 5), block(RESPONSES[how & 7]));
  }

  private static void data(FuzzedPeer peer, int how, int size) {
    int length = size << (how >>> 4 & 3);
    peer.frame(FrameOutput.DATA, how >>> 6 & END_STREAM, peer.stream(how & 15), new byte[length]);
  }

  private static void credit(FuzzedPeer peer, int how) {
    int id = how == 0 ? 0 : peer.stream(how - 1);
    peer.frame(FrameOutput.WINDOW_UPDATE, 0, id, CREDIT);
  }

  /** Literals without indexing, in plain (RFC 7541, 6.2.2). */
  private static byte[] block(String... fields) {
    var block = new ByteArrayOutputStream();
    for (int i = 0; i < fields.length; i++) {
      if (i % 2 == 0) {
        block.write(0);
      }
      block.write(fields[i].length());
      block.writeBytes(fields[i].getBytes(US_ASCII));
    }
    return block.toByteArray();
  }

  private static int octet(ByteBuffer in) {
    return in.hasRemaining() ? in.get() & 0xff : 0;
  }

  private static byte[] octets(ByteBuffer in, int length) {
    byte[] octets = new byte[Math.min(length, in.remaining())];
    in.get(octets);
    return octets;
  }
}
