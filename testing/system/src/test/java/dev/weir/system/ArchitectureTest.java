package dev.weir.system;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitCallTarget;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.MonitorInstruction;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walls of ARCHITECTURE.md, checked in the class files. */
class ArchitectureTest {

  private static final JavaClasses WEIR =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/dev/weir/testkit/"))
          .withImportOption(location -> !location.contains("/dev/weir/guard/"))
          .importPackages("dev.weir");

  private static final String[] DATA_PLANE = {
    "dev.weir.call..",
    "dev.weir.route..",
    "dev.weir.filter..",
    "dev.weir.balance..",
    "dev.weir.http2..",
    "dev.weir.listener..",
    "dev.weir.upstream..",
    "dev.weir.engine.."
  };

  /** A module and the modules it may see. */
  record Wall(String module, Set<String> mayUse) {
    static Wall of(String module, String... mayUse) {
      return new Wall(module, Set.of(mayUse));
    }
  }

  static Stream<Wall> walls() {
    return Stream.of(
        Wall.of("call"),
        Wall.of("route", "call"),
        Wall.of("filter", "call"),
        Wall.of("balance", "call"),
        Wall.of("http2"),
        Wall.of("listener", "http2", "call"),
        Wall.of("upstream", "http2", "balance", "call"),
        Wall.of("engine", "listener", "upstream", "route", "filter", "balance", "http2", "call"),
        Wall.of("model"),
        Wall.of("certificates", "store"),
        Wall.of("jwt"),
        Wall.of("store", "model"),
        Wall.of("schema"),
        Wall.of("dashboard"),
        Wall.of(
            "compiler",
            "model",
            "certificates",
            "jwt",
            "store",
            "engine",
            "listener",
            "upstream",
            "route",
            "filter",
            "balance",
            "http2",
            "call"),
        Wall.of("admin", "compiler", "certificates", "store", "model", "dashboard", "schema"),
        Wall.of("cli", "model"),
        Wall.of("demo", "http2", "call"));
  }

  @ParameterizedTest
  @MethodSource("walls")
  void modulesSeeOnlyWhatTheTreeAllows(Wall wall) {
    var own = Stream.concat(Stream.of(wall.module()), wall.mayUse().stream());
    String[] visible = own.map(module -> "dev.weir." + module + "..").toArray(String[]::new);

    classes()
        .that(resideInAPackage("dev.weir." + wall.module() + ".."))
        .should()
        .onlyDependOnClassesThat(
            not(resideInAPackage("dev.weir..")).or(resideInAnyPackage(visible)))
        .allowEmptyShould(true)
        .check(WEIR);
  }

  @Test
  void everyPackageIsAModuleOfTheTree() {
    Set<String> known =
        Stream.concat(Stream.of("app"), walls().map(Wall::module))
            .collect(java.util.stream.Collectors.toSet());

    assertThat(WEIR.stream().map(JavaClass::getPackageName).distinct())
        .allSatisfy(name -> assertThat(name.substring("dev.weir.".length())).isIn(known));
  }

  @Test
  void modulesFormNoCycle() {
    slices().matching("dev.weir.(*)..").should().beFreeOfCycles().check(WEIR);
  }

