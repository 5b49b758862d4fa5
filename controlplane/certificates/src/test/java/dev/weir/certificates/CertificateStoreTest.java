package dev.weir.certificates;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateStoreTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  private final DevelopmentAuthority authority =
      new DevelopmentAuthority("test", NOW, Duration.ofDays(1));
  private final ServerCertificate server = authority.issue(List.of("a.example"));
  private final StoredCertificate stored =
      StoredCertificate.of("acme", server.chain(), server.key());

  @TempDir Path temporary;

  private Path data() {
    return temporary.resolve("data");
  }

  private CertificateStore store(String secret) {
    return new CertificateStore(data(), secret);
  }

  /** Fails with the first that cannot be read. */
  private static List<StoredCertificate> list(CertificateStore store) throws BadCertificate {
    List<BadCertificate> unreadable = new ArrayList<>();
    List<StoredCertificate> all = store.list((_, why) -> unreadable.add(why));
    if (!unreadable.isEmpty()) {
      throw unreadable.getFirst();
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a secret"})
  void findsWhatWasAddedAlsoAfterARestart(String secret) throws Exception {
    store(secret).add(stored);

    StoredCertificate found = store(secret).find(stored.id());

    assertThat(found.chain()).isEqualTo(server.chain());
    assertThat(found.key()).isEqualTo(server.key());
    assertThat(list(store(secret))).containsExactly(found);
  }

  @Test
  void keepsCertificatesWithoutKeys() throws Exception {
    var trusted = StoredCertificate.of("", List.of(authority.certificate()), null);
    store("").add(trusted);

    assertThat(store("").find(trusted.id())).isEqualTo(trusted);
  }

  /** As {@code openssl x509 -outform der | sha256sum} has it. */
  @Test
  void idsAreTyks() throws Exception {
    byte[] digest =
        java.security.MessageDigest.getInstance("SHA-256").digest(server.leaf().getEncoded());

    assertThat(stored.id()).isEqualTo("acme" + HexFormat.of().formatHex(digest));
  }

  @Test
  void nothingOnDiskTellsTheKeyAndOnlyTheOwnerReadsIt() throws Exception {
    store("").add(stored);

    try (Stream<Path> all = Files.walk(data())) {
      assertThat(all)
          .hasSize(4)
          .allSatisfy(path -> {
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
            assertThat(mode).isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            if (Files.isRegularFile(path)) {
              assertThat(Files.readString(path, ISO_8859_1)).doesNotContain("BEGIN", "a.example");
            }
          });
    }
    assertThat(stored.toString()).isEqualTo("certificate " + stored.id());
  }

  @Test
  void makesNothingForReading() throws Exception {
    assertThat(list(store(""))).isEmpty();
    assertThatThrownBy(() -> store("").find(stored.id()))
        .hasMessage("is not in the store %s, weir cert list tells what is", store("").folder());
    assertThat(data()).doesNotExist();
  }

  @Test
  void refusesTheSameOneTwice() throws Exception {
    store("").add(stored);

    assertThatThrownBy(() -> store("").add(stored))
        .hasMessage("is in the store already, as " + stored.id());
  }

  @Test
  void forgetsWhatIsRemoved() throws Exception {
    store("").add(stored);

    store("").remove(stored.id());

    assertThat(list(store(""))).isEmpty();
    assertThatThrownBy(() -> store("").remove(stored.id())).hasMessageContaining("is not in");
  }

  @Test
  void saysWhichKeyDoesNotFit() throws Exception {
    store("").add(stored);
    Files.writeString(data().resolve("certificates.key"), "0".repeat(64));

    assertThatThrownBy(() -> store("").find(stored.id()))
        .hasMessageContaining(stored.id() + ".cert was encrypted with another key than that of")
        .hasMessageContaining("certificates.key, bring that one back");
  }

  @Test
  void saysThatTheSecretDoesNotFit() throws Exception {
    store("one").add(stored);

    assertThatThrownBy(() -> list(store("two")))
        .hasMessageContaining("than that of security.private_certificate_encoding_secret");
  }

  @Test
  void makesNoNewKeyWhereOneIsMissed() throws Exception {
    store("").add(stored);
    Files.delete(data().resolve("certificates.key"));

    assertThatThrownBy(() -> store("").find(stored.id()))
        .hasMessageContaining("there is no " + data().resolve("certificates.key"))
        .hasMessageContaining("set security.private_certificate_encoding_secret if");
    assertThat(data().resolve("certificates.key")).doesNotExist();
  }

  @Test
  void saysThatTheStoreWasMadeWithoutTheSecret() throws Exception {
    store("").add(stored);

    assertThatThrownBy(() -> list(store("a secret")))
        .hasMessageContaining("there is no " + store("").folder().resolve("salt"))
        .hasMessageContaining("unset security.private_certificate_encoding_secret if");
  }

  @Test
  void noticesDamage() throws Exception {
    store("").add(stored);
    Path file = store("").file(stored.id());
    byte[] content = Files.readAllBytes(file);
    content[content.length - 40] ^= 1;
    Files.write(file, content);

    assertThatThrownBy(() -> list(store(""))).hasMessageContaining(file + " is damaged");

    Files.write(file, new byte[3]);
    assertThatThrownBy(() -> list(store(""))).hasMessageContaining(file + " is damaged");
  }

  @Test
  void aFileOfAnotherCertificateIsNotTakenForThisOne() throws Exception {
    store("").add(stored);
    var other = StoredCertificate.of("", List.of(authority.certificate()), null);
    Files.copy(store("").file(stored.id()), store("").file(other.id()));

    assertThatThrownBy(() -> store("").find(other.id())).hasMessageContaining("is damaged");
  }

  @Test
  void refusesAKeyThatOthersMayRead() throws Exception {
    store("").add(stored);
    Path key = data().resolve("certificates.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    assertThatThrownBy(() -> list(store("")))
        .hasMessage("%s may be read or written by others, rw-r--r--, run chmod 600 %s", key, key);
  }

  @Test
  void leavesNoDraftsBehind() throws Exception {
    store("").add(stored);
    store("").remove(stored.id());

    try (Stream<Path> left = Files.list(store("").folder())) {
      assertThat(left).isEmpty();
    }
  }

  /** As a process leaves it that is killed when the key is there and the draft not yet gone. */
  @Test
  void theKeyIsNotLeftUnderAnotherName() throws Exception {
    store("").add(stored);
    Path key = data().resolve("certificates.key");
    Path twin = Files.createLink(data().resolve(".certificates.key.123.tmp"), key);
    Path draft = Files.writeString(data().resolve(".certificates.key.456.tmp"), "of another run");

    assertThat(store("").find(stored.id())).isEqualTo(stored);

    assertThat(twin).doesNotExist();
    assertThat(draft).exists();
  }

  @Test
  void whatIsRemovedMeanwhileIsNotMissed() throws Exception {
    store("").add(stored);
    List<StoredCertificate> others = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ServerCertificate one = authority.issue(List.of(i + ".example"));
      others.add(StoredCertificate.of("", one.chain(), one.key()));
      store("").add(others.getLast());
    }
    try (var thread = Executors.newSingleThreadExecutor()) {
      Future<?> removing =
          thread.submit(() -> {
            for (StoredCertificate one : others) {
              store("").remove(one.id());
            }
            return null;
          });
      while (!removing.isDone()) {
        assertThat(list(store(""))).contains(stored);
      }
      removing.get();
    }
  }

  /** Each with a store of its own, as processes have: the first ones all make the key. */
  @Test
  void manyMayAddAtOnce() throws Exception {
    List<StoredCertificate> all =
        IntStream.range(0, 16)
            .mapToObj(i -> authority.issue(List.of(i + ".example")))
            .map(one -> StoredCertificate.of("", one.chain(), one.key()))
            .toList();
    var begin = new CountDownLatch(1);
    try (var threads = Executors.newFixedThreadPool(all.size())) {
      List<Future<?>> adding = new ArrayList<>();
      for (StoredCertificate one : all) {
        adding.add(
            threads.submit(() -> {
              begin.await();
              store("").add(one);
              return null;
            }));
      }
      begin.countDown();
      for (Future<?> added : adding) {
        added.get();
      }
    }

    assertThat(list(store(""))).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void filesThatAreNoneOfItsOwnAreNotLookedAt() throws Exception {
    store("").add(stored);
    Files.writeString(store("").folder().resolve("server.cert"), "anything");
    Files.writeString(store("").folder().resolve("." + stored.id() + ".cert.tmp"), "half");

    assertThat(list(store(""))).containsExactly(stored);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../", "/", "a/", "a_b/../", "a\nb", "a\u0000"})
  void whatIsNoIdLeadsNowhere(String before) throws Exception {
    store("").add(stored);
    String sha = stored.id().substring("acme".length());
    Path outside = Files.writeString(data().resolve(sha + ".cert"), "of somebody else");
    Path other = Files.writeString(store("").folder().resolve("a_" + sha + ".cert"), "another");
    String id = before + sha;

    assertThatThrownBy(() -> store("").find(id)).hasMessageContaining("is not in the store");
    assertThatThrownBy(() -> store("").remove(id)).hasMessageContaining("is not in the store");
    if (!before.isEmpty()) {
      var wrong = StoredCertificate.of(before, server.chain(), server.key());
      assertThatThrownBy(() -> store("").add(wrong)).hasMessageContaining("cannot be stored");
    }
    assertThat(outside).exists();
    assertThat(other).exists();
  }

  @Test
  void readsWhatIsToBeStored() throws Exception {
    Path both = temporary.resolve("both.pem");
    PemWriter.write(both, server);
    Path trusted = write("ca.pem", List.of(authority.certificate()));
    Path unrelated =
        write("two.pem", List.of(authority.certificate(), authority.certificate(), server.leaf()));

    assertThat(read(both)).isEqualTo(stored);
    assertThat(read(trusted).key()).isNull();
    assertThatThrownBy(() -> read(unrelated))
        .hasMessage("the 3 certificates in %s are no chain, add them one by one", unrelated);
  }

  private static StoredCertificate read(Path file) throws BadCertificate {
    return Objects.requireNonNull(
        Certificates.readForStore(file, null, Passphrase.NONE, "acme", NOW));
  }

  private Path write(String name, List<java.security.cert.X509Certificate> all) throws IOException {
    return Files.writeString(temporary.resolve(name), PemWriter.text(all, null));
  }
}
