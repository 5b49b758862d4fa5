package dev.weir.compiler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.call.ProxyError.Kind;
import dev.weir.compiler.KeyPatterns.KeyPattern;
import dev.weir.filter.Grant;
import dev.weir.filter.Grants;
import dev.weir.filter.Identity;
import dev.weir.filter.IdentityLookup;
import dev.weir.filter.IdentityLookup.Proven;
import dev.weir.filter.ListenPath;
import dev.weir.filter.MethodRules;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.NameAndPassword;
import dev.weir.filter.Quota;
import dev.weir.filter.QuotaRule;
import dev.weir.filter.QuotaUse;
import dev.weir.model.AccessRight;
import dev.weir.model.AccessRight.AllowedUrl;
import dev.weir.model.Allowance;
import dev.weir.model.KeyReader;
import dev.weir.model.PolicyDefinition;
import dev.weir.model.PolicyReader;
import dev.weir.store.Change;
import dev.weir.store.Condition;
import dev.weir.store.Edit;
import dev.weir.store.KeyHash;
import dev.weir.store.KeyVault;
import dev.weir.store.QuotaEntry;
import dev.weir.store.RecordKind;
import dev.weir.store.StoreException;
import dev.weir.store.StoredRecord;
import dev.weir.store.TykHash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of a real store, as calls find them. */
class KeyDirectoryTest {
  private static final String GREETER =
      "{\"org_id\":\"acme\",\"access_rights\":{\"greeter\":{\"api_id\":\"greeter\"}}}";
  private static final String OTHER =
      "{\"org_id\":\"acme\",\"access_rights\":{\"other\":{\"api_id\":\"other\"}}}";
  private static final String GOLD = "{\"org_id\":\"acme\",\"apply_policies\":[\"gold\"]}";

  /** Of open:sesame:ü. */
  private static final String PASSWORD =
      "{\"basic_auth_data\":{\"hash_type\":\"bcrypt\",\"password\":"
          + "\"$2a$04$x60oub9ohkopeowAHpTsbuersG6B8tpqBjL5PleKPchBNN0A4y07S\"},";

  private final IdentityLookup lookup;
  private final KeyVault vault;
  private final KeyDirectory directory;

  private final Path data;

  KeyDirectoryTest(@TempDir Path data) {
    this.data = data;
    vault = new KeyVault(data);
    directory = new KeyDirectory(vault, new KeyReader(false), Matching.TYK);
    lookup = directory.lookup();
  }

  @AfterEach
  void close() {
    directory.close();
    vault.close();
  }

  private static String quota(long max) {
    return GREETER.replace(
        "{\"org", "{\"quota_max\":%d,\"quota_renewal_rate\":60,\"org".formatted(max));
  }

  private Quota quotaOf(String token) {
    Identity key = known(token);
    Grant grant = Objects.requireNonNull(key.grants().of("greeter"));
    return key.quota(Objects.requireNonNull(grant.quota()));
  }

  private void keep() throws Exception {
    directory.quotas().keep(vault.open().quotas());
  }

  /** What the file says of quotas that are used, as a gateway would find it. */
  private Collection<QuotaEntry> kept() throws Exception {
    var last = new LinkedHashMap<List<Object>, QuotaEntry>();
    vault
        .open()
        .quotas()
        .read(entry -> last.put(List.of(entry.high(), entry.low(), entry.calls()), entry));
    last.values().removeIf(entry -> entry.used() == 0);
    return last.values();
  }

  /** The same store as a gateway finds it that was killed: nobody has told it anything. */
  private KeyDirectory killed() throws Exception {
    var next = new KeyDirectory(vault, new KeyReader(false), Matching.TYK);
    next.ready();
    return next;
  }

