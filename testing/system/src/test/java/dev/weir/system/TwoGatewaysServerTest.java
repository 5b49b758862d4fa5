package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.system.Operator.Answer;
import dev.weir.testkit.EchoBackend;
import dev.weir.testkit.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two gateways on the same definitions and policies, that people write to through both at once:
 * each write is done as a whole or not at all, and none is lost that was acknowledged.
 */
class TwoGatewaysServerTest {
  private static final int WRITERS = 4;
  private static final int ROUNDS = 12;

  private final EchoBackend backend = EchoBackend.start("one");
  private final Api base = Api.of("base", backend.target()).at("/base/");

  @TempDir Path shared;

  private List<WeirProcess> gateways = List.of();

  @BeforeEach
  void start() throws IOException {
    Files.createDirectory(shared.resolve("policies"));
    Files.createDirectory(shared.resolve("apps"));
    Files.writeString(shared.resolve("apps/base.json"), Json.of(base.definition()));
    gateways = List.of(gateway(), gateway());
    gateways.forEach(WeirProcess::awaitReady);
  }

  private WeirProcess gateway() {
    int port = Ports.free();
    Map<String, Object> configuration =
        Map.of(
            "secret",
            Operator.SECRET,
            "app_path",
            shared.resolve("apps").toString(),
            "policies",
            Map.of("policy_source", "file", "policy_path", shared.resolve("policies").toString()));
    return WeirProcess.of(TykFiles.write(port, configuration, List.of()), port);
  }

  @AfterEach
  void stop() {
    gateways.forEach(WeirProcess::close);
    backend.close();
  }

  private Operator operator(int writer) {
    return new Operator(gateways.get(writer % gateways.size()).port());
  }

  /** Has several write at once, through one gateway or the other. */
  private <T> List<T> together(IntFunction<T> writer) {
    try (ExecutorService all = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> begun =
          IntStream.range(0, WRITERS).mapToObj(i -> all.submit(() -> writer.apply(i))).toList();
      var done = new ArrayList<T>();
      for (Future<T> one : begun) {
        done.add(one.get());
      }
      return done;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Both are told the same by the folders. */
  private void assertAgreed() {
    List<String> hashes = new ArrayList<>();
    for (int i = 0; i < gateways.size(); i++) {
      Answer reload = operator(i).get("/reload");
      assertThat(reload.status()).as(reload.body()).isEqualTo(200);
      hashes.add(operator(i).askAt("GET", "/weir/v1/snapshot", "", "").member("hash"));
    }
    assertThat(hashes.getFirst()).isNotEmpty().isEqualTo(hashes.getLast());
  }

  @Test
  void whatSeveralAddToOneFileIsAllThere() throws IOException {
    List<List<String>> added =
        together(writer -> {
          var names = new ArrayList<String>();
          for (int round = 0; round < ROUNDS; round++) {
            String name = "v%d-%d".formatted(writer, round);
            Api api = Api.of(name, backend.target()).at("/" + name + "/");
            String path =
                "/apis?base_api_id=base&base_api_version_name=first&new_version_name=" + name;
            Answer answer =
                operator(writer)
                    .ask("POST", path, Json.of(api.with("internal", true).definition()));
            assertThat(answer.status()).as(answer.body()).isEqualTo(200);
            names.add(name);
          }
          return names;
        });

    String text = Files.readString(shared.resolve("apps/base.json"));
    assertThat(added).allSatisfy(names -> assertThat(names).allMatch(text::contains));
    assertThat(added.stream().flatMap(List::stream))
        .allSatisfy(name -> assertThat(shared.resolve("apps/" + name + ".json")).exists());
    assertAgreed();
  }

  @Test
  void whatDependsOnWhatWasSeenIsDoneOnce() {
    assertThat(operator(0).ask("POST", "/policies/gold", "{'id':'gold','rate':0,'per':1}").status())
        .isEqualTo(200);
    int acknowledged =
        together(writer ->
                (int)
                    IntStream.range(0, ROUNDS).filter(round -> isCounted(operator(writer))).count())
            .stream()
            .mapToInt(Integer::intValue)
            .sum();

    assertThat(acknowledged).isPositive();
    assertThat(operator(1).get("/policies/gold").body()).contains("\"rate\":" + acknowledged);
    assertAgreed();
  }

  /** Writes one more than was read, if nobody else has. */
  private static boolean isCounted(Operator operator) {
    Answer seen = operator.get("/policies/gold");
    var rate = Pattern.compile("\"rate\":(\\d+)").matcher(seen.body());
    assertThat(rate.find()).as(seen.body()).isTrue();
    int next = Integer.parseInt(rate.group(1)) + 1;
    Answer answer =
        operator.ask(
            "PUT", "/policies/gold", "{'id':'gold','rate':%d,'per':1}".formatted(next), seen.tag());
    assertThat(answer.status()).as(answer.body()).isIn(200, 412);
    return answer.status() == 200;
  }

  @Test
  void ofSeveralWhoMakeTheSameOneDoes() throws IOException {
    for (int round = 0; round < ROUNDS; round++) {
      String id = "api" + round;
      Api api = Api.of(id, backend.target()).at("/" + id + "/");
      List<Integer> statuses =
          together(writer ->
              operator(writer)
                  .askUnless(
                      "POST",
                      "/apis/" + id,
                      Json.of(api.with("name", "of " + writer).definition()),
                      "*")
                  .status());

      assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
      String made = "of " + statuses.indexOf(200);
      assertThat(shared.resolve("apps/" + id + ".json")).content().contains(made);
    }
    assertAgreed();
  }

  @Test
  void aDocumentAndWhatWasMadeOfItAreOfOneWriter() throws IOException {
    assertThat(operator(0).ask("POST", "/apis/oas", document("first")).status()).isEqualTo(200);
    assertThat(operator(0).get("/reload").status()).isEqualTo(200);
    assertThat(operator(1).get("/reload").status()).isEqualTo(200);
    for (int round = 0; round < ROUNDS; round++) {
      String of = "round" + round + "by";
      List<Integer> statuses =
          together(writer ->
              operator(writer).ask("PUT", "/apis/oas/doc", document(of + writer)).status());

      assertThat(statuses).containsOnly(200);
      String document = Files.readString(shared.resolve("apps/doc-oas.json"));
      String name = document.replaceAll("(?s).*'?\"name\":\"([^\"]*)\".*", "$1");
      assertThat(name).startsWith(of);
      assertThat(shared.resolve("apps/doc.json")).content().contains(name);
    }
    assertAgreed();
  }

  private String document(String name) {
    return """
    {'openapi':'3.0.3','info':{'title':'t','version':'1'},'paths':{},
     'x-tyk-api-gateway':{'info':{'id':'doc','name':'%s','state':{'active':true}},
      'server':{'listenPath':{'value':'/doc/'},'authentication':{'enabled':false}},
      'upstream':{'url':'%s'}}}\
    """
        .formatted(name, backend.target());
  }
}
