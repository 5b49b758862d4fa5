package dev.weir.engine;

import io.netty.handler.codec.http2.Http2Headers;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Metadata of a call as one text, {@code name=value;...}: names begin with {@code m-}, some entries
 * come back in other calls and some do not.
 */
final class Metadata {
  private Metadata() {}

  static String random(SplittableRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4) - 1; i > 0; i--) {
      text.append("m-").append(random.nextInt(5)).append('=');
      if (random.nextInt(3) == 0) {
        text.append("x".repeat(random.nextInt(random.nextInt(20) == 0 ? 20_000 : 100)));
      } else {
        text.append('v').append(random.nextInt(4));
      }
      text.append(';');
    }
    return text.toString();
  }

  static void add(Http2Headers fields, String text) {
    if (!text.isEmpty()) {
      for (String entry : text.split(";", -1)) {
        int split = entry.indexOf('=');
        if (split > 0) {
          fields.add(entry.substring(0, split), entry.substring(split + 1));
        }
      }
    }
  }

  static String of(Http2Headers fields) {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<CharSequence, CharSequence> field : fields) {
      if (field.getKey().length() > 2
          && field.getKey().charAt(1) == '-'
          && field.getKey().charAt(0) == 'm') {
        text.append(field.getKey()).append('=').append(field.getValue()).append(';');
      }
    }
    return text.toString();
  }
}