  @Test
  void whatIsUsedOfAQuotaIsKept() throws Exception {
    put("acmeone", quota(5));
    directory.ready();
    assertThat(quotaOf("one").admit(100)).isTrue();
    assertThat(quotaOf("one").admit(101)).isTrue();
    assertThat(quotaOf("one")).isSameAs(quotaOf("acmeone"));
    keep();
    String hash = vault.open().hash().of("acmeone");
    assertThat(kept())
        .containsExactly(
            new QuotaEntry(
                HexFormat.fromHexDigitsToLong(hash, 0, 16),
                HexFormat.fromHexDigitsToLong(hash, 16, 32),
                "",
                5,
                60,
                2,
                160));

    try (KeyDirectory next = killed()) {
      Identity key =
          Objects.requireNonNull(next.lookup().find(new byte[0], bytes("acmeone"), 0, 7));
      QuotaRule rule = new QuotaRule("", 5, 60);
      assertThat(key.quota(rule).use()).isEqualTo(new QuotaUse(2, 160));
      assertThat(key.quota(new QuotaRule("", 6, 60)).use()).isEqualTo(QuotaUse.NONE);
    }
  }

  private boolean mayCall(String token, String path) {
    Grant grant = known(token).grants().of("greeter");
    return grant != null && grant.allowsGrpc(bytes(path), ListenPath.of(0));
  }

  @Test
  void plainPathsArePatternsForTheApisThatSaySo() throws Exception {
    String rights = GREETER.replace("}}}", ",\"allowed_urls\":[URL]}}}");
    String say = "{\"url\":\"/g.Greeter/Say\",\"methods\":[\"POST\"]}";
    put("early", rights.replace("URL", say));
    directory.ready();
    assertThat(mayCall("early", "/g.Greeter/SayAgain")).isFalse();

    directory.loose(Set.of("greeter"));
    put("late", rights.replace("URL", say));
    put("long", rights.replace("URL", say + "," + say.replace("Say", "S".repeat(600))));
    assertThat(mayCall("early", "/g.Greeter/SayAgain")).isTrue();
    assertThat(mayCall("late", "/g.Greeter/SayAgain")).isTrue();
    assertThat(mayCall("long", "/g.Greeter/SayAgain")).isFalse();
    assertThat(mayCall("long", "/g.Greeter/Say")).isTrue();

    directory.loose(Set.of());
    assertThat(mayCall("early", "/g.Greeter/SayAgain")).isFalse();
    assertThat(mayCall("early", "/g.Greeter/Say")).isTrue();
  }

  @Test
  void aPatternIsOneObjectForAllWhoNameIt() {
    var patterns = new KeyPatterns(Matching.TYK);
    var one =
        new AccessRight(
            "greeter",
            List.of(),
            List.of(url("/g/{m}"), url("/g/Say")),
            Allowance.NONE,
            List.of(),
            "");
    var other =
        new AccessRight(
            "other", List.of(), List.of(url("/g/{m}"), url("/g/(")), Allowance.NONE, List.of(), "");

    Map<String, KeyPattern> ofOne = patterns.of(List.of(one), Set.of("other"));
    Map<String, KeyPattern> ofOther = patterns.of(List.of(other), Set.of("other"));

    assertThat(ofOne).containsOnlyKeys("/g/{m}");
    assertThat(ofOther).containsOnlyKeys("/g/{m}", "/g/(");
    assertThat(ofOther.get("/g/{m}")).isSameAs(ofOne.get("/g/{m}"));
    assertThat(Objects.requireNonNull(ofOther.get("/g/(")).problem()).contains("missing closing )");
  }

