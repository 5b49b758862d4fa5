package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Huffman decoding, against what Netty's encoder makes of the same text. */
class HuffmanTest {
  /** Enough short codes to make even two of the longest worth coding. */
  private static final int FILLER = 24;

  private final DefaultHttp2HeadersEncoder netty =
      new DefaultHttp2HeadersEncoder((name, value) -> true, true, 16, 0);

  @Test
  void decodesEachPairOfSymbols() throws Http2Exception {
    for (int first = 0; first < 256; first++) {
      byte[] text = new byte[256 * (FILLER + 2)];
      Arrays.fill(text, (byte) 'a');
      for (int second = 0; second < 256; second++) {
        text[second * (FILLER + 2)] = (byte) first;
        text[second * (FILLER + 2) + 1] = (byte) second;
      }
      assertDecodes(text);
    }
  }

  @Test
  void decodesEachPairOfSymbolsAtTheEnd() throws Http2Exception {
    byte[] text = new byte[FILLER];
    Arrays.fill(text, (byte) 'a');
    for (int pair = 0; pair < 1 << 16; pair++) {
      text[FILLER - 2] = (byte) (pair >>> 8);
      text[FILLER - 1] = (byte) pair;
      assertDecodes(text);
    }
  }

  @Test
  void decodesTextOfEachLength() throws Http2Exception {
    Random random = new Random(7541);
    String letters = "abcdefghijklmnopqrstuvwxyz/.-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (int length = 8; length < 400; length++) {
      byte[] text = new byte[length];
      Arrays.fill(text, (byte) 'a');
      for (int i = 8; i < length; i++) {
        text[i] = (byte) letters.charAt(random.nextInt(letters.length()));
      }
      assertDecodes(text);
    }
  }

  @Test
  void decodesNothingToNothing() {
    assertThat(Huffman.decode(new byte[0], 0, 0, new byte[2])).isZero();
  }

  @Test
  void keepsWithinTheRoomItAsksForOnAnyInput() {
    Random random = new Random(1);
    for (int i = 0; i < 200_000; i++) {
      byte[] coded = new byte[random.nextInt(40)];
      random.nextBytes(coded);
      if (i % 3 == 0) {
        Arrays.fill(coded, (byte) 0);
      }
      byte[] out = new byte[Huffman.maxDecodedLength(coded.length)];
      assertThat(Huffman.decode(coded, 0, coded.length, out)).isBetween(-1, out.length);
    }
  }

  private void assertDecodes(byte[] text) throws Http2Exception {
    byte[] block = encodedByNetty(text);
    HpackReader reader = new HpackReader();
    reader.open(block, 0, block.length);
    reader.octet();
    reader.string();
    reader.string();
    assertThat(reader.isHuffman()).isTrue();
    byte[] out = new byte[Huffman.maxDecodedLength(reader.stringLength())];

    int decoded = Huffman.decode(block, reader.stringOffset(), reader.stringLength(), out);

    assertThat(Arrays.copyOf(out, Math.max(0, decoded))).isEqualTo(text);
  }

  private byte[] encodedByNetty(byte[] text) throws Http2Exception {
    Http2Headers headers = new DefaultHttp2Headers(false).add("x", new AsciiString(text, false));
    ByteBuf out = Unpooled.buffer();
    netty.encodeHeaders(1, headers, out);
    byte[] block = new byte[out.readableBytes()];
    out.readBytes(block);
    return block;
  }
}
