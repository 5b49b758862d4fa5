package dev.weir.model;

import java.util.List;

/**
 * Methods of HTTP by which paths are called in place of those of their callers. There is no other
 * one than POST, by which gRPC is called.
 *
 * @param toPost paths that are called by POST
 */
public record MethodTransforms(List<PathLists.Entry> toPost) {
  static final MethodTransforms NONE = new MethodTransforms(List.of());

  public MethodTransforms {
    toPost = List.copyOf(toPost);
  }

  /** Whether servers see the methods of callers. */
  public boolean isEmpty() {
    return toPost.isEmpty();
  }
}