  private static AllowedUrl url(String url) {
    return new AllowedUrl(new String(url.toCharArray()), List.of("POST"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void aChangedQuotaBeginsAnewAndAnotherChangeLeavesItAlone() throws Exception {
    put("one", quota(5));
    directory.ready();
    Quota before = quotaOf("one");
    before.admit(100);
    put("one", quota(5).replace("{\"org", "{\"alias\":\"x\",\"org"));
    assertThat(quotaOf("one")).isSameAs(before);
    put("one", quota(6));
    assertThat(quotaOf("one").use()).isEqualTo(QuotaUse.NONE);
  }

  @Test
  void theQuotasOfADeletedKeyGoWithIt() throws Exception {
    put("one", quota(5));
    put("two", quota(5));
    directory.ready();
    quotaOf("one").admit(100);
    quotaOf("two").admit(100);
    keep();
    assertThat(kept()).hasSize(2);

    delete("one");
    put("one", quota(5));
    assertThat(quotaOf("one").use()).isEqualTo(QuotaUse.NONE);
    keep();
    assertThat(kept()).hasSize(1);

    delete("two");
    killed().close();
    assertThat(kept()).isEmpty();
  }

  @Test
  void theQuotaOfAUserStaysAsLongAsTheUserDoes() throws Exception {
    put("acmeuser", quota(5).replace("{\"quota_max", PASSWORD + "\"quota_max"));
    directory.ready();
    Identity user = Objects.requireNonNull(proven("user:open:sesame:ü"));
    QuotaRule rule = new QuotaRule("", 5, 60);
    Quota before = user.quota(rule);
    before.admit(100);
    keep();
    keep();
    assertThat(kept()).hasSize(1);
    assertThat(user.quota(rule)).isSameAs(before);

    delete("acmeuser");
    keep();
    assertThat(kept()).isEmpty();
    assertThat(user.isKnown()).isFalse();
  }

  @Test
  void aUserIsKnownByThePasswordUntilItChanges() throws Exception {
    put("acmeuser", GREETER.replace("{\"org", PASSWORD + "\"org"));
    directory.ready();
    NameAndPassword shown = shown("user:open:sesame:ü");
    assertThat(lookup.find(bytes("acme"), shown)).isNull();
    Identity user = Objects.requireNonNull(proven("user:open:sesame:ü"));
    assertThat(directory.lookup().find(bytes("acme"), shown)).isSameAs(user);
    assertThat(lookup.find(bytes("acme"), shown("user:open:sesame"))).isNull();
    assertThat(lookup.find(bytes("other"), shown)).isNull();
    assertThat(proven("user:open")).isNull();
    assertThat(proven("nobody:open:sesame:ü")).isNull();

    put(
        "acmeuser",
        GREETER.replace("{\"org", "{\"alias\":\"x\"," + PASSWORD.substring(1) + "\"org"));
    assertThat(lookup.find(bytes("acme"), shown)).isSameAs(user);
    put("acmeuser", GREETER.replace("{\"org", PASSWORD.replace("S", "T") + "\"org"));
    assertThat(lookup.find(bytes("acme"), shown)).isNull();
    assertThat(user.isKnown()).isFalse();
    assertThat(user.grants().denial()).isNotNull();
  }

  private @Nullable Identity proven(String pair) throws Exception {
    var answer = new CompletableFuture<Optional<Identity>>();
    var proven =
        new Proven() {
          @Override
          public void is(@Nullable Identity identity) {
            answer.complete(Optional.ofNullable(identity));
          }

          @Override
          public void isBusy() {
            answer.completeExceptionally(new AssertionError("busy"));
          }
        };
    assertThat(lookup.prove(bytes("acme"), shown(pair), 0, proven)).isTrue();
    return answer.get(1, TimeUnit.MINUTES).orElse(null);
  }

  private static NameAndPassword shown(String pair) {
    String basic = "Basic " + Base64.getEncoder().encodeToString(bytes(pair));
    return Objects.requireNonNull(NameAndPassword.of(bytes(basic)));
  }

  @ParameterizedTest
  @CsvSource({"delete, 10, 110", "delete, 0, 100", "delete, -1, 100", "retain, 10, 110"})
  void anExpiredKeyIsDeletedAfterItsGrace(String action, long grace, long goes) throws Exception {
    put("one", expiring(action, grace));
    directory.ready();
    Identity one = known("one");

    directory.expired().sweep(vault.open().store(), goes - 1);
    assertThat(one.isKnown()).isTrue();

    directory.expired().sweep(vault.open().store(), goes);
    assertThat(one.isKnown()).isFalse();
    assertThat(find("acme", "one")).isNull();
    assertThat(vault.open().store().list(RecordKind.KEY, "", 9)).isEmpty();
  }

  @Test
  void whatSaysNothingOfItsEndStaysInTheStore() throws Exception {
    put("one", expiring("retain", 0));
    put("two", expiring("retain", -1));
    put("three", expiring("delete", 10).replace("\"expires\":100,", ""));
    put("four", GREETER);
    directory.ready();

    directory.expired().sweep(vault.open().store(), Long.MAX_VALUE - 1);

    assertThat(vault.open().store().list(RecordKind.KEY, "", 9)).hasSize(4);
  }

  @Test
  void anExpiredKeyThatCannotBeReadKeepsNoOtherOne() throws Exception {
    var unreadable = new ArrayList<String>();
    for (int i = 1; i <= 20; i++) {
      put("key" + i, expiring("delete", 0));
      if (i <= 10) {
        unreadable.add(vault.open().hash().of("key" + i));
      }
    }
    directory.ready();
    String database = "jdbc:sqlite:" + data.resolve("store").resolve("weir.db");
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE records SET value = x'01' WHERE revision <= 10");
    }

    directory.expired().sweep(vault.open().store(), 100);

    assertThat(vault.open().store().ids(RecordKind.KEY, "", "", 20))
        .containsExactlyInAnyOrderElementsOf(unreadable);
  }

  private void putImported(String token, String document) throws Exception {
    KeyVault.Open open = vault.open();
    String id = open.hash().of(TykHash.Function.MURMUR32.of(bytes(token)));
    String imported = document.replace("{\"org", "{\"imported_token\":\"murmur32\",\"org");
    open.store().put(RecordKind.KEY, id, imported, Condition.any());
  }

  @Test
  void aTokenThatIsKnownIsNoOthersWhoseHashItHasToo() throws Exception {
    putImported("acmeone", GREETER);
    directory.ready();
    Identity one = known("one");

    putImported("one", OTHER);

    assertThat(find("acme", "one")).isSameAs(one);
  }

  @Test
  void aKeyOfAnotherOrganisationIsFoundByATokenOfThat() throws Exception {
    String other = GREETER.replace("acme", "beta");
    putImported("one", other);
    putImported("betatwo", other);
    directory.ready();

    assertThat(find("acme", "one")).isNull();
    assertThat(find("acme", "betatwo")).isNotNull();
    assertThat(find("beta", "one")).isNotNull();
  }

  @Test
  void aTokenThatCannotBeKeptKeepsNoOtherOneFromIt() throws Exception {
    KeyVault.Open open = vault.open();
    putImported("acmeone", GREETER);
    String broken = open.hash().of("broken");
    open.store().put(RecordKind.KEY, broken, "[]", Condition.any());
    String id = open.hash().of(TykHash.Function.MURMUR32.of(bytes("acmeone")));
    var writer = new ImportedTokenWriter(open.store());
    ImportedToken first = imported(broken);
    first.beginKeeping();
    String tokenHash = open.hash().of("acmeone");
    var written = new CompletableFuture<String>();
    open.store()
        .follow(
            0,
            change -> {
              if (change instanceof Change.Written(StoredRecord record)
                  && record.document().contains("murmur32:" + tokenHash)) {
                written.complete(record.id());
              }
            });

    writer.write(first, broken, open.hash().of("x"));
    writer.write(imported(id), id, tokenHash);

    assertThat(written.get(10, TimeUnit.SECONDS)).isEqualTo(id);
    assertThat(first.beginKeeping()).as("to be tried again").isTrue();
  }

  private ImportedToken imported(String id) {
    return new ImportedToken(new KnownKey(directory, id), TykHash.Function.MURMUR32);
  }

  private static String expiring(String action, long grace) {
    return GREETER.replace(
        "{\"org",
        "{\"expires\":100,\"post_expiry_action\":\"%s\",\"post_expiry_grace_period\":%d,\"org"
            .formatted(action, grace));
  }

  @Test
  void aResetIsKeptToo() throws Exception {
    put("one", quota(5));
    directory.ready();
    quotaOf("one").admit(100);
    keep();
    directory.resetQuotas(vault.open().hash().of("one"));
    directory.resetQuotas(vault.open().hash().of("nobody"));
    assertThat(quotaOf("one").use()).isEqualTo(QuotaUse.NONE);
    directory.close();
    assertThat(kept()).isEmpty();
  }

  private void put(String token, String document) throws Exception {
    KeyVault.Open open = vault.open();
    open.store().put(RecordKind.KEY, open.hash().of(token), document, Condition.any());
  }

  private void delete(String token) throws Exception {
    KeyVault.Open open = vault.open();
    open.store().delete(RecordKind.KEY, open.hash().of(token), Condition.any());
  }

  private @Nullable Identity find(String owner, String token) {
    byte[] bytes = ("xx" + token).getBytes(UTF_8);
    return lookup.find(owner.getBytes(UTF_8), bytes, 2, bytes.length - 2);
  }

  private Identity known(String token) {
    return Objects.requireNonNull(find("acme", token));
  }

  @Test
  void nobodyIsKnownBeforeItIsReady() throws Exception {
    put("acmeone", GREETER);
    assertThat(find("acme", "acmeone")).isNull();
    directory.ready();
    assertThat(find("acme", "acmeone")).isNotNull();
  }

  /**
   * More than are read at once, so that several threads do, and the last of them is a page alone.
   */
  @Test
  void allKeysOfTheStoreAreKnownAsTheyWereLeft() throws Exception {
    var edits = new ArrayList<Edit>();
    for (int i = 0; i < 1500; i++) {
      edits.add(new Edit(RecordKind.KEY, vault.open().hash().of("acmek" + i), GREETER));
    }
    vault.open().store().write(edits);
    delete("acmek7");
    put("acmek8", OTHER);
    directory.ready();
    assertThat(directory.size()).isEqualTo(1499);
    for (int i = 0; i < 1500; i++) {
      assertThat(find("acme", "acmek" + i) != null).as("key %d", i).isEqualTo(i != 7);
    }
    assertThat(known("acmek8").grants().of("greeter")).isNull();
    put("acmek9", OTHER);
    assertThat(known("acmek9").grants().of("greeter")).isNull();
  }

  /** It may be one that must not be let in any more. */
  @Test
  void noKeysAreKnownWhileOneIsDamaged(@TempDir Path data) throws Exception {
    try (var made = new KeyVault(data)) {
      var edits = new ArrayList<Edit>();
      for (int i = 0; i < 1500; i++) {
        edits.add(new Edit(RecordKind.KEY, made.open().hash().of("acmek" + i), GREETER));
      }
      made.open().store().write(edits);
    }
    String database = "jdbc:sqlite:" + data.resolve("store").resolve("weir.db");
    try (Connection connection = DriverManager.getConnection(database);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE records SET value = x'01' WHERE revision = 700");
    }
    try (var damaged = new KeyVault(data);
        var keys = new KeyDirectory(damaged, new KeyReader(false), Matching.TYK)) {
      assertThatThrownBy(keys::ready)
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.CORRUPT));
    }
  }

