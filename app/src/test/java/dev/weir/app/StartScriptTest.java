package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/weir} in the layout of a release, with Javas that only say how they were called. */
@Timeout(20)
@DisabledOnOs(OS.WINDOWS)
class StartScriptTest {
  private static final Path SCRIPT = Path.of("../bin/weir");

  /** Where nothing of the test's Javas is, but the machine's own may be. */
  private static final String PATH = "/usr/bin:/bin";

  @TempDir private Path folder;
  private Path root;

  @BeforeEach
  void unpack() throws IOException {
    root = Files.createDirectory(folder.resolve("a release"));
    Files.createDirectory(root.resolve("bin"));
    Files.createDirectory(root.resolve("lib"));
    Files.copy(SCRIPT, root.resolve("bin/weir"));
    Files.createFile(root.resolve("lib/weir-app.jar"));
  }

  @Test
  void takesTheJavaThatIsNamed() throws Exception {
    Path named = java("named", "25.0.1");
    Path home = java("home", "25.0.1");

    assertThat(weir(Map.of("WEIR_JAVA", named.toString(), "JAVA_HOME", home.toString())))
        .startsWith("named");
    assertThat(weir(Map.of("WEIR_JAVA", named.resolve("bin/java").toString()))).startsWith("named");
  }

  @Test
  void refusesANamedJavaThatIsTooOld() throws Exception {
    Path old = java("old", "21.0.4");

    assertThat(weir(1, Map.of("WEIR_JAVA", old.toString())))
        .isEqualTo("weir: WEIR_JAVA is " + old + ", which is no Java 25 or newer\n");
  }

  @Test
  void takesTheRuntimeOfTheReleaseBeforeJavaHome() throws Exception {
    Path home = java("home", "25.0.1");
    Files.move(java("runtime", "25.0.1"), root.resolve("runtime"));

    assertThat(weir(Map.of("JAVA_HOME", home.toString()))).startsWith("runtime");
  }

  @Test
  void passesOverAJavaHomeThatIsTooOld() throws Exception {
    Path old = java("old", "17.0.15");
    Path newer = java("newer", "26-ea");

    assertThat(weir(Map.of("JAVA_HOME", old.toString(), "JAVA25_HOME", newer.toString())))
        .startsWith("newer");
  }

  @Test
  void understandsTheVersionOfAnEarlyAccessBuild() throws Exception {
    assertThat(weir(Map.of("JAVA_HOME", java("early", "25-ea").toString()))).startsWith("early");
  }

