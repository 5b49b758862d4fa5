package dev.weir.http2;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The header blocks of one direction of one connection, as fuzz targets read them from their input:
 *
 * <pre>
 * +-------------+--+------------+-----------+--+------------+------
 * | options (8) |T | length (14)| block ... |T | length (14)| ...
 * +-------------+--+------------+-----------+--+------------+------
 * </pre>
 *
 * @param options what else the target may vary; 0 in what was recorded
 * @param tables for each block the two bits T, a table size to set before it
 */
record HeaderBlocks(int options, List<byte[]> blocks, List<Integer> tables) {
  private static final int[] TABLE_SIZES = {4096, 0, 100, 1000};

  /** Reads an input; whatever it holds means something. */
  static HeaderBlocks read(byte[] input) {
    List<byte[]> blocks = new ArrayList<>();
    List<Integer> tables = new ArrayList<>();
    int at = 1;
    while (input.length - at >= 2) {
      int head = Bytes.uint16(input, at);
      int length = Math.min(head & 0x3fff, input.length - at - 2);
      at += 2;
      blocks.add(Arrays.copyOfRange(input, at, at + length));
      tables.add(TABLE_SIZES[head >>> 14]);
      at += length;
    }
    return new HeaderBlocks(input.length > 0 ? input[0] & 0xff : 0, blocks, tables);
  }
}