  @Test
  void whatIsWrittenIsKnownAtOnce() throws Exception {
    directory.ready();
    long before = lookup.changes();
    put("acmeone", GREETER);
    assertThat(known("acmeone").grants().of("greeter")).isNotNull();
    assertThat(known("acmeone").grants().of("other")).isNull();
    assertThat(lookup.changes()).isNotEqualTo(before);
    assertThat(directory.size()).isEqualTo(1);
  }

  @Test
  void aTokenIsKnownWithItsOrganisationAndWithout() throws Exception {
    put("acmecustom", GREETER);
    directory.ready();
    assertThat(find("acme", "custom")).isSameAs(find("acme", "acmecustom"));
    assertThat(find("other", "custom")).isNull();
    assertThat(find("", "custom")).isNull();
  }

  @Test
  void whoRemembersAKeyLearnsOfItsChangeAndItsEnd() throws Exception {
    put("one", GREETER);
    directory.ready();
    Identity key = known("one");
    Grants grants = key.grants();
    assertThat(key.grants()).isSameAs(grants);

    put("one", OTHER);
    assertThat(key.grants().of("greeter")).isNull();
    assertThat(key.grants().of("other")).isNotNull();

    delete("one");
    assertThat(find("acme", "one")).isNull();
    assertThat(key.isKnown()).isFalse();
    assertThat(kind(key)).isEqualTo(Kind.CREDENTIAL_REFUSED);

    put("one", GREETER);
    assertThat(known("one").grants().of("greeter")).isNotNull();
    assertThat(key.isKnown()).isFalse();
  }

