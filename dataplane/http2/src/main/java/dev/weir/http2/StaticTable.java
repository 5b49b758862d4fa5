package dev.weir.http2;

/** The static table of HPACK (RFC 7541, appendix A). */
final class StaticTable {
  private StaticTable() {}

  static boolean holds(HeaderField field) {
    return false;
  }
}
