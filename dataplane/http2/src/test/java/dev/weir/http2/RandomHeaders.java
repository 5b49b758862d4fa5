package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Header lists from a seed: some fields that come back, some that come once, of all shapes. */
final class RandomHeaders {
  private static final String[] NAMES = {
    "te",
    "content-type",
    "grpc-status",
    "grpc-timeout",
    "user-agent",
    "authorization",
    "cookie",
    "x-trace-bin",
    "custom-key",
    "a",
    "accept-encoding",
    "x-request-id",
    "grpc-encoding"
  };
  private static final String[] PSEUDO_NAMES = {":method", ":path", ":scheme", ":authority"};
  private static final String[] VALUES = {
    "",
    "trailers",
    "application/grpc",
    "0",
    "16",
    "POST",
    "/",
    "/helloworld.Greeter/SayHello",
    "https",
    "gzip, deflate",
    "grpc-java-netty/1.85",
    "Bearer " + "t".repeat(300),
    "x".repeat(1200)
  };

  private final Random random;

  RandomHeaders(long seed) {
    random = new Random(seed);
  }

  Random random() {
    return random;
  }

  List<HeaderField> next() {
    List<HeaderField> fields = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      fields.add(field(one(PSEUDO_NAMES)));
    }
    for (int i = random.nextInt(10); i > 0; i--) {
      fields.add(field(random.nextInt(4) == 0 ? randomName() : one(NAMES)));
    }
    return fields;
  }

  private HeaderField field(String name) {
    byte[] value = random.nextInt(3) == 0 ? randomValue() : one(VALUES).getBytes(ISO_8859_1);
    return random.nextInt(8) == 0
        ? HeaderField.neverIndexed(HeaderName.of(name), value)
        : HeaderField.of(HeaderName.of(name), value);
  }

  private String randomName() {
    StringBuilder name = new StringBuilder("x-");
    for (int i = random.nextInt(20); i > 0; i--) {
      name.append((char) ('a' + random.nextInt(26)));
    }
    return name.toString();
  }

  private byte[] randomValue() {
    byte[] value = new byte[random.nextInt(random.nextInt(20) == 0 ? 3000 : 60)];
    boolean text = random.nextBoolean();
    for (int i = 0; i < value.length; i++) {
      value[i] = (byte) (text ? ' ' + random.nextInt(95) : random.nextInt(256));
    }
    return value;
  }

  private String one(String[] choices) {
    return choices[random.nextInt(choices.length)];
  }
}
