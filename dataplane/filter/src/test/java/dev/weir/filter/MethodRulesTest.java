package dev.weir.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.filter.MethodRules.Rule;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MethodRulesTest {

  private static final byte[] POST = "POST".getBytes(US_ASCII);
  private static final byte[] GET = "GET".getBytes(US_ASCII);
  private static final Matching LOOSE = new Matching(false, false, true);

  @Test
  void aListWithoutRulesPermitsEverything() {
    assertThat(MethodRules.ALL.allows(bytes("/pkg.Service/Say"), POST)).isTrue();
    assertThat(MethodRules.ALL.allows(bytes(""), GET)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/Say,      /pkg.Service/Say,        true",
    "/pkg.Service/Say,      /pkg.Service/SayAgain,   false",
    "/pkg.Service/Say,      /pkg.Service/Sa,         false",
    "/pkg.Service/Say,      /pkg.Service/say,        false",
    "/pkg.Service/Say,      /pkg.Service/Say/,       false",
    "/pkg.Service/Say,      /x/pkg.Service/Say,      false",
    "/pkg.Service/Say,      /pkg_Service/Say,        false",
    "/pkg.Service/*,        /pkg.Service/Say,        true",
    "/pkg.Service/*,        /pkg.Service/,           true",
    "/pkg.Service/*,        /pkg.Service,            false",
    "/pkg.Service/*,        /pkg.Services/Say,       false",
    "/pkg.Service/*,        /pkg_Service/Say,        false",
    "/pkg.Service/*,        /x/pkg.Service/Say,      false",
    "/v1/pkg.Service/*,     /v1/pkg.Service/Say,     true",
    "/*,                    /pkg.Service/Say,        true",
    "/,                     /pkg.Service/Say,        false",
    "/,                     /,                       true",
    "/pkg.Service/Say,      '',                      false",
  })
  void plainRulesMeanThemselvesP29(String url, String path, boolean permitted) {
    assertThat(allows(Matching.TYK, url, path)).isEqualTo(permitted);
  }

  @ParameterizedTest
  @CsvSource({
    "/pkg.Service/Say,      /pkg.Service/SayAgain,   true",
    "/pkg.Service/Say,      /x/pkg.Service/Say,      true",
    "/pkg.Service/Say,      /pkg_Service/Say,        true",
    "/pkg.Service/Say,      /pkg.Service/Sa,         false",
    "/pkg.Service/*,        /pkg_Service/Say,        true",
    "/,                     /pkg.Service/Say,        true",
  })
  void looseRulesArePatternsAsInTyk(String url, String path, boolean permitted) {
    assertThat(allows(LOOSE, url, path)).isEqualTo(permitted);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, '/pkg.Service/{method}',  /pkg.Service/Say,      true",
    "false, false, '/pkg.Service/{method}',  /x/pkg.Service/Say/y,  true",
    "false, false, '/pkg.Service/{method}',  /pkg.Service/,         false",
    "true,  false, '/pkg.Service/{method}',  /x/pkg.Service/Say,    false",
    "true,  false, '/pkg.Service/{method}',  /pkg.Service/Say/y,    true",
    "false, true,  '/pkg.Service/{method}',  /pkg.Service/Say/y,    false",
    "false, true,  '/pkg.Service/{method}',  /x/pkg.Service/Say,    true",
    "true,  true,  '/pkg.Service/{method}',  /pkg.Service/Say,      true",
    "true,  true,  '/pkg.Service/{method}$', /pkg.Service/Say,      true",
    "true,  true,  '^/pkg.Service/(Say|Do)', /pkg.Service/Do,       true",
    "true,  true,  '^/pkg.Service/(Say|Do)', /pkg.Service/Done,     false",
    "true,  false, 'Service/(Say|Do)',       /pkg.Service/Done,     true",
    "true,  true,  '/*/Say',                 /pkg.Service/Say,      true",
    "true,  true,  '/*/Say',                 /a/pkg.Service/Say,    false",
    "true,  true,  '/pkg*/Say',              /pkggg/Say,            true",
    "true,  true,  '/pkg.Service/S{3}',      /pkg.Service/SSS,      true",
    "true,  true,  '/pkg.Service/S{3}',      /pkg.Service/Say,      true",
  })
  void patternsAreAnchoredAsTheSwitchesSay(
      boolean prefix, boolean suffix, String url, String path, boolean permitted) {
    assertThat(allows(new Matching(prefix, suffix, false), url, path)).isEqualTo(permitted);
  }

  @Test
  void aRuleIsForTheMethodsOfHttpThatItNames() {
    MethodRules rules =
        rules(
            new Rule("/pkg.Service/Say", List.of("GET", "POST")),
            new Rule("/pkg.Service/Do", List.of("POST")),
            new Rule("/pkg.Service/Hear", List.of()));

    assertThat(rules.allows(bytes("/pkg.Service/Say"), GET)).isTrue();
    assertThat(rules.allows(bytes("/pkg.Service/Say"), POST)).isTrue();
    assertThat(rules.allows(bytes("/pkg.Service/Do"), POST)).isTrue();
    assertThat(rules.allows(bytes("/pkg.Service/Do"), GET)).isFalse();
    assertThat(rules.allows(bytes("/pkg.Service/Hear"), POST)).isFalse();
    assertThat(rules.allows(bytes("/pkg.Service/Say"), bytes("post"))).isFalse();
  }

  @Test
  void rulesForNoMethodArePermissionForNothing() {
    MethodRules rules = rules(new Rule("/pkg.Service/Say", List.of()));

    assertThat(rules.allows(bytes("/pkg.Service/Say"), POST)).isFalse();
    assertThat(rules.allows(bytes("/pkg.Service/Do"), POST)).isFalse();
  }

  @Test
  void oneOfManyRulesIsEnough() {
    List<Rule> list = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      list.add(post("/pkg.Service" + i + (i % 3 == 0 ? "/*" : "/Say")));
    }
    list.add(post("/other.Service/{method}"));
    MethodRules rules = MethodRules.of(list, Matching.TYK);

    for (int i = 0; i < 1_000; i++) {
      assertThat(rules.allows(bytes("/pkg.Service" + i + "/Say"), POST)).isTrue();
      assertThat(rules.allows(bytes("/pkg.Service" + i + "/Do"), POST)).isEqualTo(i % 3 == 0);
    }
    assertThat(rules.allows(bytes("/other.Service/Do"), POST)).isTrue();
    assertThat(rules.allows(bytes("/pkg.Service1000/Say"), POST)).isFalse();
  }

  @Test
  void decidesLikeAListOfTextsOnRandomPaths() {
    Random random = new Random(29);
    for (int round = 0; round < 300; round++) {
      Set<String> urls = new HashSet<>();
      for (int i = random.nextInt(1, 12); i > 0; i--) {
        urls.add(path(random) + (random.nextInt(3) == 0 ? "/*" : ""));
      }
      MethodRules rules =
          MethodRules.of(urls.stream().map(MethodRulesTest::post).toList(), Matching.TYK);
      for (int i = 0; i < 100; i++) {
        String path = path(random) + (random.nextInt(8) == 0 ? "/" : "");
        assertThat(rules.allows(bytes(path), POST))
            .as("%s of %s", path, urls)
            .isEqualTo(
                urls.stream()
                    .anyMatch(url ->
                        url.endsWith("*")
                            ? path.startsWith(url.substring(0, url.length() - 1))
                            : path.equals(url)));
      }
    }
  }

  private static String path(Random random) {
    StringBuilder path = new StringBuilder();
    for (int segments = random.nextInt(1, 4); segments > 0; segments--) {
      path.append('/').append("ab.".charAt(random.nextInt(3))).append(random.nextInt(2));
    }
    return path.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/pkg.Service/(Say", "/pkg.Service/[a", "(?<", "/a**", "", "\\p{Greek}"})
  void aRuleThatIsNoneIsToldP29(String url) {
    assertThat(MethodRules.problem(url, Matching.TYK)).isNotEmpty();
    assertThatThrownBy(() -> rules(post("/pkg.Service/Say"), post(url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(MethodRules.problem(url, Matching.TYK));
  }

  @Test
  void usableRulesHaveNoProblem() {
    assertThat(MethodRules.problem("/pkg.Service/*", Matching.TYK)).isNull();
    assertThat(MethodRules.problem("/pkg.Service/{method}", Matching.TYK)).isNull();
    assertThat(MethodRules.problem("/pkg.Service/(Say", LOOSE)).contains("missing closing )");
  }

  /**
   * Each of these would take all memory, the whole stack or seconds, when it is read or matched.
   */
  @Test
  void patternsThatCostTooMuchAreRefusedOrHarmlessG11() {
    assertThat(MethodRules.problem("(".repeat(200) + "a" + ")".repeat(200), Matching.TYK))
        .isEqualTo("has more than 100 groups");
    assertThat(MethodRules.problem("/a?".repeat(200), Matching.TYK))
        .isEqualTo("is longer than 512 characters");
    assertThat(allows(Matching.TYK, "/((((x{1000}){1000}){1000}){1000})", "/xaaaaa")).isTrue();
  }

  @Test
  void aPatternLooksAtNoPathThatIsTooLongForAMethodG11() {
    assertThat(allows(Matching.TYK, "/pkg/(.*)", "/pkg/" + "a".repeat(1_019))).isTrue();
    assertThat(allows(Matching.TYK, "/pkg/(.*)", "/pkg/" + "a".repeat(1_020))).isFalse();
    assertThat(allows(Matching.TYK, "/pkg/*", "/pkg/" + "a".repeat(60_000))).isTrue();
  }

  @Test
  void pathsOfAnyBytesAreLookedAt() {
    MethodRules rules = rules(post("/pkg.Service/([^/]+)x$"), post("/pkg.Service/Say"));
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] path = new byte[random.nextInt(30)];
      random.nextBytes(path);
      assertThat(rules.allows(path, POST)).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, /pkg.Service/Say, /pkg.Service/SayAgain",
    "false, true,  /pkg.Service/Say, /any/pkg.Service/Say",
    "false, false, /pkg.Service/*,   /any/pkg.Service/Any",
    "true,  true,  /pkg.Service/Say, /pkg_Service/Say",
    "true,  false, /pkg.Service/*,   /pkg_Service/Any",
    "true,  true,  /Service/Say,     ",
    "true,  false, /Service/*,       ",
    "true,  false, /Service/Say,     /Service/SayAgain",
    "false, false, '/Service/{a}',   ",
    "false, false, '/Service/(',     ",
  })
  void namesAPathThatOnlyTykPermits(boolean prefix, boolean suffix, String url, String only) {
    Matching exact = new Matching(prefix, suffix, false);

    assertThat(MethodRules.onlyInTyk(url, exact)).isEqualTo(only);
    if (only != null) {
      assertThat(allows(exact, url, only)).isFalse();
      assertThat(allows(new Matching(prefix, suffix, true), url, only)).isTrue();
    }
    assertThat(MethodRules.onlyInTyk(url, new Matching(prefix, suffix, true))).isNull();
  }

  @Test
  void decidingOnPlainRulesAllocatesNothing() {
    MethodRules rules = rules(post("/pkg.Service/Say"), post("/other.Service/*"));
    byte[][] paths = {bytes("/pkg.Service/Say"), bytes("/other.Service/A"), bytes("/no.Service/A")};
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int permitted = 0;

    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 30_000; i++) {
      permitted += rules.allows(paths[i % 3], POST) ? 1 : 0;
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(permitted).isEqualTo(20_000);
    assertThat(allocated).isLessThan(10_000);
  }

  private static boolean allows(Matching matching, String url, String path) {
    return MethodRules.of(List.of(post(url)), matching).allows(bytes(path), POST);
  }

  private static MethodRules rules(Rule... rules) {
    return MethodRules.of(List.of(rules), Matching.TYK);
  }

  private static Rule post(String url) {
    return new Rule(url, List.of("POST"));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
