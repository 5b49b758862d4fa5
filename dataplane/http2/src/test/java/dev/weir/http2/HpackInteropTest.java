package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both directions against Netty's codec, with random header lists and table sizes from a seed. */
class HpackInteropTest {
  private static final int BLOCKS = 10_000;
  private static final int[] TABLE_SIZES = {0, 31, 64, 200, 1000, 4095, 4096};

  @ParameterizedTest
  @ValueSource(ints = {0, 512, Integer.MAX_VALUE})
  void decodesWhatNettyEncodes(int huffmanThreshold) throws Http2Exception {
    RandomHeaders headers = new RandomHeaders(7541L + huffmanThreshold);
    DefaultHttp2HeadersEncoder netty =
        new DefaultHttp2HeadersEncoder(
            (name, value) -> value.length() % 8 == 3, true, 16, huffmanThreshold);
    HpackDecoder decoder = new HpackDecoder(4096);

    for (int i = 0; i < BLOCKS; i++) {
      if (headers.random().nextInt(50) == 0) {
        netty.configuration().maxHeaderTableSize(tableSize(headers));
      }
      List<HeaderField> sent = headers.next();
      ByteBuf block = Unpooled.buffer();
      netty.encodeHeaders(1, toNetty(sent), block);

      FieldList decoded = new FieldList();
      assertThat(decoder.decode(block.array(), 0, block.readableBytes(), decoded)).isTrue();

      assertThat(texts(decoded)).isEqualTo(texts(sent));
      for (int f = 0; f < decoded.size(); f++) {
        assertThat(decoded.get(f).isNeverIndexed())
            .isEqualTo(decoded.get(f).value().length % 8 == 3);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nettyDecodesWhatWeEncode(long seed) throws Http2Exception {
    RandomHeaders headers = new RandomHeaders(seed);
    DefaultHttp2HeadersDecoder netty = new DefaultHttp2HeadersDecoder(false, 1 << 20);
    HpackEncoder encoder = new HpackEncoder();

    for (int i = 0; i < BLOCKS; i++) {
      for (int changes = headers.random().nextInt(50); changes > 47; changes--) {
        int size = tableSize(headers);
        netty.configuration().maxHeaderTableSize(size);
        encoder.peerTableSize(size);
      }
      List<HeaderField> sent = headers.next();

      Http2Headers decoded = netty.decodeHeaders(1, Unpooled.wrappedBuffer(encode(encoder, sent)));

      assertThat(texts(decoded)).isEqualTo(texts(sent));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void decodesWhatWeEncodeWithItsFlags(long seed) {
    RandomHeaders headers = new RandomHeaders(seed);
    HpackDecoder decoder = new HpackDecoder(4096);
    HpackEncoder encoder = new HpackEncoder();

    for (int i = 0; i < BLOCKS; i++) {
      for (int changes = headers.random().nextInt(50); changes > 47; changes--) {
        encoder.peerTableSize(tableSize(headers));
      }
      List<HeaderField> sent = headers.next();
      byte[] block = encode(encoder, sent);

      FieldList decoded = new FieldList();
      assertThat(decoder.decode(block, 0, block.length, decoded)).isTrue();

      assertThat(texts(decoded)).isEqualTo(texts(sent));
      for (int f = 0; f < decoded.size(); f++) {
        assertThat(decoded.get(f).isNeverIndexed()).isEqualTo(sent.get(f).isNeverIndexed());
      }
    }
  }

  private static int tableSize(RandomHeaders headers) {
    return TABLE_SIZES[headers.random().nextInt(TABLE_SIZES.length)];
  }

  private static byte[] encode(HpackEncoder encoder, List<HeaderField> fields) {
    byte[] out = new byte[1 << 17];
    int end = encoder.beginBlock(out, 0);
    assertThat(end).isLessThanOrEqualTo(HpackEncoder.MAX_UPDATE_BYTES);
    for (HeaderField field : fields) {
      int before = end;
      end = encoder.encode(field, out, end);
      assertThat(end - before).isLessThanOrEqualTo(HpackEncoder.maxEncodedSize(field));
    }
    return Arrays.copyOf(out, end);
  }

  private static Http2Headers toNetty(List<HeaderField> fields) {
    Http2Headers headers = new DefaultHttp2Headers(false);
    for (HeaderField field : fields) {
      headers.add(ascii(field.name().bytes()), ascii(field.value()));
    }
    return headers;
  }

  private static AsciiString ascii(byte[] bytes) {
    return new AsciiString(bytes, false);
  }

  private static List<String> texts(FieldList fields) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      texts.add(text(fields.get(i)));
    }
    return texts;
  }

  private static List<String> texts(List<HeaderField> fields) {
    return fields.stream().map(HpackInteropTest::text).toList();
  }

  private static String text(HeaderField field) {
    return field.name() + ": " + field.valueText();
  }

  private static List<String> texts(Http2Headers headers) {
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
