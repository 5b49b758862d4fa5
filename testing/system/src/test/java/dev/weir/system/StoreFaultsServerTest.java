package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Patience;
import dev.weir.testkit.Ports;
import io.grpc.Metadata;
import io.grpc.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that others hold or that is damaged, and documents that are there in part. */
class StoreFaultsServerTest {
  private static final int WRITERS = 40;
  private static final String KEY =
      "{'org_id':'o','access_rights':{'guarded':{'api_id':'guarded','versions':['Default']}}}";
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final EchoBackend backend = EchoBackend.start("one");
  private final int port = Ports.free();
  private final Operator operator = new Operator(port);
  private final Api echo = Api.of("echo", backend.target()).at("/weir.testkit.Echo/");
  private final int guardedPort = Ports.free();
  private final Api guarded =
      Api.of("guarded", backend.target())
          .on(guardedPort)
          .with("use_keyless", false)
          .with("use_standard_auth", true);
  private final TykFiles files =
      TykFiles.write(port, Operator.configuration(Map.of()), List.of(echo, guarded));

  @AfterEach
  void stop() {
    backend.close();
    files.close();
  }

  private void assertServes() {
    try (var client = EchoClient.to(port)) {
      assertThat(client.unary("hi").reply().getServer()).isEqualTo("one");
    }
  }

  private Status callWithKey() {
    var metadata = new Metadata();
    metadata.put(AUTHORIZATION, "obefore");
    try (var client = EchoClient.to(guardedPort)) {
      return client.call(EchoClient.UNARY, metadata, EchoClient.request("hi")).status();
    }
  }

  private Path database() throws IOException {
    try (var found = Files.walk(files.folder())) {
      return found.filter(file -> file.toString().endsWith(".db")).findFirst().orElseThrow();
    }
  }

