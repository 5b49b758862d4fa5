package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.filter.Identity;
import dev.weir.store.KeyHash;
import dev.weir.store.KeyTable;
import dev.weir.store.Store;
import dev.weir.store.TykHash.Function;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds keys that came with hashes of Tyk's by tokens, as Tyk would (its {@code SessionDetail}): by
 * the token, by the organisation with the token behind it, and by the token that Tyk would have
 * made of both. Where there are no such keys nothing of this is done. For all threads; one at a
 * time changes it.
 */
final class ImportedTokens {
  private final KeyTable<KnownKey> keys;

  /** Those whose tokens were shown, by the hashes of those. */
  private final KeyTable<ImportedToken> shown = new KeyTable<>();

  /** Of which there are keys. */
  private volatile Set<Function> functions = Set.of();

  private volatile @Nullable Keeping keeping;

  /** What is needed to tell hashes, and to keep them. */
  private record Keeping(KeyHash hash, ImportedTokenWriter writer) {}

  /**
   * Who may have shown a token.
   *
   * @param id what the key came with, as the store has it
   */
  private record Candidate(ImportedToken owner, String id, String tokenHash) {}

  /**
   * @param keys all keys, by the ids of their records
   */
  ImportedTokens(KeyTable<KnownKey> keys) {
    this.keys = keys;
  }

  /** Tokens are known from now on, and what is found out of them is kept there. */
  void keepIn(Store store, KeyHash hash) {
    keeping = new Keeping(hash, new ImportedTokenWriter(store));
  }

  boolean areThere() {
    return !functions.isEmpty();
  }

  /**
   * A key was written.
   *
   * @param state null for a key that has nothing to do with this
   */
  void take(KnownKey key, @Nullable ImportedState state) {
    if (state == null || !(key.owner() instanceof ImportedToken token)) {
      return;
    }
    if (!functions.contains(state.function())) {
      Set<Function> more = EnumSet.of(state.function());
      more.addAll(functions);
      functions = Collections.unmodifiableSet(more);
    }
    String hash = state.tokenHash();
    if (!hash.isEmpty()) {
      if (!hash.equals(token.tokenHash())) {
        forget(token);
      }
      token.isKept(hash);
      shown.put(hash, token);
    }
  }

  /** A key is deleted. */
  void forget(KnownKey key) {
    if (key.owner() instanceof ImportedToken token) {
      forget(token);
    }
  }

  private void forget(ImportedToken token) {
    String hash = token.tokenHash();
    if (hash != null && shown.find(hash) == token) {
      shown.remove(hash);
    }
  }

  /** Who shows a token; null for nobody who came with a hash. */
  @Nullable Identity find(byte[] owner, byte[] credential, int offset, int length) {
    Keeping now = keeping;
    if (now == null) {
      return null;
    }
    // One character for each byte, whatever they mean.
    String organisation = new String(owner, ISO_8859_1);
    String shownToken = new String(credential, offset, length, ISO_8859_1);
    List<Candidate> unsure = new ArrayList<>();
    for (String text : candidates(organisation, shownToken)) {
      byte[] token = text.getBytes(ISO_8859_1);
      String tokenHash = now.hash().of(token);
      ImportedToken known = shown.find(tokenHash);
      if (known != null) {
        return known;
      }
      Candidate candidate = candidate(now, organisation, token, tokenHash);
      if (candidate != null) {
        unsure.add(candidate);
      }
    }
    return choose(now, unsure);
  }

  /** Whose token is known comes first: another may have the hash of a token by chance. */
  private static @Nullable ImportedToken choose(Keeping now, List<Candidate> unsure) {
    for (Candidate candidate : unsure) {
      if (candidate.owner().isOfNoOtherThan(candidate.tokenHash())) {
        return kept(now, candidate);
      }
    }
    for (Candidate candidate : unsure) {
      if (candidate.owner().isOf(candidate.tokenHash())) {
        return kept(now, candidate);
      }
    }
    return null;
  }

  private List<String> candidates(String owner, String token) {
    List<String> candidates = new ArrayList<>(List.of(token));
    if (Function.told(token.getBytes(ISO_8859_1)) == null) {
      String id = token.startsWith(owner) ? token.substring(owner.length()) : token;
      candidates.add(owner + token);
      functions.forEach(function -> candidates.add(described(owner, id, function)));
    }
    return candidates;
  }

  /** As Tyk writes it, which does not look at what is in the texts. */
  private static String described(String owner, String id, Function function) {
    String json =
        "{\"org\":\"%s\",\"id\":\"%s\",\"h\":\"%s\"}".formatted(owner, id, function.label());
    return Base64.getEncoder().encodeToString(json.getBytes(ISO_8859_1));
  }

  private @Nullable Candidate candidate(
      Keeping now, String organisation, byte[] token, String tokenHash) {
    Function function = Function.by(token);
    if (!functions.contains(function)) {
      return null;
    }
    String id = now.hash().of(function.of(token));
    KnownKey key = keys.find(id);
    if (key == null || !(key.owner() instanceof ImportedToken owner)) {
      return null;
    }
    return isStrange(key, organisation, token) ? null : new Candidate(owner, id, tokenHash);
  }

  /** Whether a key of another organisation has the hash of a token that does not name that. */
  private static boolean isStrange(KnownKey key, String organisation, byte[] token) {
    KeyRules rules = key.rules();
    // One character for each byte, as of the token.
    String its = rules == null ? "" : new String(rules.orgId().getBytes(UTF_8), ISO_8859_1);
    return !organisation.isEmpty()
        && !its.equals(organisation)
        && Function.told(token) == null
        && !new String(token, ISO_8859_1).startsWith(its);
  }

  private static ImportedToken kept(Keeping now, Candidate candidate) {
    ImportedToken owner = candidate.owner();
    if (owner.beginKeeping()) {
      now.writer().write(owner, candidate.id(), candidate.tokenHash());
    }
    return owner;
  }
}
