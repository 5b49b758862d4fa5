package dev.weir.route;

/** What the first label of a host has to look like. All threads may share it. */
@FunctionalInterface
public interface HostLabel {

  /**
   * Whether the label is one of those.
   *
   * @param label as it was sent, in any case, without the dot
   */
  boolean matches(byte[] label);
}
