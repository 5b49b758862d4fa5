package dev.weir.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** No test that may leave a stream or a buffer behind runs without the leak guard. */
class GuardedModulesTest {

  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

  /** A dependency that brings Netty along. */
  private static final Pattern NETTY =
      Pattern.compile(
          "<artifactId>(grpc-netty|netty-\\w+"
              + "|weir-(http2|listener|upstream|engine|compiler|demo|app|testkit))</artifactId>");

  @Test
  void everyModuleWithNettyAndTestsIsGuarded() throws IOException {
    List<String> modules =
        MODULE
            .matcher(pom(""))
            .results()
            .map(found -> found.group(1))
            .filter(module -> Files.isDirectory(ROOT.resolve(module, "src/test/java")))
            .filter(module -> NETTY.matcher(pom(module)).find())
            .toList();

    assertThat(modules).contains("dataplane/http2", "testing/system");
    assertThat(modules)
        .allSatisfy(
            module -> assertThat(pom(module)).contains("<artifactId>weir-guard</artifactId>"));
  }

  private static String pom(String module) {
    try {
      return Files.readString(ROOT.resolve(module, "pom.xml"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