  private static @Nullable Kind kind(Identity key) {
    var denial = key.grants().denial();
    return denial == null ? null : denial.kind();
  }

  @Test
  void keysThatSayTheSameShareWhatTheyMayDo() throws Exception {
    put("one", GREETER);
    put("two", GREETER.replace("{\"org", "{\"alias\":\"two\",\"expires\":4102444800,\"org"));
    put("three", OTHER);
    directory.ready();
    assertThat(known("one").grants()).isSameAs(known("two").grants());
    assertThat(known("one").grants()).isNotSameAs(known("three").grants());
    assertThat(known("one").expires()).isEqualTo(Identity.NEVER);
    assertThat(known("two").expires()).isEqualTo(4_102_444_800L);
  }

  /** Paths are judged once for all of them. */
  @Test
  void keysWithTheSameMethodsShareThose() throws Exception {
    String rights = GREETER.replace("}}}", ",\"allowed_urls\":[%s]}}}");
    String hello = rights.formatted("{\"url\":\"/a.B/Hello\",\"methods\":[\"POST\"]}");
    put("one", hello);
    put("two", hello.replace("{\"org", "{\"rate\":5,\"per\":1,\"org"));
    put("three", hello.replace("Hello", "Bye"));
    directory.ready();
    assertThat(known("one").grants()).isNotSameAs(known("two").grants());
    assertThat(methods("one")).isSameAs(methods("two"));
    assertThat(methods("one")).isNotSameAs(methods("three"));
    assertThat(mayCall("two", "/a.B/Hello")).isTrue();
    assertThat(mayCall("three", "/a.B/Hello")).isFalse();
  }

