package dev.weir.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.EchoClient;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

  private static final Set<String> METHODS = Set.of("get", "post", "put", "patch", "delete");

  private static final List<String> BODIES =
      List.of(
          "{'name':'f','api_id':'fuzz','active':true,'use_keyless':true,'tags':['a'],"
              + "'proxy':{'listen_path':'/fuzz','target_url':'h2c://127.0.0.1:1'},"
              + "'version_data':{'not_versioned':true,'versions':{'Default':{'name':'Default'}}}}",
          "{'id':'fuzz','org_id':'o','rate':1.5,'per':1,'quota_max':-1,"
              + "'access_rights':{'echo':{'api_id':'echo','versions':['Default'],"
              + "'allowed_urls':[{'url':'/a','methods':['POST']}]}}}",
          "{'org_id':'o','expires':0,'basic_auth_data':{'password':'p'},'apply_policies':['fuzz'],"
              + "'access_rights':{'echo':{'api_id':'echo'}}}",
          "{'apply_policies':['fuzz']}",
          "{'openapi':'3.0.3','info':{'title':'f','version':'1'},"
              + "'paths':{'/f/m':{'post':{'operationId':'m','responses':{}}}},"
              + "'x-tyk-api-gateway':{'info':{'id':'oasfuzz','name':'f','state':{'active':true}},"
              + "'server':{'listenPath':{'value':'/f'},'authentication':{'enabled':false}},"
              + "'upstream':{'url':'h2c://127.0.0.1:1'},"
              + "'middleware':{'operations':{'m':{'allow':{'enabled':true}}}}}}",
          "{'openapi':'3.0.3','info':{'title':'f','version':'1'},"
              + "'paths':{'/f/m':{'post':{'responses':{}}}}}");

  private static final List<String> PATHS =
      List.of(
          "POST /apis",
          "POST /apis/fuzz",
          "PUT /apis/fuzz",
          "POST /apis?dry_run=true",
          "PUT /apis/fuzz?dry_run=true",
          "POST /apis/oas",
          "POST /apis/oas/oasfuzz",
          "PUT /apis/oas/oasfuzz",
          "PATCH /apis/oas/oasfuzz",
          "PATCH /apis/oas/oasfuzz?dry_run=true",
          "POST /apis/oas?dry_run=true",
          "POST /apis/oas/import?authentication=false&upstreamURL=h2c://127.0.0.1:1&apiID=oasfuzz",
          "PATCH /apis/oas/oasfuzz?listenPath=/f&allowList=true",
          "POST /policies",
          "PUT /policies/fuzz?dry_run=true",
          "POST /policies/fuzz",
          "PUT /policies/fuzz",
          "POST /keys",
          "POST /keys/create",
          "POST /keys/fuzz",
          "PUT /keys/fuzz?org_id=o",
          "PUT /keys/fuzz?dry_run=true&org_id=o",
          "POST /keys/preview",
          "POST /keys/policy/fuzz?org_id=o",
          "POST /org/keys/fuzz",
          "PUT /org/keys/fuzz",
          "PUT /org/keys/fuzz?dry_run=true",
          "POST /certs",
          "POST /certs?org_id=o",
          "POST /certs?dry_run=true",
          "POST /apis?base_api_id=fuzz&base_api_version_name=v1&new_version_name=v2",
          "POST /apis/oas?base_api_id=oasfuzz&base_api_version_name=v1&new_version_name=v2",
          "POST /keys/fuzz?hashed=1",
          "DELETE /apis/fuzz",
          "DELETE /apis/fuzz?dry_run=true",
          "DELETE /apis/oas/oasfuzz",
          "DELETE /policies/fuzz",
          "DELETE /keys/fuzz?org_id=o",
          "DELETE /org/keys/fuzz",
          "DELETE /certs/fuzz",
          "DELETE /cache/fuzz",
          "DELETE /cache/jwks",
          "DELETE /cache/jwks/fuzz",
          "GET /reload?block=true",
          "GET /reload/group",
          "GET /apis",
          "GET /apis/fuzz",
          "GET /apis/fuzz/versions?searchText=v&accessType=internal",
          "GET /apis/oas?mode=public",
          "GET /apis/oas/oasfuzz",
          "GET /apis/oas/oasfuzz/versions",
          "GET /apis/oas/export",
          "GET /apis/oas/oasfuzz/export",
          "GET /policies",
          "GET /policies/fuzz",
          "GET /keys?filter=f",
          "GET /keys/fuzz?org_id=o",
          "GET /org/keys",
          "GET /org/keys/fuzz",
          "GET /certs?mode=detailed",
          "GET /certs/fuzz",
          "GET /health",
          "GET /weir/v1/snapshot",
          "GET /weir/v1/apis/fuzz/oas",
          "GET /weir/v1/openapi.json");

  /** What changes nothing, whatever it answers: no body makes a certificate that could go. */
  private static final String READS =
      "GET .*|DELETE /(cache/.*|certs/fuzz)|.*dry_run.*|.*preview.*";

  /** Tyk's words for what is not there. */
  private static final String NOT_THERE = "Delete failed";

  /** Most are about any, some about what nobody has seen. */
  private static final List<String> TAGS = List.of("", "", "", "*", "\"x\"");

  /** What is told of what is kept in the store. */
  private static final List<String> SHOWN =
      List.of(
          "/keys",
          "/keys/fuzz?org_id=o",
          "/org/keys",
          "/org/keys/fuzz",
          "/certs",
          "/certs?org_id=o");

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
        Operator.configuration(Map.of()),
        Api.of("echo", backend.target()).at("/weir.testkit.Echo/"));
  }

  @Test
  void f13NothingThatIsSentIsAFaultOrDoneInPart() throws IOException {
    try (backend;
        var gateway = gateway(backend);
        var bystander = EchoClient.to(gateway.port())) {
      var operator = new Operator(gateway.port());
      prepare(operator);
      long heap = usedMib();
      Map<String, String> before = state(operator, gateway.folder());
      for (int i = 0; i < REQUESTS; i++) {
        String[] words = PATHS.get(random.nextInt(PATHS.size())).split(" ", -1);
        String body = damaged(BODIES.get(random.nextInt(BODIES.size())));
        String tag = TAGS.get(random.nextInt(TAGS.size()));

        Answer answer = sent(operator, words, body, tag);

        Map<String, String> after = state(operator, gateway.folder());
        String told =
            "request %d of seed %d: %s %s %s %s: %s"
                .formatted(i, SEED, words[0], words[1], tag, body, answer);
        boolean isNoFault = words[0].equals("DELETE") && answer.body().contains(NOT_THERE);
        assertThat(answer.status() < 500 || isNoFault).as(told).isTrue();
        assertThat(answer.body().strip()).as(told).matches("(?s)[{\\[].*[}\\]]");
        if (answer.status() != 200 || String.join(" ", words).matches(READS)) {
          assertThat(after).as(told).isEqualTo(before);
        } else {
          assertThat(tag).as(told).isNotEqualTo("\"x\"");
          assertDone(words, body, before, after, told);
        }
        before = words[0].equals("DELETE") ? again(operator, gateway.folder()) : after;
        if (i % 50 == 0) {
          assertServesAll(operator, bystander, told);
        }
      }
      assertServesAll(operator, bystander, "the last");
      assertThat(usedMib() - heap).isLessThan(MOST_GROWTH_MIB);
    }
  }

  private static Answer sent(Operator operator, String[] words, String body, String tag) {
    return words[1].startsWith("/weir/")
        ? operator.askAt(words[0], words[1], body, tag)
        : operator.ask(words[0], words[1], body, tag);
  }

  /** What was deleted is there again, as far as what else is there by now allows it. */
  private static Map<String, String> again(Operator operator, Path folder) throws IOException {
    String key = BODIES.get(2).replace("'apply_policies':['fuzz'],", "");
    operator.askUnless("POST", "/apis/fuzz", BODIES.get(0), "*");
    operator.askUnless("POST", "/apis/oas/oasfuzz", BODIES.get(4), "*");
    operator.askUnless("POST", "/policies/fuzz", BODIES.get(1), "*");
    operator.askUnless("POST", "/keys/fuzz", key, "*");
    operator.askUnless("POST", "/org/keys/fuzz", "{'org_id':'fuzz'}", "*");
    return state(operator, folder);
  }

  /** The document of the control API lists them. */
  @Test
  void f13EachPathAndMethodIsAmongThem() {
    try (backend;
        var gateway = gateway(backend)) {
      OpenApiServerTest.paths(gateway)
          .forEach((path, item) -> {
            String shape = path.replaceFirst("^/tyk", "").replaceAll("\\{[A-Za-z]+}", "[^/?]+");
            OpenApiServerTest.members(item).keySet().stream()
                .filter(METHODS::contains)
                .map(method -> method.toUpperCase(Locale.ROOT) + " " + shape)
                .forEach(
                    wanted -> assertThat(PATHS).as(wanted).anyMatch(sent -> isLike(sent, wanted)));
          });
    }
  }

  private static boolean isLike(String sent, String shape) {
    return sent.replaceFirst("\\?.*", "").matches(shape);
  }

  /** So that there is something to change. */
  private static void prepare(Operator operator) {
    String key = BODIES.get(2).replace("'apply_policies':['fuzz'],", "");
    assertThat(operator.ask("POST", "/apis/fuzz", BODIES.get(0)).status()).isEqualTo(200);
    assertThat(operator.ask("POST", "/apis/oas", BODIES.get(4)).status()).isEqualTo(200);
    assertThat(operator.ask("POST", "/policies/fuzz", BODIES.get(1)).status()).isEqualTo(200);
    assertThat(operator.ask("POST", "/keys/fuzz", key).status()).isEqualTo(200);
    assertThat(operator.ask("POST", "/org/keys/fuzz", "{'org_id':'fuzz'}").status()).isEqualTo(200);
    assertThat(operator.get("/keys/fuzz?org_id=o").status()).isEqualTo(200);
    assertThat(operator.ask("POST", "/keys/policy/fuzz?org_id=o", BODIES.get(3)).status())
        .isEqualTo(200);
  }

  private static void assertServesAll(Operator operator, EchoClient bystander, String told) {
    Answer reload = operator.get("/reload");
    assertThat(reload.status()).as(told + reload.body()).isEqualTo(200);
    assertThat(bystander.unary("hi").status().isOk()).as(told).isTrue();
  }

  /**
   * One file is as it was sent, or one record of the store is another one, and no more: but for
   * halves of documents, and for what names a version that comes or goes.
   */
  private static void assertDone(
      String[] words,
      String body,
      Map<String, String> before,
      Map<String, String> after,
      String told) {
    var changed = new TreeSet<String>(before.keySet());
    changed.addAll(after.keySet());
    changed.removeIf(name -> Objects.equals(before.get(name), after.get(name)));
    String path = words[1];
    boolean isFile = path.startsWith("/apis") || path.startsWith("/policies");
    if (words[0].equals("DELETE")) {
      assertThat(changed).as(told).isNotEmpty();
    } else if (path.startsWith("/apis/oas") || path.contains("base_api_id")) {
      assertThat(changed).as(told).hasSizeLessThanOrEqualTo(path.contains("base_api_id") ? 4 : 2);
    } else if (isFile) {
      assertThat(changed.size() == 1 || isThere(body, after)).as(told).isTrue();
      assertThat(changed).as(told).hasSizeLessThanOrEqualTo(1);
    } else {
      assertThat(changed).as(told).isNotEmpty();
    }
    String place = path.startsWith("/apis") ? "apps" : path.split("/", -1)[1].split("\\?", -1)[0];
    assertThat(changed).as(told).allMatch(name -> name.startsWith("/" + place));
  }

  /** As it was sent, or with an id at its end, by a request before. */
  private static boolean isThere(String body, Map<String, String> after) {
    String sent = Operator.json(body);
    return after.values().stream()
        .anyMatch(
            text -> text.equals(sent) || text.startsWith(sent.replaceAll("}\\s*$", ",\"id\":")));
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

  /** All that requests may change: texts of files, and what is shown of others with its tag. */
  private static Map<String, String> state(Operator operator, Path folder) throws IOException {
    var state = new TreeMap<String, String>();
    for (String name : List.of("apps", "policies")) {
      for (String file : TykFiles.named(folder.resolve(name))) {
        byte[] text = Files.readAllBytes(folder.resolve(name).resolve(file));
        state.put("/" + name + "/" + file, new String(text, UTF_8));
      }
    }
    for (String path : SHOWN) {
      state.put(path, operator.get(path).toString());
    }
    return state;
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
        "/apis/oas/..%2fup",
        "/apis/oas/%2e%2e",
        "/apis/%2f",
        "/apis/%2fup",
        "/apis/a%2fup",
        "/policies/%2fup",
        "/keys/policy/..%2fup",
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
      prepare(operator);
      List<Path> before = tree(gateway.folder());
      String id = path.replaceFirst("^(/org)?/[a-z]+/(policy/|oas/)?", "").replaceAll("^/|/+$", "");
      String escaped =
          URLDecoder.decode(id, UTF_8).replace("\\", "\\\\").replace("\u0000", "\\u0000");
      for (String body : BODIES) {
        String same = body.replace("'fuzz'", "'" + escaped + "'");
        for (String method : List.of("GET", "PUT", "POST", "DELETE", "PATCH")) {
          Answer answer = operator.ask(method, path, same);
          boolean deletes = method.equals("DELETE") && answer.body().contains("Delete failed");
          assertThat(answer.status() < 500 || deletes).as(method + answer.body()).isTrue();
        }
        if (id.equals("fuzz")) {
          // It is that one, and was deleted.
          operator.ask("POST", "/apis/fuzz", BODIES.getFirst());
        }
        assertThat(tree(gateway.folder())).as(same).isEqualTo(before);
      }
      assertThat(gateway.folder().resolveSibling("up.json")).doesNotExist();
      assertThat(gateway.folder().resolveSibling("up")).doesNotExist();
      assertThat(bystander.unary("hi").status().isOk()).isTrue();
    }
  }

  private static List<Path> tree(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> !path.toString().endsWith(".lock")).sorted().toList();
    }
  }
}
