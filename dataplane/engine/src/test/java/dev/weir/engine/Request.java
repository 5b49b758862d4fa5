package dev.weir.engine;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.SplittableRandom;

/** The ways in which a caller begins a call. */
enum Request {
  GRPC,
  /** Not gRPC: the gateway's own answers are in HTTP. */
  HTTP,
  /** Breaks a rule: refused before anybody looks at it. */
  MALFORMED,
  /** Has more metadata than the gateway takes. */
  OVERSIZED;

  private static final int TOO_LARGE = 70_000;

  static Request random(SplittableRandom random, boolean calm) {
    int dice = random.nextInt(40);
    if (dice < 2 && !calm) {
      return dice == 0 ? MALFORMED : OVERSIZED;
    }
    return dice < 8 ? HTTP : GRPC;
  }

  Http2Headers head(SplittableRandom random) {
    Http2Headers head =
        new DefaultHttp2Headers(false)
            .method("POST")
            .scheme("http")
            .authority("caller.test")
            .add("content-type", this == HTTP ? "application/json" : "application/grpc")
            .add("te", "trailers");
    if (this == MALFORMED) {
      spoil(head, random);
    } else if (this == OVERSIZED) {
      head.add("m-0", "x".repeat(TOO_LARGE));
    }
    return head;
  }

  private static void spoil(Http2Headers head, SplittableRandom random) {
    switch (random.nextInt(5)) {
      case 0 -> head.remove(":method");
      case 1 -> head.add("Upper", "1");
      case 2 -> head.add("connection", "close");
      case 3 -> head.add(":status", "200");
      default -> head.add("content-length", "+5");
    }
  }
}
