package dev.weir.compiler;

import dev.weir.engine.HeadEdits;
import dev.weir.engine.Template;
import dev.weir.http2.FoldedNames;
import dev.weir.http2.HeaderField;
import dev.weir.http2.HeaderName;
import dev.weir.model.HeadChanges.Change;
import dev.weir.model.HeaderValue;
import dev.weir.model.HeaderValue.Context;
import dev.weir.model.HeaderValue.Part;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns changes of heads into edits: what is the same for every call is made here. */
final class HeadEditsCompiler {
  private HeadEditsCompiler() {}

  /** Changes that are made one after the other; null for none. */
  static @Nullable HeadEdits compile(Change... changes) {
    Set<String> gone = new LinkedHashSet<>();
    Map<String, HeaderValue> set = new LinkedHashMap<>();
    for (Change change : changes) {
      gone.addAll(change.removed());
      change.removed().forEach(name -> forget(set, name));
      gone.addAll(change.set().keySet());
      change.set().keySet().forEach(name -> forget(set, name));
      set.putAll(change.set());
    }
    if (gone.isEmpty()) {
      return null;
    }
    var fixed = new ArrayList<HeaderField>();
    var templates = new ArrayList<Template>();
    set.forEach((name, value) -> {
      if (value.isFixed()) {
        fixed.add(HeaderField.of(name, value.fixedText()));
      } else {
        List<Template.Part> parts = value.parts().stream().map(HeadEditsCompiler::part).toList();
        templates.add(new Template(HeaderName.of(name), parts));
      }
    });
    return HeadEdits.of(gone, fixed, templates);
  }

  /** Servers may not tell {@code _} from {@code -}. */
  private static void forget(Map<String, HeaderValue> set, String name) {
    set.keySet().removeIf(known -> known.replace('_', '-').equals(name.replace('_', '-')));
  }

  /** What is known of a call in place of a variable. */
  static Template.Part part(Part part) {
    return switch (part) {
      case HeaderValue.Text(String text) -> new Template.Text(text);
      case HeaderValue.Meta(String name) -> new Template.Meta(name);
      case HeaderValue.Claim(String name) -> new Template.Claim(name);
      case HeaderValue.Header(String name) -> new Template.Header(FoldedNames.of(List.of(name)));
      case Context context ->
          switch (context) {
            case REQUEST_ID -> Template.Fact.REQUEST_ID;
            case REMOTE_ADDRESS -> Template.Fact.REMOTE_ADDRESS;
            case PATH -> Template.Fact.PATH;
          };
      case HeaderValue.Unknown(String variable) -> new Template.Text(variable);
    };
  }
}
