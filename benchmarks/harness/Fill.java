import dev.weir.store.Edit;
import dev.weir.store.KeyVault;
import dev.weir.store.PasswordHash;
import dev.weir.store.RecordKind;
import java.nio.file.Path;
import java.util.ArrayList;

/**
 * Writes keys into the store of a data folder, quicker than the control API would take them: {@code java -cp LIB Fill.java
 * DATA_FOLDER KEYS POLICIES [PASSWORD]}. The tokens are those of the style {@code keys} in styles.py; with a password they are
 * users in the place of keys, whose names are the tokens without the organisation, {@code bench}.
 */
public class Fill {
  private static final int AT_ONCE = 1000;
  private static final String KEY =
      """
      {"alias":"key %1$d","org_id":"bench","apply_policies":["bench-%2$d"],"expires":%3$d,\
      "date_created":"2026-01-01T00:00:00Z","last_updated":"%1$d"%4$s}\
      """;
  private static final String USER =
      """
      ,"basic_auth_data":{"password":"%s","hash_type":"bcrypt"}\
      """;

  private Fill() {}

  /** See above. */
  public static void main(String[] arguments) throws Exception {
    int keys = Integer.parseInt(arguments[1]);
    int policies = Integer.parseInt(arguments[2]);
    // One hash for all: each comparison takes as long as with any other.
    String more = arguments.length > 3 ? USER.formatted(new PasswordHash().of(arguments[3])) : "";
    try (KeyVault vault = new KeyVault(Path.of(arguments[0]))) {
      KeyVault.Open open = vault.open();
      var edits = new ArrayList<Edit>();
      for (int key = 0; key < keys; key++) {
        String document = KEY.formatted(key, key % policies, 4_000_000_000L + key, more);
        edits.add(new Edit(RecordKind.KEY, open.hash().of("bench%07d".formatted(key)), document));
        if (edits.size() == AT_ONCE || key == keys - 1) {
          open.store().write(edits);
          edits.clear();
        }
      }
    }
  }
}
