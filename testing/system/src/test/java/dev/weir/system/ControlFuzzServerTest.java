package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is sent to the control API, it is no fault of the gateway, is done as a whole or not at
 * all, and nobody else notices. {@code -Dweir.control.requests=100000 -Dweir.control.seed=7} plays
 * more of them.
 */
class ControlFuzzServerTest {
  private static final int REQUESTS = Integer.getInteger("weir.control.requests", 500);
  private static final long SEED = Long.getLong("weir.control.seed", 1);
  private static final int MOST_GROWTH_MIB = 64;

  private static final List<String> BODIES =
      List.of(
          "{'name':'f','api_id':'fuzz','active':true,'use_keyless':true,'tags':['a'],"
              + "'proxy':{'listen_path':'/fuzz','target_url':'h2c://127.0.0.1:1'},"
              + "'version_data':{'not_versioned':true,'versions':{'Default':{'name':'Default'}}}}",
          "{'id':'fuzz','org_id':'o','rate':1.5,'per':1,'quota_max':-1,"
              + "'access_rights':{'echo':{'api_id':'echo','versions':['Default'],"
              + "'allowed_urls':[{'url':'/a','methods':['POST']}]}}}",
          "{'org_id':'o','expires':0,'basic_auth_data':{'password':'p'},'apply_policies':['fuzz'],"
              + "'access_rights':{'echo':{'api_id':'echo'}}}");

  private static final List<String> PATHS =
      List.of(
          "POST /apis",
          "POST /apis/fuzz",
          "PUT /apis/fuzz",
          "POST /apis?dry_run=true",
          "POST /policies",
          "POST /policies/fuzz",
          "PUT /policies/fuzz",
          "POST /keys",
          "POST /keys/create",
          "POST /keys/fuzz",
          "PUT /keys/fuzz",
          "POST /keys/preview",
          "POST /keys/policy/fuzz",
          "POST /org/keys/fuzz",
          "PUT /org/keys/fuzz",
          "POST /certs",
          "POST /certs?org_id=o");

  /** What is of another type, too large, too deep, or said twice. */
  private static final List<String> PIECES =
      List.of(
          "null",
          "true",
          "-1",
          "1e999",
          "99999999999999999999",
          "''",
          "[]",
          "{}",
          "[[[[[",
          "'api_id':'x',",
          "'id':'../../up',",
          "'\\ud800'",
          "'\\u0000'",
          "'../../etc/passwd'",
          "'env://HOME'",
          "\u0000",
          "\ufffe",
          ",",
          ":",
          "'",
          "\\");

  private final EchoBackend backend = EchoBackend.start("one");
  private final Random random = new Random(SEED);

  private static TestGateway gateway(EchoBackend backend) {
    return TestGateway.configured(
        Map.of(
            "secret",
            Operator.SECRET,
            "policies",
            Map.of("policy_source", "file", "policy_path", "policies")),
        Api.of("echo", backend.target()).at("/weir.testkit.Echo/"));
  }

  @Test
  void f13NothingThatIsSentIsAFaultOrDoneInPart() throws IOException {
    try (backend;
        var gateway = gateway(backend);
        var bystander = EchoClient.to(gateway.port())) {
      var operator = new Operator(gateway.port());
      operator.ask("POST", "/keys/fuzz", BODIES.get(2).replace("'apply_policies':['fuzz'],", ""));
      long before = usedMib();
      for (int i = 0; i < REQUESTS; i++) {
        String[] words = PATHS.get(random.nextInt(PATHS.size())).split(" ", -1);
        String body = damaged(BODIES.get(random.nextInt(BODIES.size())));
        Map<String, String> files = files(gateway.folder());

        Answer answer = operator.ask(words[0], words[1], body);

        String told =
            "request %d of seed %d: %s %s %s".formatted(i, SEED, words[0], words[1], body);
        assertThat(answer.status()).as(told + answer.body()).isLessThan(500);
        assertThat(answer.body()).as(told).startsWith("{").endsWith("}");
        if (answer.status() != 200 || words[1].contains("dry_run")) {
          assertThat(files(gateway.folder())).as(told).isEqualTo(files);
        }
        if (i % 50 == 0) {
          assertThat(bystander.unary("hi").status().isOk()).as(told).isTrue();
        }
      }
      assertThat(operator.get("/reload").status()).isIn(200, 422);
      assertThat(bystander.unary("hi").status().isOk()).isTrue();
      assertThat(usedMib() - before).isLessThan(MOST_GROWTH_MIB);
    }
  }

  private String damaged(String whole) {
    var text = new StringBuilder(whole);
    for (int n = random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(text.length());
      int end = Math.min(text.length(), at + random.nextInt(8));
      text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
    }
    return switch (random.nextInt(12)) {
      case 0 -> text.substring(0, random.nextInt(text.length() + 1));
      case 1 -> text.toString() + text;
      case 2 -> "[".repeat(random.nextInt(100_000));
      case 3 -> text.toString().replace("'o'", "'" + "o".repeat(random.nextInt(100_000)) + "'");
      default -> text.toString();
    };
  }

  private static Map<String, String> files(Path folder) throws IOException {
    var files = new TreeMap<String, String>();
    for (String name : List.of("apps", "policies")) {
      if (Files.isDirectory(folder.resolve(name))) {
        try (Stream<Path> all = Files.list(folder.resolve(name))) {
          for (Path file : all.toList()) {
            files.put(file.toString(), new String(Files.readAllBytes(file), UTF_8));
          }
        }
      }
    }
    return files;
  }

  private static long usedMib() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return (runtime.totalMemory() - runtime.freeMemory()) >> 20;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/apis/..%2fup",
        "/apis/%2e%2e%2fup",
        "/apis/..",
        "/apis/a%00b",
        "/apis/a%5cb",
        "/policies/..%2fup",
        "/policies/%2e%2e",
        "/keys/..%2f..%2fup",
        "/org/keys/..%2fup",
        "/certs/..%2fup",
        "/apis//fuzz//",
        "/apis/fuzz/"
      })
  void f13NoIdLeadsOutOfItsFolder(String path) throws IOException {
    try (backend;
        var gateway = gateway(backend);
        var bystander = EchoClient.to(gateway.port())) {
      var operator = new Operator(gateway.port());
      for (String method : List.of("GET", "PUT", "POST", "DELETE", "PATCH")) {
        Answer answer = operator.ask(method, path, BODIES.getFirst());
        boolean deletes = method.equals("DELETE") && answer.body().contains("Delete failed");
        assertThat(answer.status() < 500 || deletes).as(method + answer.body()).isTrue();
      }
      try (Stream<Path> all = Files.walk(gateway.folder())) {
        assertThat(all.map(file -> String.valueOf(file.getFileName())))
            .noneMatch("up.json"::equals);
      }
      assertThat(gateway.folder().resolveSibling("up.json")).doesNotExist();
      assertThat(bystander.unary("hi").status().isOk()).isTrue();
    }
  }
}