  @Test
  void followsLinksToItself() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("weir"), root.resolve("bin/weir"));

    assertThat(run(0, link, Map.of("JAVA_HOME", java("home", "25").toString()), "version"))
        .contains("-jar " + root.toRealPath().resolve("lib/weir-app.jar") + " version");
  }

  @Test
  void hasTheUsersOptionsAfterItsOwn() throws Exception {
    String line =
        weir(
            Map.of(
                "JAVA_HOME", java("home", "25.0.1").toString(), "WEIR_JAVA_OPTS", "-Xmx1g -Dx=y"));

    assertThat(line).containsPattern("-Xms48m -Xmx256m .*-Xmx1g -Dx=y -jar ");
  }

  @Test
  void beginsWithNoLargerHeapThanTheUserAllowsFor() throws Exception {
    String home = java("home", "25.0.1").toString();

    for (String small : List.of("-Xmx32m", "-Xmx1g -Xmx47M", "-Xmx8m -Dx=y")) {
      assertThat(weir(Map.of("JAVA_HOME", home, "WEIR_JAVA_OPTS", small)))
          .contains(small)
          .doesNotContain("-Xms");
    }
    for (String large :
        List.of("-Xmx48m", "-Xmx64m", "-Xmx640m", "-Xmx6g", "-Xmx32m -Xmx1g", "-Dx=-Xmx32m")) {
      assertThat(weir(Map.of("JAVA_HOME", home, "WEIR_JAVA_OPTS", large)))
          .contains("-Xms48m", large);
    }
  }

  @Test
  void stopsShortCommandsAtTheFirstCompiler() throws Exception {
    Map<String, String> environment =
        Map.of("JAVA_HOME", java("home", "25.0.1").toString(), "WEIR_NO_BUILD", "1");

    assertThat(run(0, root.resolve("bin/weir"), environment, "validate", "--conf", "a b.conf"))
        .contains("-XX:TieredStopAtLevel=1")
        .endsWith(" validate --conf a b.conf\n");
    assertThat(run(0, root.resolve("bin/weir"), environment, "run", "--conf", "a b.conf"))
        .doesNotContain("TieredStopAtLevel");
  }

  @Test
  void usesAnArchiveThatIsNotOlderThanTheJars() throws Exception {
    Map<String, String> environment =
        Map.of("JAVA_HOME", java("home", "25.0.1").toString(), "WEIR_NO_BUILD", "1");
    Path archive = Files.createFile(root.resolve("lib/weir-25.0.1.jsa"));
    String option = "-XX:SharedArchiveFile=" + root.toRealPath().resolve("lib/weir-25.0.1.jsa");

    assertThat(weir(environment)).contains(option);

    Files.setLastModifiedTime(archive, FileTime.fromMillis(0));
    assertThat(weir(environment)).doesNotContain("SharedArchiveFile");
  }

  @Test
  void becomesTheJvm() throws Exception {
    Path home = java("home", "25.0.1");
    Files.writeString(home.resolve("bin/java"), "#!/bin/sh\necho $$\n");
    Map<String, String> environment = Map.of("JAVA_HOME", home.toString(), "WEIR_NO_BUILD", "1");

    Process process = start(root.resolve("bin/weir"), environment, "run");

    assertThat(output(process)).isEqualTo(process.pid() + "\n");
  }

  @Test
  void goesOnWithoutAnArchiveWhenItCannotMakeOne() throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", java("home", "25.0.1").toString());

    assertThat(run(0, root.resolve("bin/weir"), environment, "run"))
        .startsWith("weir: preparing fast starts, once for each build\nhome ")
        .endsWith(" -jar " + root.toRealPath().resolve("lib/weir-app.jar") + " run\n");
  }

  @Test
  void goesOnWhenItCannotSpeak() throws Exception {
    Map<String, String> environment = Map.of("JAVA_HOME", java("home", "25.0.1").toString());
    ProcessBuilder builder = builder(root.resolve("bin/weir"), environment, "run");
    Path full = Path.of("/dev/full");
    if (Files.exists(full)) {
      builder.redirectErrorStream(false).redirectError(full.toFile());
    }

    assertThat(output(builder.start())).startsWith("home");
  }

  @Test
  void saysWhenNothingIsBuiltAndItMayNotBuild() throws Exception {
    Files.delete(root.resolve("lib/weir-app.jar"));
    Map<String, String> environment =
        Map.of("JAVA_HOME", java("home", "25.0.1").toString(), "WEIR_NO_BUILD", "1");

    assertThat(weir(1, environment)).contains("nothing is built", "./mvnw");
  }

  @Test
  void buildsOnceForTwoStarts() throws Exception {
    Files.delete(root.resolve("lib/weir-app.jar"));
    Path home = java("home", "25.0.1");
    Files.copy(home.resolve("bin/java"), home.resolve("bin/javac"), COPY_ATTRIBUTES);
    Path maven = root.resolve("mvnw");
    Files.writeString(
        maven,
        "#!/bin/sh\necho build >>builds\nsleep 1\nmkdir -p app/target/lib\n: >app/target/lib/weir-app.jar\n");
    Files.setPosixFilePermissions(maven, PosixFilePermissions.fromString("rwxr-xr-x"));
    Map<String, String> environment = Map.of("JAVA_HOME", home.toString());

    Process first = start(root.resolve("bin/weir"), environment, "version");
    Process second = start(root.resolve("bin/weir"), environment, "version");

    assertThat(output(first) + output(second)).contains("waiting for the build");
    assertThat(first.waitFor()).isZero();
    assertThat(second.waitFor()).isZero();
    assertThat(root.resolve("builds")).hasContent("build\n");
  }

  /** A Java home whose command prints its name and its arguments. */
  private Path java(String name, String version) throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        home.resolve("release"),
        "IMPLEMENTOR=\"Somebody\"\nJAVA_RUNTIME_VERSION=\"1\"\nJAVA_VERSION=\"" + version + "\"\n");
    Path command = Files.createDirectory(home.resolve("bin")).resolve("java");
    Files.writeString(command, "#!/bin/sh\necho \"" + name + " $*\"\n");
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  private String weir(Map<String, String> environment) throws Exception {
    return weir(0, environment);
  }

  private String weir(int exitCode, Map<String, String> environment) throws Exception {
    return run(exitCode, root.resolve("bin/weir"), environment, "version");
  }

  private static String run(
      int exitCode, Path script, Map<String, String> environment, String... arguments)
      throws Exception {
    Process process = start(script, environment, arguments);
    String output = output(process);
    assertThat(process.waitFor()).as(output).isEqualTo(exitCode);
    return output;
  }

  private static Process start(Path script, Map<String, String> environment, String... arguments)
      throws IOException {
    return builder(script, environment, arguments).start();
  }

  private static ProcessBuilder builder(
      Path script, Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(List.of("sh", script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", PATH);
    builder.environment().putAll(environment);
    return builder;
  }

  private static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), UTF_8);
  }
}
