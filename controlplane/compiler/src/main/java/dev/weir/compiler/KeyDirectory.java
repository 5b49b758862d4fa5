package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.compiler.KeyDocuments.Read;
import dev.weir.compiler.KeyDocuments.Said;
import dev.weir.filter.Identity;
import dev.weir.filter.IdentityLookup;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.NameAndPassword;
import dev.weir.model.KeyDefinition;
import dev.weir.model.KeyDefinition.Credentials;
import dev.weir.model.KeyReader;
import dev.weir.store.KeyHash;
import dev.weir.store.KeyTable;
import dev.weir.store.KeyVault;
import dev.weir.store.QuotaEntry;
import dev.weir.store.RecordKind;
import dev.weir.store.Store;
import dev.weir.store.StoreException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of a store, in memory, as calls ask for them: what is written to the store counts for
 * the next call. Nobody is known before it is {@link #ready}. For all threads.
 */
public final class KeyDirectory implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeyDirectory.class);

  private final KeyTable<KnownKey> keys = new KeyTable<>();
  private final KeyVault vault;
  private final KeyDocuments documents;
  private final AtomicLong changes = new AtomicLong();
  private final ReentrantLock opening = new ReentrantLock();

  private final SharedRules rules;
  private final QuotaKeeper quotas = new QuotaKeeper();
  private final Subjects subjects = new Subjects(quotas);
  private final ImportedTokens imported = new ImportedTokens(keys);
  private final ExpiredKeys expired;
  private final PasswordThreads passwords = new PasswordThreads();
  private @Nullable QuotaThread keeping;
  private boolean following;
  private volatile @Nullable KeyHash hash;
  private final KeyPatterns patterns;

  /** Guarded by {@link #opening} where it is changed. */
  private volatile RightsBasis basis = RightsBasis.nothing();

  /**
   * The keys of a vault.
   *
   * @param reader tells what may be a key
   * @param matching how patterns of their methods are searched
   */
  public KeyDirectory(KeyVault vault, KeyReader reader, Matching matching) {
    this.vault = vault;
    this.patterns = new KeyPatterns(matching);
    this.rules = new SharedRules(matching, patterns);
    this.documents = new KeyDocuments(reader, rules);
    this.expired = new ExpiredKeys(keys, documents);
  }

  /**
   * Opens the vault if it is not open, and returns when all of its keys are known. Blocks; not for
   * event loops.
   */
  public void ready() throws StoreException {
    opening.lock();
    try {
      if (hash == null) {
        KeyVault.Open open = vault.open();
        follow(open.store());
        quotas.load(open.quotas(), this::owner);
        keeping = QuotaThread.start(() -> quotas.keep(open.quotas()));
        imported.keepIn(open.store(), open.hash());
        expired.start(open.store(), InstantSource.system());
        hash = open.hash();
      }
    } finally {
      opening.unlock();
    }
  }

  /** Once, also when what comes after it fails and is tried again. */
  private void follow(Store store) throws StoreException {
    if (!following) {
      store.follow(documents.past(store, this::take), change -> take(documents.read(change)));
      following = true;
    }
  }

  private @Nullable QuotaOwner owner(QuotaEntry entry) {
    return entry.scope().startsWith(Subject.MARK)
        ? subjects.restore(entry.high(), entry.low())
        : keys.find(entry.high(), entry.low());
  }

  /** How many keys there are. */
  public int size() {
    return keys.size();
  }

  /** How much waits for passwords to be compared. */
  public ProofCounts logins() {
    return passwords.counts();
  }

  QuotaKeeper quotas() {
    return quotas;
  }

  /** Has the quotas of a key be whole again, if it is known. */
  public void resetQuotas(String hash) {
    KnownKey key = KeyHash.is(hash) ? keys.find(hash) : null;
    if (key != null) {
      quotas.reset(key);
    }
  }

  /** How many keys name each policy that is not there, and may call nothing. */
  Map<String, Integer> missingPolicies() {
    PolicyBook book = policies();
    Map<String, Integer> counts = new TreeMap<>();
    keys.forEach(key -> {
      KeyRules named = key.rules();
      if (named != null) {
        named.missing(book, id -> counts.merge(id, 1, Integer::sum));
      }
    });
    return counts;
  }

  /** Whether a policy counts now, which one in a file may not do yet, or never. */
  public boolean hasPolicy(String id) {
    return policies().find(id) != null;
  }

  ExpiredKeys expired() {
    return expired;
  }

  PolicyBook policies() {
    return basis.policies();
  }

  /** What counts for all keys. */
  RightsBasis basis() {
    return basis;
  }

  /** Those whose tokens others have signed. */
  Subjects subjects() {
    return subjects;
  }

  /** The key with a name, or with the organisation's in front of it; null for none. */
  @Nullable KnownKey named(String orgId, String name) {
    return new Lookup().named(orgId, name);
  }

  /** Whoever signs tokens with the secret of a key; null for nobody. */
  @Nullable JwtClient client(String orgId, String name) {
    KnownKey key = named(orgId, name);
    return key != null && key.owner() instanceof JwtClient client ? client : null;
  }

  /** What policies come to that a token names. */
  KeyRules rules(String orgId, List<String> named) {
    return rules.of(KeyDefinition.ofPolicies(orgId, named));
  }

  /** Somebody may do less from now on. */
  void changed() {
    changes.incrementAndGet();
  }

  /** Has other policies count, from the next call of each key on. Not for event loops. */
  public void policies(PolicyBook book) {
    opening.lock();
    try {
      basis = RightsBasis.of(book, basis.loose(), patterns);
      changes.incrementAndGet();
    } finally {
      opening.unlock();
    }
  }

  /**
   * Has plain paths be patterns in these APIs and in no others, from the next call of each key on.
   * Not for event loops.
   */
  void loose(Set<String> apis) {
    opening.lock();
    try {
      if (!apis.equals(basis.loose())) {
        rules.loose(apis);
        basis = RightsBasis.of(basis.policies(), apis, patterns);
        changes.incrementAndGet();
      }
    } finally {
      opening.unlock();
    }
  }

  /** For one thread, to find keys by their tokens. */
  public IdentityLookup lookup() {
    return new Lookup();
  }

  private void take(Read read) {
    if (read.kind() != RecordKind.KEY) {
      return;
    }
    if (read.isDeleted()) {
      forget(read.id());
    } else {
      write(read.id(), read.said());
    }
  }

  private void write(String id, @Nullable Said said) {
    if (said == null) {
      LOG.atError()
          .addKeyValue("key_hash", id)
          .log("a key in the store cannot be read, it is not let in");
      forget(id);
      return;
    }
    Credentials credentials = said.lasting().credentials();
    if (!credentials.certificate().isEmpty() && credentials.password().isSet()) {
      // Nobody shows both, and one is not enough.
      forget(id);
      return;
    }
    KnownKey known = keys.find(id);
    KnownKey key = known == null ? new KnownKey(this, id) : known;
    key.is(said.lasting().rules(), said.expires(), credentials, said.imported());
    imported.take(key, said.imported());
    if (known == null) {
      keys.put(id, key);
    }
    changes.incrementAndGet();
  }

  private void forget(String id) {
    KnownKey known = KeyHash.is(id) ? keys.find(id) : null;
    if (known != null) {
      imported.forget(known);
      known.isGone();
      quotas.forget(known);
      keys.remove(id);
      changes.incrementAndGet();
    }
  }

  /** Returns when the use of quotas is on the disk; before the vault closes. */
  @Override
  public void close() {
    opening.lock();
    try {
      passwords.close();
      expired.close();
      if (keeping != null) {
        keeping.close();
      }
    } finally {
      opening.unlock();
    }
  }

  /** Finds keys; has room for a token with its organisation in front. */
  private final class Lookup implements IdentityLookup {
    private KeyHash.@Nullable Hasher hasher;
    private byte[] joined = new byte[256];

    @Override
    public @Nullable Identity find(byte[] owner, byte[] credential, int offset, int length) {
      Identity found = byToken(find(credential, offset, length));
      if (found == null && owner.length > 0) {
        found = byToken(findOwned(owner, credential, offset, length));
      }
      return found == null && imported.areThere()
          ? imported.find(owner, credential, offset, length)
          : found;
    }

    @Nullable KnownKey named(String orgId, String name) {
      byte[] text = name.getBytes(UTF_8);
      KnownKey key = find(text, 0, text.length);
      return key == null ? findOwned(orgId.getBytes(UTF_8), text, 0, text.length) : key;
    }

    /** Names of users, certificates and clients are known to others; hashes of Tyk's are none. */
    private static @Nullable KnownKey byToken(@Nullable KnownKey key) {
      return key == null || key.owner() != null ? null : key;
    }

    @Override
    public @Nullable Identity holder(byte[] owner, byte[] fingerprint) {
      KnownKey key = findOwned(owner, fingerprint, 0, fingerprint.length);
      return key != null
              && key.owner() instanceof CertificateHolder holder
              && holder.holds(owner, fingerprint)
          ? holder
          : null;
    }

    @Override
    public @Nullable Identity find(byte[] owner, NameAndPassword shown) {
      KeyHash.Hasher mine = hasher();
      if (mine == null) {
        return null;
      }
      User user = user(owner, shown);
      // Of nobody too: how long it takes must not tell which names there are.
      hashOwned(mine, owner, shown.pair(), 0, shown.pair().length);
      return user != null && user.wasProvenBy(mine.high(), mine.low()) ? user : null;
    }

    @Override
    public boolean prove(byte[] owner, NameAndPassword shown, long address, Proven proven) {
      KeyHash.Hasher mine = hasher();
      if (mine == null) {
        return false;
      }
      User user = user(owner, shown);
      hashOwned(mine, owner, shown.pair(), 0, shown.pair().length);
      User.Proof proof = new User.Proof(mine.high(), mine.low());
      return passwords.compare(user, proof, shown.password(), address, proven);
    }

    @Override
    public void gaveUp() {
      passwords.gaveUp();
    }

    private @Nullable User user(byte[] owner, NameAndPassword shown) {
      KnownKey key = findOwned(owner, shown.pair(), 0, shown.nameBytes());
      return key != null && key.owner() instanceof User user ? user : null;
    }

    private @Nullable KnownKey findOwned(byte[] owner, byte[] token, int offset, int length) {
      KeyHash.Hasher mine = hasher();
      if (mine == null) {
        return null;
      }
      hashOwned(mine, owner, token, offset, length);
      return keys.find(mine.high(), mine.low());
    }

    private void hashOwned(
        KeyHash.Hasher mine, byte[] owner, byte[] token, int offset, int length) {
      int all = owner.length + length;
      if (joined.length < all) {
        joined = new byte[2 * all];
      }
      System.arraycopy(owner, 0, joined, 0, owner.length);
      System.arraycopy(token, offset, joined, owner.length, length);
      mine.hash(joined, 0, all);
    }

    private @Nullable KnownKey find(byte[] token, int offset, int length) {
      KeyHash.Hasher mine = hasher();
      if (mine == null) {
        return null;
      }
      mine.hash(token, offset, length);
      return keys.find(mine.high(), mine.low());
    }

    private KeyHash.@Nullable Hasher hasher() {
      KeyHash known = hash;
      if (hasher == null && known != null) {
        hasher = known.hasher();
      }
      return hasher;
    }

    @Override
    public long changes() {
      return changes.get();
    }
  }
}
