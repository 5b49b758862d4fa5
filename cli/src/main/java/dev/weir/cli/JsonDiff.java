package dev.weir.cli;

import dev.weir.model.Json;
import dev.weir.model.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is different in two documents, a line each: {@code +} new, {@code -} gone, {@code ~} other.
 */
final class JsonDiff {
  private final List<String> lines = new ArrayList<>();

  private JsonDiff() {}

  static List<String> lines(Json before, Json after) {
    var diff = new JsonDiff();
    diff.compare("", before, after);
    return diff.lines;
  }

  private void compare(String path, @Nullable Json before, @Nullable Json after) {
    if (before instanceof Json.Obj old && after instanceof Json.Obj fresh) {
      Set<String> names = new LinkedHashSet<>(old.members().keySet());
      names.addAll(fresh.members().keySet());
      String prefix = path.isEmpty() ? "" : path + ".";
      names.forEach(name -> compare(prefix + name, old.get(name), fresh.get(name)));
    } else if (before == null && after != null) {
      lines.add("+ %s: %s".formatted(path, JsonWriter.text(after)));
    } else if (after == null && before != null) {
      lines.add("- %s: %s".formatted(path, JsonWriter.text(before)));
    } else if (before != null && after != null) {
      String old = JsonWriter.text(before);
      String fresh = JsonWriter.text(after);
      if (!old.equals(fresh)) {
        lines.add("~ %s: %s -> %s".formatted(path, old, fresh));
      }
    }
  }
}
