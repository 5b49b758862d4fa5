package dev.weir.http2;

/**
 * Looks ahead in a header block that has not come to its end, so that what cannot come to a good
 * one is not waited for: integers without end, and strings longer than all that may still come (RFC
 * 7541, 5; CVE-2023-33953). Decodes nothing. Confined to one event loop.
 */
final class BlockScan {
  private final HpackReader in = new HpackReader();
  private final int maxBlockBytes;

  /** Where the first instruction begins that has not come as a whole. */
  private int scanned;

  private int blockEnd;

  /**
   * @param maxBlockBytes how long a block may become, CONTINUATION frames included
   */
  BlockScan(int maxBlockBytes) {
    this.maxBlockBytes = maxBlockBytes;
  }

  /** Another block begins. */
  void begin() {
    scanned = 0;
  }

  /** Goes on in a block that begins with the first byte and now has so many. */
  void scan(byte[] block, int size) {
    blockEnd = size;
    in.open(block, scanned, size - scanned);
    while (isInstructionWhole()) {
      scanned = in.position();
    }
    in.close();
  }

  private boolean isInstructionWhole() {
    if (!hasWholeInteger()) {
      return false;
    }
    int first = in.octet();
    if (first >= 0x80) {
      in.integer(first, 0x7f);
      return true;
    }
    if (first < 0x40 && first >= 0x20) {
      in.integer(first, 0x1f);
      return true;
    }
    boolean named = in.integer(first, first >= 0x40 ? 0x3f : 0x0f) > 0;
    return (named || isStringWhole()) && isStringWhole();
  }

  private boolean isStringWhole() {
    if (!hasWholeInteger()) {
      return false;
    }
    int length = in.integer(in.octet(), 0x7f);
    if (length > maxBlockBytes - in.position()) {
      throw new ConnectionFault(
          PeerFault.HEADER_BLOCK,
          "string of " + length + " bytes in a header block of " + maxBlockBytes + " at most");
    }
    return in.skip(length);
  }

  /** Whether an integer that begins here would end, or go on for too long, before the bytes do. */
  private boolean hasWholeInteger() {
    return blockEnd - in.position() > HpackReader.MAX_CONTINUATION_OCTETS;
  }
}