  private void put(String name) {
    Answer answer = operator.ask("POST", "/keys/" + name, KEY);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void t18AStoreThatAnotherProcessHoldsRefusesWritesAndTakesThemAgain() throws Exception {
    WeirProcess weir = WeirProcess.of(files, port).awaitReady();
    try {
      put("before");
      try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database())) {
        execute(other, "BEGIN IMMEDIATE");
        Answer refused = operator.ask("POST", "/keys/meanwhile", KEY);
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.body()).contains("\"status\":\"error\"", "in use by another process");
        assertThat(operator.delete("/keys/obefore").status()).isEqualTo(503);
        assertThat(operator.get("/keys/obefore").status()).isEqualTo(200);
        assertThat(operator.get("/keys/omeanwhile").status()).isEqualTo(404);
        assertServes();
        execute(other, "ROLLBACK");
      }
      put("meanwhile");
      assertThat(operator.delete("/keys/obefore").status()).isEqualTo(200);
      assertServes();
    } finally {
      weir.kill();
    }
  }

  /** As long as one alone, and half of that for whatever else is at work. */
  @Test
  void manyWritersOfALockedStoreWaitNoLongerThanOne() throws Exception {
    WeirProcess weir = WeirProcess.of(files, port).awaitReady();
    try {
      put("before");
      try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + database())) {
        execute(other, "BEGIN IMMEDIATE");
        Duration alone = refusedAfter("alone");
        try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
          List<Future<Duration>> all =
              IntStream.range(0, WRITERS)
                  .mapToObj(i -> writers.submit(() -> refusedAfter("writer" + i)))
                  .toList();
          assertThat(operator.get("/keys/obefore").status()).isEqualTo(200);
          assertThat(all).noneMatch(Future::isDone);
          for (Future<Duration> one : all) {
            assertThat(one.get()).isLessThan(alone.multipliedBy(3).dividedBy(2));
          }
        }
        execute(other, "ROLLBACK");
      }
      put("afterwards");
    } finally {
      weir.kill();
    }
  }

  private Duration refusedAfter(String name) {
    long begin = System.nanoTime();
    Answer refused = operator.ask("POST", "/keys/" + name, KEY);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.body()).contains("in use by another process");
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The head of the file, so that it is no database; a page of it; its second half. */
  @ParameterizedTest
  @ValueSource(strings = {"head", "page", "half"})
  void aDamagedStoreIsToldOfAndWhatNeedsNoKeysIsServed(String part) throws Exception {
    WeirProcess first = WeirProcess.of(files, port).awaitReady();
    put("before");
    first.terminate();
    assertThat(first.awaitExit()).isZero();
    byte[] whole = Files.readAllBytes(database());
    damage(database(), part);

    WeirProcess second = WeirProcess.of(files, port).awaitReady();
    try {
      assertThat(second.output()).contains("guarded", "weir store check");
      Answer refused = operator.ask("POST", "/keys/meanwhile", KEY);
      assertThat(refused.status()).isEqualTo(500);
      assertThat(refused.body()).contains("\"status\":\"error\"", "weir store check");
      assertServes();
      assertThat(callWithKey().isOk()).isFalse();
      assertCheckFinds();

      Files.write(database(), whole);
      assertThat(reload().status()).isEqualTo(200);
      assertThat(callWithKey().isOk()).isTrue();
      put("afterwards");
    } finally {
      second.kill();
    }
  }

  private void assertCheckFinds() {
    Command check = Command.run(files.folder(), "store", "check", "--conf", conf());
    assertThat(check.exitCode()).as(check.out() + check.err()).isNotZero();
  }

  @Test
  void whatAKilledGatewayHasLeftIsRemovedAtTheStart() throws Exception {
    Path left = files.folder().resolve("apps/.123.tmp");
    Path fresh = files.folder().resolve("apps/.124.tmp");
    for (Path draft : List.of(left, fresh)) {
      Files.writeString(draft, "{");
    }
    Files.setLastModifiedTime(left, FileTime.from(Instant.now().minusSeconds(600)));
    WeirProcess weir = WeirProcess.of(files, port).awaitReady();
    try {
      await().atMost(Patience.LIMIT).until(() -> !Files.exists(left));
      assertThat(fresh).exists();
    } finally {
      weir.kill();
    }
  }

  @Test
  void keysThatAreKnownAreServedWhileTheStoreIsDamaged() throws Exception {
    WeirProcess weir = WeirProcess.of(files, port).awaitReady();
    try {
      put("before");
      damage(database(), "head");
      assertThat(callWithKey().isOk()).isTrue();
      assertServes();
    } finally {
      weir.kill();
    }
  }

  private String conf() {
    return files.configuration().toString();
  }

  private static void damage(Path database, String part) throws IOException {
    try (var file = FileChannel.open(database, StandardOpenOption.WRITE)) {
      long size = file.size();
      byte[] noise = new byte[part.equals("head") ? 100 : 4096];
      Arrays.fill(noise, (byte) 0x5a);
      switch (part) {
        case "head" -> file.write(ByteBuffer.wrap(noise), 0);
        case "page" -> file.write(ByteBuffer.wrap(noise), 4096);
        default -> file.truncate(size / 2);
      }
    }
  }

  @Test
  void t9DocumentsThatAreThereInPartChangeNothing() throws Exception {
    WeirProcess weir = WeirProcess.of(files, port).awaitReady();
    try {
      Files.createDirectories(files.folder().resolve("policies"));
      files.write("policies/gold.json", "{\"id\":\"gold\",\"rate\":7,\"per\":1}");
      assertThat(reload().status()).isEqualTo(200);
      tear("apps/echo.json", Json.of(echo.with("name", "torn").definition()));
      tear("policies/gold.json", "{\"id\":\"gold\",\"rate\":8,\"per\":1}");
    } finally {
      weir.kill();
    }
  }

  private Answer reload() {
    return operator.get("/reload?block=true");
  }

  /** Each beginning of a document in the place of the one that is served, then the whole. */
  private void tear(String name, String document) throws IOException {
    String before = Files.readString(files.folder().resolve(name));
    String served = operator.get(path(name)).body();
    try (var client = EchoClient.to(port)) {
      for (int length = 0; length < document.length(); length++) {
        files.write(name, document.substring(0, length));
        Answer answer = reload();
        assertThat(answer.status()).as(answer.body()).isEqualTo(422);
        assertThat(answer.body()).contains(name.substring(name.indexOf('/') + 1));
        assertThat(client.unary("hi").reply().getServer()).isEqualTo("one");
      }
    }
    files.write(name, document);
    assertThat(reload().status()).isEqualTo(200);
    assertThat(operator.get(path(name)).body()).isNotEqualTo(served);
    files.write(name, before);
    assertThat(reload().status()).isEqualTo(200);
  }

  private static String path(String name) {
    return "/" + name.replace("apps", "apis").replace(".json", "");
  }
}
