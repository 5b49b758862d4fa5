package dev.weir.engine;

import dev.weir.http2.FieldList;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What is changed on a head: fields that go, and fields that come in the place of those with their
 * names. Immutable, for all threads; fields without variables are made once.
 */
public final class HeadEdits {
  private static final Template[] NO_TEMPLATES = {};

  private final FoldedNames gone;
  private final HeaderField[] coming;
  private final Template[] templates;

  /** Whether nothing of a call counts but what its caller's grants say. */
  private final boolean ofGrants;

  private HeadEdits(
      FoldedNames gone, HeaderField[] coming, Template[] templates, boolean ofGrants) {
    this.gone = gone;
    this.coming = coming;
    this.templates = templates;
    this.ofGrants = ofGrants;
  }

  /**
   * These edits.
   *
   * @param gone names in lower case, those of the fields that come too
   * @param fixed fields that come as they are
   * @param templates fields that are made for each call
   */
  public static HeadEdits of(
      Collection<String> gone, List<HeaderField> fixed, List<Template> templates) {
    return new HeadEdits(
        FoldedNames.of(gone),
        fixed.toArray(HeaderField[]::new),
        templates.toArray(Template[]::new),
        templates.stream().allMatch(Template::isOfGrants));
  }

  /** The same for one call, with all fields made. */
  HeadEdits filled(CallFacts facts) {
    if (templates.length == 0) {
      return this;
    }
    return ofGrants ? facts.caller().filled(this, facts) : fill(facts);
  }

  /** Makes the fields. */
  HeadEdits fill(CallFacts facts) {
    HeaderField[] all = Arrays.copyOf(coming, coming.length + templates.length);
    for (int i = 0; i < templates.length; i++) {
      all[coming.length + i] = templates[i].fill(facts);
    }
    return new HeadEdits(gone, all, NO_TEMPLATES, true);
  }

  /** Whether fields with that name go. */
  boolean removes(HeaderName name) {
    return gone.has(name);
  }

  /** Adds the fields of a head that stay. */
  void keep(FieldList head, FieldList into) {
    for (int i = 0; i < head.size(); i++) {
      if (!removes(head.get(i).name())) {
        into.add(head.get(i));
      }
    }
  }

  /** Adds the fields that come; only when they are {@link #filled}. */
  void add(FieldList into) {
    for (HeaderField field : coming) {
      into.add(field);
    }
  }
}