  private MethodRules methods(String token) {
    return Objects.requireNonNull(known(token).grants().of("greeter")).methods();
  }

  @Test
  void otherPoliciesCountForKeysThatThereAre() throws Exception {
    put("one", GOLD);
    directory.ready();
    Identity key = known("one");
    assertThat(kind(key)).isEqualTo(Kind.KEY_WITHOUT_POLICY);

    directory.policies(gold("greeter"));
    assertThat(kind(key)).isNull();
    assertThat(key.grants().of("greeter")).isNotNull();

    long before = lookup.changes();
    directory.policies(gold("other"));
    assertThat(key.grants().of("greeter")).isNull();
    assertThat(lookup.changes()).isNotEqualTo(before);
  }

  private static PolicyBook gold(String api) {
    String text =
        "{\"id\":\"gold\",\"org_id\":\"acme\",\"active\":true,\"access_rights\":{\"%s\":{}}}"
            .formatted(api);
    PolicyDefinition gold =
        Objects.requireNonNull(new PolicyReader().read(Path.of("gold.json"), text).definition());
    return new PolicyBook(Map.of("gold", gold));
  }

  @Test
  void aKeyOneOfWhosePoliciesIsGoneFallsBackOnNothing() throws Exception {
    String two = GREETER.replace("{\"org", "{\"apply_policies\":[\"gold\",\"silver\"],\"org");
    put("one", two);
    directory.ready();
    put("two", two.replace("\"org", "\"tags\":[\"t\"],\"org"));
    put("three", PASSWORD + GOLD.substring(1));
    put("gone", two);
    delete("gone");
    assertThat(kind(known("one"))).isEqualTo(Kind.KEY_WITHOUT_POLICY);
    assertThat(directory.missingPolicies()).isEqualTo(Map.of("gold", 3, "silver", 2));
    directory.policies(gold("other"));
    assertThat(kind(known("one"))).isEqualTo(Kind.KEY_WITHOUT_POLICY);
    assertThat(known("one").grants().of("other")).isNull();
    assertThat(directory.missingPolicies()).isEqualTo(Map.of("silver", 2));
  }

