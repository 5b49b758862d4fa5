package dev.weir.system;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.weir.filter.Identity;
import dev.weir.filter.IdentityLookup;
import dev.weir.filter.SignedTokens;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Whatever event loops call leads to no regular expression being compiled: in the class files,
 * through whatever implements what is called.
 */
class CompiledPatternsTest {
  private static final String PROOF = "dev.weir.compiler.ProofTurns$Proof.run()";
  private static final JavaClasses WEIR =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.weir");

  /** Each with the one that calls it. */
  private final Map<JavaCodeUnit, @Nullable JavaCodeUnit> reached = new LinkedHashMap<>();

  private final Deque<JavaCodeUnit> next = new ArrayDeque<>();

  @Test
  void eventLoopsCompileNoPattern() {
    WEIR.stream()
        .filter(resideInAPackage("dev.weir.engine.."))
        .forEach(type -> type.getCodeUnits().forEach(unit -> reach(unit, null)));
    Stream.of(Identity.class, IdentityLookup.class, SignedTokens.class)
        .flatMap(type -> WEIR.get(type).getMethods().stream())
        .forEach(method -> reach(method, null));
    // Behind a supplier.
    WEIR.get("dev.weir.compiler.KeyRules").getMethods().stream()
        .filter(method -> method.getName().equals("grants"))
        .forEach(method -> reach(method, null));

    while (!next.isEmpty()) {
      JavaCodeUnit caller = next.remove();
      if (caller instanceof JavaMethod method) {
        followInto(method.getOwner(), method.getName(), method.getRawParameterTypes(), method);
      }
      caller.getAccessesFromSelf().stream()
          .filter(access -> !isForAnotherThread(access))
          .forEach(access -> follow(caller, access));
    }

    assertThat(reached.keySet().stream().filter(CompiledPatternsTest::compiles).map(this::way))
        .isEmpty();
    assertThat(reached.keySet().stream().map(JavaCodeUnit::getFullName))
        .anyMatch(name -> name.startsWith("dev.weir.compiler.KeyGrants.methods("))
        .anyMatch(name -> name.startsWith("dev.weir.filter.PathRules.of("));
  }

  private void reach(JavaCodeUnit unit, @Nullable JavaCodeUnit caller) {
    if (!reached.containsKey(unit)) {
      reached.put(unit, caller);
      next.add(unit);
    }
  }

  private void follow(JavaCodeUnit caller, JavaAccess<?> access) {
    if (access.getTarget() instanceof CodeUnitAccessTarget target) {
      target.resolveMember().ifPresent(unit -> reach((JavaCodeUnit) unit, caller));
      followInto(target.getOwner(), target.getName(), target.getRawParameterTypes(), caller);
    }
  }

  /** Into whatever implements or overrides it. */
  private void followInto(
      JavaClass owner, String name, List<JavaClass> parameters, JavaCodeUnit caller) {
    List<String> names = parameters.stream().map(JavaClass::getName).toList();
    implementations(owner)
        .flatMap(type -> type.tryGetCodeUnitWithParameterTypeNames(name, names).stream())
        .forEach(unit -> reach(unit, caller));
  }

  private static Stream<JavaClass> implementations(JavaClass type) {
    return type.getPackageName().startsWith("dev.weir")
        ? type.getAllSubclasses().stream()
        : Stream.of();
  }

  /** What lambdas of the first do, and proofs in lambdas, is for other threads. */
  private static boolean isForAnotherThread(JavaAccess<?> access) {
    return access.isDeclaredInLambda()
        && (access.getOriginOwner().getName().equals("dev.weir.compiler.IssuedTokens")
            || access.getTarget().getFullName().equals(PROOF));
  }

  private static boolean compiles(JavaCodeUnit unit) {
    return unit.getOwner().isEquivalentTo(Pattern.class) && unit.getName().equals("compile");
  }

  private String way(JavaCodeUnit unit) {
    Set<String> way = new HashSet<>();
    StringBuilder text = new StringBuilder();
    for (JavaCodeUnit at = unit; at != null && way.add(at.getFullName()); at = reached.get(at)) {
      text.append("\n  ").append(at.getFullName());
    }
    return text.toString();
  }
}
