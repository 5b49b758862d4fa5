package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.fuzz.FuzzTarget;
import dev.weir.http2.PlainHpackDecoder.Field;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * F-3: whatever the blocks, Netty's decoder makes the same of them. We refuse more than Netty in
 * the two ways that {@link #isStricter} names.
 */
final class HpackPeerTarget implements FuzzTarget {
  private static final int PLENTY = 1 << 24;

  @Override
  public void run(byte[] input) {
    HpackDecoder decoder = new HpackDecoder(4096);
    decoder.limits(PLENTY, PLENTY, PLENTY);
    DefaultHttp2HeadersDecoder netty = new DefaultHttp2HeadersDecoder(false, PLENTY);
    for (byte[] block : HeaderBlocks.read(input).blocks()) {
      List<String> theirs = theirs(netty, block);
      FieldList fields = new FieldList();
      try {
        assertThat(decoder.decode(block, 0, block.length, fields)).isTrue();
      } catch (ConnectionFault fault) {
        assertThat(theirs == null || isStricter(fault)).as("%s", fault.getMessage()).isTrue();
        return;
      }
      assertThat(pseudoFieldsFirst(fields)).isEqualTo(theirs);
    }
  }

  /** Netty's list of headers has them in that order whatever their order in the block. */
  private static List<String> pseudoFieldsFirst(FieldList fields) {
    return HpackDecoderTarget.fields(fields).stream()
        .sorted(Comparator.comparing(field -> !field.name().startsWith(":")))
        .map(Field::text)
        .toList();
  }

  private static boolean isStricter(ConnectionFault fault) {
    String message = String.valueOf(fault.getMessage());
    return message.startsWith("more than two table size updates")
        || message.startsWith("integer of more than");
  }

  /** What Netty makes of a block; null when it refuses it. */
  private static @Nullable List<String> theirs(DefaultHttp2HeadersDecoder netty, byte[] block) {
    Http2Headers headers;
    try {
      headers = netty.decodeHeaders(1, Unpooled.wrappedBuffer(block));
    } catch (Http2Exception e) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (Map.Entry<CharSequence, CharSequence> header : headers) {
      texts.add(latin1(header.getKey()) + ": " + latin1(header.getValue()));
    }
    return texts;
  }

  private static String latin1(CharSequence text) {
    return new String(((AsciiString) text).toByteArray(), ISO_8859_1);
  }
}