  @Test
  void anInactiveKeyIsKnownAndMayDoNothing() throws Exception {
    put("one", GREETER.replace("{\"org", "{\"is_inactive\":true,\"org"));
    directory.ready();
    assertThat(kind(known("one"))).isEqualTo(Kind.KEY_INACTIVE);
  }

  @Test
  void aKeyThatAsksForMoreThanCanBeEnforcedIsNotServed() throws Exception {
    put("one", GREETER.replace("{\"org", "{\"smoothing\":{\"enabled\":true},\"org"));
    directory.ready();
    assertThat(kind(known("one"))).isEqualTo(Kind.KEY_NOT_SERVED);
  }

  /** Hashes are compared: of a token that is nearly right, none is nearly that of the right one. */
  @Test
  void g5HowMuchOfATokenIsRightMakesNoDifferenceToWhatIsCompared() throws Exception {
    String right = "0123456789abcdef0123456789abcdef";
    put(right, GREETER);
    directory.ready();
    KeyHash hash = vault.open().hash();
    Random random = new Random(5);
    int almost = 0;
    int unknown = 0;
    for (int i = 0; i < 50_000; i++) {
      int at = random.nextInt(right.length());
      String changed = right.substring(0, at) + '-' + i + right.substring(at);
      almost = Math.max(almost, same(hash.of(changed), hash.of(right)));
      unknown = Math.max(unknown, same(hash.of("unknown" + i), hash.of(right)));
      assertThat(find("acme", changed)).isNull();
    }

    // Of so many hashes, one has eight digits of another by a chance of one in 80,000.
    assertThat(almost).isLessThan(8);
    assertThat(unknown).isLessThan(8);
  }

  /** How many digits two texts have in common at their begin. */
  private static int same(String one, String other) {
    int digits = 0;
    while (digits < one.length() && one.charAt(digits) == other.charAt(digits)) {
      digits++;
    }
    return digits;
  }

  /** Such as one that a gateway has written which took it for a path. */
  @Test
  void aKeyOfTheStoreWithALimitOfAPatternIsNotServed() throws Exception {
    put(
        "one",
        GREETER.replace(
            "}}}",
            ",\"endpoints\":[{\"path\":\"//*\",\"methods\":"
                + "[{\"name\":\"POST\",\"limit\":{\"rate\":1,\"per\":1}}]}]}}}"));
    directory.ready();
    assertThat(kind(known("one"))).isEqualTo(Kind.KEY_NOT_SERVED);
  }

  @Test
  void f10_whoeverHasAPasswordOrACertificateIsNotKnownByTheirNameAlone() throws Exception {
    put("acmeuser", GREETER);
    directory.ready();
    put("acmeuser", GREETER.replace("{\"org", "{\"basic_auth_data\":{\"password\":\"x\"},\"org"));
    put("acmeffff", GREETER.replace("{\"org", "{\"certificate\":\"acmeffff\",\"org"));
    assertThat(find("acme", "user")).isNull();
    assertThat(find("acme", "ffff")).isNull();
    assertThat(find("", "acmeuser")).isNull();
    // They can be found by what they show besides.
    assertThat(directory.size()).isEqualTo(2);
  }

  @Test
  void aKeyThatCannotBeReadIsNotKnown() throws Exception {
    KeyVault.Open open = vault.open();
    open.store().put(RecordKind.KEY, "no hash", GREETER, Condition.any());
    put("one", GREETER);
    directory.ready();
    String upper = open.hash().of("one").toUpperCase(Locale.ROOT);
    open.store().put(RecordKind.KEY, upper, OTHER, Condition.any());
    assertThat(known("one").grants().of("greeter")).isNotNull();

    put("one", "no key");
    assertThat(find("acme", "one")).isNull();
    put("one", "{\"access_rights\":{}}");
    assertThat(find("acme", "one")).isNull();
    assertThat(directory.size()).isZero();
  }
}
