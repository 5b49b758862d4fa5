package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.certificates.DevelopmentAuthority;
import dev.weir.certificates.PemWriter;
import dev.weir.certificates.ServerCertificate;
import dev.weir.certificates.StoredCertificate;
import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * T14, T15: a gateway that is killed at random moments while keys, APIs, policies and certificates
 * are written and deleted, again and again on the same files. {@code -Dweir.kills=500} plays it in
 * full, {@code testing/system/kills} with a report.
 */
class KillServerTest {
  private static final int KILLS = Integer.getInteger("weir.kills", 20);
  private static final long SEED = Long.getLong("weir.kills.seed", 15);
  private static final Duration STARTS = Duration.ofMinutes(1);
  private static final int MOST_MILLIS = 1_500;

  /** So many things of each kind are there at most, that writes do not become slow. */
  private static final int MOST_ALIVE = 24;

  private static final int CERTIFICATES = 2 * MOST_ALIVE;

  private final EchoBackend backend = EchoBackend.start("one");
  private final int port = Ports.free();
  private final Operator operator = new Operator(port);
  private final Random random = new Random(SEED);

  /** Things of one kind that were acknowledged to be there, or to be there no more. */
  private abstract class Kind {
    private final Random choice = new Random(random.nextLong());
    private final Set<String> alive = new TreeSet<>();
    private final Set<String> gone = new TreeSet<>();
    private final List<String> refused = new ArrayList<>();
    private int acknowledged;
    private int next;

    /** The ids of what is there. */
    abstract Set<String> listed();

    /** Makes one and gives its id. */
    abstract Answer add(int number);

    abstract String id(int number, Answer added);

    /** The id of one that has been there before; empty where each is a new one. */
    String again(int number) {
      return "";
    }

    abstract Answer delete(String id);

    private void write() {
      while (true) {
        try {
          if (alive.size() >= MOST_ALIVE || (!alive.isEmpty() && choice.nextInt(3) == 0)) {
            delete();
          } else {
            add();
          }
        } catch (AssertionError killed) {
          // Operator says so of an answer that does not come.
          return;
        }
      }
    }

    private void delete() {
      String id = new ArrayList<>(alive).get(choice.nextInt(alive.size()));
      // Until it is answered it may be there or not.
      alive.remove(id);
      done(delete(id));
      gone.add(id);
      acknowledged++;
    }

    private void add() {
      int number = next++;
      // One that is made again may be there from now on.
      gone.remove(again(number));
      Answer answer = add(number);
      done(answer);
      String id = id(number, answer);
      alive.add(id);
      acknowledged++;
    }

    private void done(Answer answer) {
      if (answer.status() != 200) {
        refused.add(answer.status() + " " + answer.body());
      }
    }

    private void check() {
      assertThat(refused).isEmpty();
      Set<String> there = listed();
      assertThat(there).as("lost").containsAll(alive);
      assertThat(there).as("came back").noneMatch(gone::contains);
      // What was in doubt has been decided; what is gone stays so.
      alive.clear();
      alive.addAll(there);
    }
  }

  private static Set<String> found(Answer answer, String pattern) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return Pattern.compile(pattern)
        .matcher(answer.body())
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private final Kind keys =
      new Kind() {
        @Override
        Set<String> listed() {
          return found(operator.get("/keys"), "[0-9a-f]{64}");
        }

        @Override
        Answer add(int number) {
          return operator.ask(
              "POST",
              "/keys/name" + number,
              "{'org_id':'o','access_rights':{'echo':{'api_id':'echo'}}}");
        }

        @Override
        String id(int number, Answer added) {
          return added.member("key_hash");
        }

        @Override
        Answer delete(String id) {
          return operator.delete("/keys/" + id + "?hashed=1");
        }
      };