  @Test
  void nettyStaysWhereBytesMove() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "dev.weir.http2..",
                    "dev.weir.listener..",
                    "dev.weir.upstream..",
                    "dev.weir.engine..",
                    "dev.weir.demo..")))
        .and()
        .haveNameNotMatching("dev\\.weir\\.app\\.(EventLoops|Gateway)")
        .should()
        .dependOnClassesThat(resideInAPackage("io.netty.."))
        .check(WEIR);
  }

  @Test
  void foreignHttp2CodecsAreForTestsOnly() {
    noClasses()
        .should()
        .dependOnClassesThat(resideInAPackage("io.netty.handler.codec.http2.."))
        .check(WEIR);
  }

  /** A thread for each request is for those who run the gateway, never for calls. */
  @Test
  void theServerOfTheAdministrationStaysThere() {
    noClasses()
        .that(not(resideInAPackage("dev.weir.admin..")))
        .should()
        .dependOnClassesThat(resideInAPackage("io.helidon.."))
        .check(WEIR);
  }

  @Test
  void metricsAreReadAboveTheDataPlane() {
    noClasses()
        .that(not(resideInAnyPackage("dev.weir.admin..", "dev.weir.app..")))
        .should()
        .dependOnClassesThat(resideInAPackage("io.prometheus.."))
        .check(WEIR);
  }

  @Test
  void grpcLibrariesAreForTestsOnly() {
    noClasses().should().dependOnClassesThat(resideInAPackage("io.grpc..")).check(WEIR);
  }

  @Test
  void decisionsSeeNoSocketNoFileAndNoLogger() {
    noClasses()
        .that(
            resideInAnyPackage(
                "dev.weir.call..", "dev.weir.route..", "dev.weir.filter..", "dev.weir.balance.."))
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                    "java.net..", "java.nio.channels..", "java.nio.file..", "org.slf4j..")
                .and(not(assignableTo(java.net.InetAddress.class)))
                .and(not(assignableTo(java.net.SocketAddress.class))))
        .check(WEIR);
  }

  @Test
  void dataPlaneReadsNoWallClock() {
    noClasses()
        .that(resideInAnyPackage(DATA_PLANE))
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callCodeUnitWhere(calls("read a clock of java.time", "java.time", "now", "systemUTC"))
        .orShould()
        .callConstructor(java.util.Date.class)
        .check(WEIR);
  }

  @Test
  void decisionsAreToldTheTime() {
    noClasses()
        .that(
            resideInAnyPackage(
                "dev.weir.call..", "dev.weir.route..", "dev.weir.filter..", "dev.weir.balance.."))
        .should()
        .callMethod(System.class, "nanoTime")
        .check(WEIR);
  }

  /** Called by the thread that starts and stops the gateway, which waits for the loops. */
  private static final String STARTS_AND_STOPS =
      "dev\\.weir\\.(engine\\.Engine|listener\\.Listeners)";

  @Test
  void dataPlaneNeverBlocks() {
    noClasses()
        .that(resideInAnyPackage(DATA_PLANE))
        .and()
        .haveNameNotMatching(STARTS_AND_STOPS)
        .should()
        .callCodeUnitWhere(blocks())
        .check(WEIR);
  }

  @Test
  void dataPlaneUsesNoLocksAndNoStreams() {
    noClasses()
        .that(resideInAnyPackage(DATA_PLANE))
        .should()
        .dependOnClassesThat(
            resideInAPackage("java.util.concurrent.locks..")
                .or(assignableTo(java.io.InputStream.class))
                .or(
                    // In memory, so it never waits.
                    assignableTo(java.io.OutputStream.class)
                        .and(not(assignableTo(java.io.ByteArrayOutputStream.class))))
                .or(assignableTo(java.io.Reader.class))
                .or(assignableTo(java.io.Writer.class)))
        .check(WEIR);
  }

  @Test
  void dataPlaneHasNoSynchronizedMethod() {
    methods()
        .that()
        .areDeclaredInClassesThat(resideInAnyPackage(DATA_PLANE))
        .should()
        .notHaveModifier(JavaModifier.SYNCHRONIZED)
        .check(WEIR);
  }

  @Test
  void dataPlaneHasNoSynchronizedBlock() {
    List<String> monitors =
        WEIR.stream()
            .filter(resideInAnyPackage(DATA_PLANE))
            .filter(ArchitectureTest::entersAMonitor)
            .map(JavaClass::getName)
            .toList();

    assertThat(monitors).isEmpty();
  }

  /** ArchUnit does not see blocks, so this reads the instructions. */
  static boolean entersAMonitor(JavaClass type) {
    try (var in = type.getSource().orElseThrow().getUri().toURL().openStream()) {
      return ClassFile.of().parse(in.readAllBytes()).methods().stream()
          .map(MethodModel::code)
          .flatMap(java.util.Optional::stream)
          .flatMap(CodeModel::elementStream)
          .anyMatch(MonitorInstruction.class::isInstance);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(type.getName(), e);
    }
  }

  static DescribedPredicate<JavaCall<?>> blocks() {
    return method("sleep or wait for a thread", Thread.class, "sleep", "join")
        .or(method("wait for a monitor", Object.class, "wait"))
        .or(method("wait for a future", Future.class, "get", "join", "resultNow"))
        .or(method("wait for a latch", CountDownLatch.class, "await"))
        .or(method("wait for a semaphore", Semaphore.class, "acquire"))
        .or(method("wait for a queue", BlockingQueue.class, "take", "put"))
        .or(method("wait for an executor", ExecutorService.class, "awaitTermination", "close"))
        .or(
            method(
                "wait for Netty",
                io.netty.util.concurrent.Future.class,
                "sync",
                "syncUninterruptibly",
                "await",
                "awaitUninterruptibly"))
        .or(calls("touch a file", "java.nio.file.Files"));
  }

  private static DescribedPredicate<JavaCall<?>> method(
      String what, Class<?> owner, String... names) {
    return DescribedPredicate.describe(
        what,
        call -> {
          CodeUnitCallTarget target = call.getTarget();
          return target.getOwner().isAssignableTo(owner)
              && List.of(names).contains(target.getName());
        });
  }

  /** Calls into a package or class, of any method or of the named ones. */
  private static DescribedPredicate<JavaCall<?>> calls(
      String what, String prefix, String... names) {
    return DescribedPredicate.describe(
        what,
        call -> {
          CodeUnitCallTarget target = call.getTarget();
          return target.getOwner().getName().startsWith(prefix)
              && (names.length == 0 || List.of(names).contains(target.getName()));
        });
  }
}
