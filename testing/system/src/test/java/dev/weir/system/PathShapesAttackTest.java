package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Fields;
import dev.weir.testkit.Fields.Field;
import dev.weir.testkit.Frame;
import dev.weir.testkit.HeadRecorder;
import dev.weir.testkit.WirePeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * E10: paths that a rule and a server might take for two things. Whatever a caller with a right to
 * one method sends, its server gets to see nothing but that method.
 */
class PathShapesAttackTest {
  private static final String ALLOWED = "/pkg.Service/Open";
  private static final String GUARDED = "/pkg.Service/Secret";

  private final HeadRecorder server = HeadRecorder.listen();
  private TestGateway gateway;
  private String token;

  @BeforeEach
  void start(@TempDir Path data) {
    gateway =
        TestGateway.configured(
            Map.of("secret", Operator.SECRET, "weir", Map.of("data_dir", data.toString())),
            Api.of("guarded", server.target()).with("use_keyless", false));
    String key =
        "{'org_id':'default','access_rights':{'guarded':{'allowed_urls':"
            + "[{'url':'"
            + ALLOWED
            + "','methods':['POST']}]}}}";
    token = new Operator(gateway.port()).ask("POST", "/keys", key).member("key");
  }

  @AfterEach
  void stop() {
    gateway.close();
    server.close();
  }

  private static Set<String> shapes() {
    var shapes = new LinkedHashSet<String>();
    for (String path : List.of(ALLOWED, GUARDED)) {
      shapes.addAll(shapesOf(path));
    }
    for (String step : List.of("..", ".", "%2e%2e", "%2E.", ".%2e", "%252e%252e", "..;", "..%00")) {
      for (String slash : List.of("/", "//", "%2f", "%2F", "\\", "%5c", ";/", "%252f")) {
        shapes.add(ALLOWED + slash + step + slash + "Secret");
        shapes.add("/pkg.Service" + slash + step + slash + "pkg.Service" + slash + "Secret");
      }
    }
    return shapes;
  }

  private static List<String> shapesOf(String path) {
    var shapes = new ArrayList<String>();
    shapes.add(path);
    for (String end :
        List.of(
            "/",
            "//",
            "?",
            "?a=b",
            "#a",
            ";a",
            ";a=b",
            "%",
            "%00",
            "%20",
            "%2f",
            ".",
            "..",
            "*",
            "+",
            "~",
            "Again",
            "%0a",
            "%c0%af",
            "%ef%bc%8f",
            "/..",
            "/.",
            "%3f",
            "?/../Secret")) {
      shapes.add(path + end);
    }
    for (String begin :
        List.of("/", "//", "/.", "/..", "/./", "/../", "/x/..", "/%2e", "/;", "/\\")) {
      shapes.add(begin + path);
    }
    shapes.add(path.toUpperCase(Locale.ROOT));
    shapes.add(path.toLowerCase(Locale.ROOT));
    shapes.add(path.replace("/", "//"));
    shapes.add(path.replace("/", "%2f").replaceFirst("%2f", "/"));
    shapes.add(path.replace("/", "\\").replaceFirst("\\\\", "/"));
    shapes.add(path.replace(".", "%2e"));
    shapes.add(path.replace(".", "x"));
    shapes.add(path.replace("S", "%53"));
    shapes.add(path.replace("S", "%73"));
    shapes.add("http://localhost" + path);
    shapes.add(path + "?" + "a".repeat(4096));
    shapes.add(path + "/" + "a/".repeat(500));
    return shapes;
  }

  private Fields grpc(String path) {
    return Fields.grpcRequest(path).with("authorization", token);
  }

  private Fields http(String method, String path) {
    List<Field> fields =
        grpc(path).without("content-type").without("te").list().stream()
            .map(field -> field.name().equals(":method") ? new Field(":method", method) : field)
            .toList();
    return new Fields(fields);
  }

  /** What a server got of a call, if anything. */
  private List<Fields> seen(Fields request) {
    try (WirePeer client = WirePeer.client(gateway.port())) {
      client.send(Frame.headers(1, request).last());
      client.expectFate(1);
    }
    return server.takeHeads();
  }

  private static List<String> targets(List<Fields> heads) {
    return heads.stream().map(head -> head.get(":method") + " " + head.get(":path")).toList();
  }

  @Test
  void e10NoShapeOfAPathLeadsToWhatIsNotGranted() {
    assertThat(shapes()).hasSizeGreaterThanOrEqualTo(200);
    for (String path : shapes()) {
      List<String> expected = path.equals(ALLOWED) ? List.of("POST " + ALLOWED) : List.of();
      assertThat(targets(seen(grpc(path)))).as("gRPC %s", path).isEqualTo(expected);
    }
  }

  /** A rule for a whole service is no way out of it, by what a server may normalise. */
  @Test
  void e10AServiceIsNotLeftByItsPath() {
    String key =
        "{'org_id':'default','access_rights':{'guarded':{'allowed_urls':"
            + "[{'url':'/pkg.Service/*','methods':['POST']}]}}}";
    token = new Operator(gateway.port()).ask("POST", "/keys", key).member("key");
    for (String path : shapes()) {
      for (Fields request : List.of(grpc(path), http("POST", path))) {
        for (String target : targets(seen(request))) {
          assertThat(target)
              .as(path)
              .matches("POST /pkg\\.Service(/[A-Za-z0-9._~!$&'()*+,=:@-]+)+([?].*)?");
          String asked = target.replaceFirst("\\?.*", "") + "/";
          assertThat(asked).as(path).doesNotContain("/../").doesNotContain("/./");
        }
      }
    }
  }

  /** What is granted is what was asked for, and nothing else becomes what it is rewritten to. */
  @Test
  void e10NoShapeOfAPathIsRewrittenButTheOneThatIsGranted() {
    gateway.write(
        Api.of("guarded", server.target())
            .with("use_keyless", false)
            .with("version_data.not_versioned", true)
            .with(
                "version_data.versions.Default.extended_paths.url_rewrites",
                List.of(
                    Map.of(
                        "path", "/",
                        "match_pattern", "(?i)pkg.Service[/%2fF]*(.*)",
                        "rewrite_to", "/moved.Service/$1"))));
    assertThat(gateway.reload().problems()).isEmpty();
    for (String path : shapes()) {
      String asked = path.replaceFirst("\\?.*", "");
      List<String> moved = path.equals(ALLOWED) ? List.of("POST /moved.Service/Open") : List.of();
      assertThat(targets(seen(grpc(path)))).as("gRPC %s", path).isEqualTo(moved);
      for (String target : targets(seen(http("POST", path)))) {
        assertThat(asked).as("%s became %s", path, target).isEqualTo(ALLOWED);
        assertThat(target).matches("POST /moved[.]Service/Open([?].*)?");
      }
    }
  }

  /** A query is no part of what a rule is asked about, and reaches the server as it was sent. */
  @Test
  void e10NoShapeOfAPathOfOtherCallersLeadsThereEither() {
    for (String path : shapes()) {
      for (String method : List.of("POST", "GET")) {
        boolean granted = method.equals("POST") && path.replaceFirst("\\?.*", "").equals(ALLOWED);
        List<String> expected = granted ? List.of("POST " + path) : List.of();
        assertThat(targets(seen(http(method, path)))).as("%s %s", method, path).isEqualTo(expected);
      }
    }
  }
}