  private final Kind apis =
      new Kind() {
        @Override
        Set<String> listed() {
          return found(operator.get("/apis"), "api-[0-9]+-");
        }

        @Override
        Answer add(int number) {
          var api = Api.of("api-" + number + "-", backend.target()).at("/at-" + number);
          return operator.ask("POST", "/apis", Json.of(new LinkedHashMap<>(api.definition())));
        }

        @Override
        String id(int number, Answer added) {
          return "api-" + number + "-";
        }

        @Override
        Answer delete(String id) {
          return operator.delete("/apis/" + id);
        }
      };

  private final Kind policies =
      new Kind() {
        @Override
        Set<String> listed() {
          return found(operator.get("/policies"), "policy-[0-9]+-");
        }

        @Override
        Answer add(int number) {
          return operator.ask(
              "POST", "/policies", "{'id':'policy-" + number + "-','rate':1,'per':1}");
        }

        @Override
        String id(int number, Answer added) {
          return "policy-" + number + "-";
        }

        @Override
        Answer delete(String id) {
          return operator.delete("/policies/" + id);
        }
      };

  private final List<String> pems = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();

  private final Kind certificates =
      new Kind() {
        @Override
        Set<String> listed() {
          return found(operator.get("/certs"), "[0-9a-f]{64}");
        }

        @Override
        Answer add(int number) {
          Answer added = operator.ask("POST", "/certs", pems.get(number % CERTIFICATES));
          return added.status() == 403 ? new Answer(200, added.body(), "there", "") : added;
        }

        @Override
        String id(int number, Answer added) {
          return again(number);
        }

        @Override
        String again(int number) {
          return ids.get(number % CERTIFICATES);
        }

        @Override
        Answer delete(String id) {
          return operator.delete("/certs/" + id);
        }
      };

  @Test
  void t15WhatWasAcknowledgedOutlivesEachKill(@TempDir Path folder) throws Exception {
    makeCertificates(folder);
    Map<String, Object> configuration =
        Operator.configuration(Map.of("weir", Map.of("auto_reload", true)));
    Api echo = Api.of("echo", backend.target()).at("/weir.testkit.Echo/");
    TykFiles files = TykFiles.write(port, configuration, List.of(echo));
    List<Kind> kinds = List.of(keys, apis, policies, certificates);
    try (backend;
        files) {
      for (int round = 0; round < KILLS; round++) {
        WeirProcess weir = WeirProcess.of(files, port);
        try {
          play(weir, kinds);
        } finally {
          weir.kill();
        }
      }
      WeirProcess last = WeirProcess.of(files, port);
      try {
        look(last, kinds);
      } finally {
        last.kill();
      }
    }
    System.out.printf(
        "%d kills, seed %d, acknowledged: %d writes of keys, %d of APIs, %d of policies, %d of certificates%n",
        KILLS,
        SEED,
        keys.acknowledged,
        apis.acknowledged,
        policies.acknowledged,
        certificates.acknowledged);
    assertThat(kinds).allMatch(kind -> kind.acknowledged > KILLS);
  }

  private void play(WeirProcess weir, List<Kind> kinds) throws InterruptedException {
    look(weir, kinds);
    try (var bystander = EchoClient.to(port)) {
      assertThat(bystander.unary("hi").status().isOk()).isTrue();
    }
    List<Thread> writers =
        kinds.stream().map(kind -> Thread.ofVirtual().start(kind::write)).toList();
    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(MOST_MILLIS)).toNanos());
    weir.kill();
    for (Thread writer : writers) {
      writer.join();
    }
  }

  private static void look(WeirProcess weir, List<Kind> kinds) {
    weir.awaitReady(STARTS);
    kinds.forEach(Kind::check);
  }

  private void makeCertificates(Path folder) throws IOException {
    var authority = new DevelopmentAuthority("kills", Instant.now(), Duration.ofDays(40));
    for (int i = 0; i < CERTIFICATES; i++) {
      Path file = folder.resolve(i + ".pem");
      ServerCertificate certificate = authority.issue(List.of("host-" + i));
      PemWriter.write(file, certificate);
      pems.add(Files.readString(file));
      ids.add(StoredCertificate.fingerprint(certificate.chain().getFirst()));
    }
  }
}
