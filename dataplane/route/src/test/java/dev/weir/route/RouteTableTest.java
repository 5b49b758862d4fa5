package dev.weir.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTableTest {

  private static final int PORT = 8080;

  private static final List<String> HOSTS =
      List.of("", "example.com", "*.example.com", "{[0-9]+}.example.com", "{:[a-z]+}.{:[a-z]}.net");

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      nullValues = "none",
      value = {
        "/pkg.Greeter,            greeter",
        "/pkg.Greeter/,           greeter",
        "/pkg.Greeter/Say,        greeter",
        "/pkg.Greeter/Say/more,   greeter",
        "/pkg.Greeter?q=/x,       greeter",
        "/pkg.Greeter/Stop,       stop",
        "/pkg.Greeter/Stop?q=1,   stop",
        "/pkg.Greeter/Stop/,      stop",
        "/pkg.Greeter/Stopped,    greeter",
        "/pkg.GreeterV2,          none",
        "/pkg.GreeterV2/Say,      none",
        "/pkg.Greete,             none",
        "/pkg.greeter/Say,        none",
        "/pkg%2EGreeter/Say,      none",
        "//pkg.Greeter/Say,       none",
        "/rest/,                  rest",
        "/rest/a,                 rest",
        "/rest//a,                rest",
        "/rest/a/b?c/d,           rest",
        "/rest,                   none",
        "/rest?/a,                none",
        "/added/x,                added",
        "/odd?x/y,                none",
        "?/pkg.Greeter,           none",
        "*,                       none",
        "'',                      none",
      })
  void takesTheLongestListenPathThatEndsAtASegmentBorder(String path, @Nullable String expected) {
    RouteTable<String> table =
        table(
            route("/pkg.Greeter", "greeter"),
            route("/pkg.Greeter/Stop", "stop"),
            route("/rest/", "rest"),
            route("added", "added"),
            route("/odd?x", "odd"));

    assertThat(match(table, "any", path)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource(
      nullValues = "none",
      value = {
        "/pkg.Greeter/Say,   dot",
        "/pkgXGreeter/Say,   none",
        "/pkg/Greeter/Say,   none",
        "/PKG.Greeter/Say,   none",
        "/pkg.Greeter/say,   dot",
        "/a+b.C/M,           plus",
        "/aab.C/M,           none",
        "/(a|b)*.C/M,        group",
        "/a.C/M,             none",
        "/ab.C/M,            none",
        "/$1.C/M,            dollar",
        "/^.C/M,             none",
      })
  void takesEveryCharacterForItselfP29(String path, @Nullable String expected) {
    RouteTable<String> table =
        table(
            route("/pkg.Greeter", "dot"),
            route("/a+b.C", "plus"),
            route("/(a|b)*.C", "group"),
            route("/$1.C", "dollar"),
            route("/[^/]*.C", "class"));

    assertThat(match(table, "any", path)).isEqualTo(expected);
  }

  @Test
  void tellsAListenPathFromTheSameOneWithASlash() {
    RouteTable<String> table = table(route("/a", "without"), route("/a/", "with"));

    assertThat(match(table, "any", "/a")).isEqualTo("without");
    assertThat(match(table, "any", "/a?q")).isEqualTo("without");
    assertThat(match(table, "any", "/a/")).isEqualTo("with");
    assertThat(match(table, "any", "/a/b")).isEqualTo("with");
  }

  @ParameterizedTest(name = "{0}{1} -> {2}")
  @CsvSource(
      nullValues = "none",
      value = {
        "example.com,             /a,    exact",
        "EXAMPLE.Com,             /a,    exact",
        "example.com:8080,        /a,    exact",
        "example.com.,            /a,    exact",
        "example.com.:8080,       /a,    exact",
        "grpc.example.com,        /a,    named",
        "grpc.example.com,        /w/x,  wildcard",
        "grpc.example.com,        /any,  any",
        "grpc.example.com,        /none, none",
        "x.example.com,           /w,    wildcard",
        "X.EXAMPLE.COM:1,         /w,    wildcard",
        "x.example.com.,          /w,    wildcard",
        "x.y.example.com,         /w,    none",
        ".example.com,            /w,    none",
        "*.example.com,           /w,    wildcard",
        "example.com,             /w,    none",
        "xexample.com,            /w,    none",
        "[::1],                   /a,    six",
        "[::1]:80,                /a,    six",
        "[::2]:80,                /a,    any",
        "::1,                     /a,    any",
        "[,                       /a,    any",
        ":80,                     /a,    any",
        ".,                       /a,    any",
        "other.org,               /a,    any",
        "@xample.com,             /a,    any",
        "'',                      /a,    any",
      })
  void takesNamedHostsBeforeWildcardsBeforeAnyHost(
      String authority, String path, @Nullable String expected) {
    RouteTable<String> table =
        table(
            route("example.com", "/a", "exact"),
            route("Grpc.Example.COM.", "/a", "named"),
            route("*.example.com", "/a", "wildcard"),
            route("*.example.com", "/w", "wildcard"),
            route("[::1]", "/a", "six"),
            route("/a", "any"),
            route("/any", "any"));

    assertThat(match(table, authority, path)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}{1} -> {2}")
  @CsvSource(
      nullValues = "none",
      value = {
        "a.example.com,        /a,  letters",
        "A.Example.Com:8080,   /a,  letters",
        "7.example.com.,       /a,  digits",
        "7.example.com,        /w,  wildcard",
        "a7.example.com,       /a,  wildcard",
        "a.b.example.com,      /a,  none",
        "a.example.org,        /a,  none",
        "a.other.com,          /a,  other",
        "prod.example.com,     /a,  exact",
        "dev.example.com,      /a,  stages",
        "example.com,          /a,  none",
        ".example.com,         /a,  none",
      })
  void takesPatternsForALabelAfterNamesAndBeforeAnyLabel(
      String authority, String path, @Nullable String expected) {
    RouteTable<String> table =
        table(
            route("*.example.com", "/a", "wildcard"),
            route("*.example.com", "/w", "wildcard"),
            route("{[a-z]+}.example.com", "/a", "letters"),
            route("{\\D+}.other.com", "/a", "other"),
            route("{\\d{1,3}}.Example.com", "/a", "digits"),
            route("{(?:dev|prod)}.example.com", "/a", "stages"),
            route("prod.example.com", "/a", "exact"));

    assertThat(match(table, authority, path)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}{1} -> {2}")
  @CsvSource(
      nullValues = "none",
      value = {
        "api.eu.example.com,        /a,    region",
        "API.Eu.Example.Com.:8080,  /a,    region",
        "api.eu.example.com,        /any,  any",
        "api.e.u.example.com,       /a,    deep",
        "api.us.example.com,        /a,    exact",
        "api.us.example.com,        /r,    region",
        "x.example.com,             /a,    label",
        "7.example.com,             /a,    wildcard",
        "7.example.com,             /d,    deep",
        "a.b.example.com,           /a,    deep",
        ".example.com,              /a,    deep",
        "example.com,               /a,    none",
        "xexample.com,              /a,    none",
        "a.b.org,                   /a,    pairs",
        "a.b.c.org,                 /a,    none",
        "a.b.org,                   /o,    orgs",
        "a..org,                    /a,    none",
        "[::1],                     /a,    none",
        "'',                        /a,    none",
        "'',                        /any,  any",
      })
  void takesPatternsForAllOfAHostAfterLabelsAndBeforeAnyHost(
      String authority, String path, @Nullable String expected) {
    RouteTable<String> table =
        table(
            route("/any", "any"),
            route("{:.*}.example.com", "/a", "deep"),
            route("{:.*}.example.com", "/d", "deep"),
            route("api.{:[^.]+}.example.com", "/a", "region"),
            route("api.{:[^.]+}.example.com", "/r", "region"),
            route("*.example.com", "/a", "wildcard"),
            route("{[a-z]}.example.com", "/a", "label"),
            route("api.us.example.com", "/a", "exact"),
            route("{:[^.]+}.{:[^.]+}.org", "/a", "pairs"),
            route("{:[a-z.]+}.org", "/a/more", "orgs"),
            route("{:[a-z.]+}.org", "/o", "orgs"));

    assertThat(match(table, authority, path)).isEqualTo(expected);
  }

  /** The one that says the most. */
  @Test
  void triesPatternsForAllOfAHostInTheOrderOfWhatIsWritten() {
    List<String> hosts =
        List.of("{:[a-z]+}.b.c", "a.{:.*}", "{:.+}.c", "{:.+}{:.*}", "{:.*}", "{:.+}");
    List<Route> routes = new ArrayList<>();
    for (String host : hosts) {
      routes.addFirst(route(host, "/", host));
      assertThat(match(table(routes.toArray(Route[]::new)), "a.b.c", "/"))
          .isEqualTo(hosts.getFirst());
    }
    for (String host : hosts) {
      assertThat(match(table(routes.toArray(Route[]::new)), "a.b.c", "/")).isEqualTo(host);
      routes.removeIf(route -> host.equals(route.host));
    }
  }

  @Test
  void aHostThatNoNameIsAsLongAsMatchesNoPatternForAllOfIt() {
    RouteTable<String> table = table(route("{:.*}", "/", "whole"), route("/", "any"));

    assertThat(match(table, "a.".repeat(126) + "a", "/")).isEqualTo("whole");
    assertThat(match(table, "a.".repeat(126) + "aa", "/")).isEqualTo("any");
  }

  @Test
  void asksPatternsForAllOfAHostLastAndOnceForAnAuthority() {
    List<String> asked = new ArrayList<>();
    RouteTable.Builder<String> builder =
        RouteTable.builder(RouteTable.<String>builder().build(), host -> part -> asked.add(host));
    builder.add(PORT, "example.com", "/", "exact", "exact");
    builder.add(PORT, "{:.*}.com", "/a", "whole", "whole");
    builder.add(PORT, "{:.*}.com", "/b", "whole", "whole");
    builder.add(PORT, "{:.*}.org", "/a", "other", "other");
    RouteTable<String> table = builder.build();
    HostMatches known = new HostMatches();

    assertThat(table.match(PORT, bytes("example.com"), bytes("/a"), known)).isEqualTo("exact");
    assertThat(asked).isEmpty();
    assertThat(table.match(PORT, bytes("a.com"), bytes("/a"), known)).isEqualTo("whole");
    assertThat(table.match(PORT, bytes("a.com"), bytes("/b"), known)).isEqualTo("whole");
    assertThat(asked).containsExactly("{:.*}.com");
    assertThat(table.match(PORT, bytes("a.com"), bytes("/c"), known)).isNull();
    assertThat(table.match(PORT, bytes("a.com"), bytes("/c"), known)).isNull();
    assertThat(asked).containsExactly("{:.*}.com", "{:.*}.org");
    assertThat(table.hasWholeHosts()).isTrue();
    assertThat(table(route("*.example.com", "/", "label")).hasWholeHosts()).isFalse();
  }

  @Test
  void twoPatternsThatAreTheSameForAllOfAHostAreADuplicate() {
    RouteTable.Builder<String> builder = RouteTable.builder();
    assertThat(builder.add(PORT, "api.{:[^.]+}.org", "/", "one.json", "one")).isEmpty();
    assertThat(builder.add(PORT, "api.{:[^.]*}.org", "/", "two.json", "two")).isEmpty();

    assertThat(builder.add(PORT, "api.{:[^.]+}.org", "/", "three.json", "three"))
        .contains(new RouteConflict(PORT, "api.{:[^.]+}.org", "/", "three.json", "one.json"));
  }

  @Test
  void prefersTheHostToALongerPath() {
    RouteTable<String> table =
        table(route("example.com", "/", "host"), route("/pkg.Greeter/Say", "longer"));

    assertThat(match(table, "example.com", "/pkg.Greeter/Say")).isEqualTo("host");
  }

  @Test
  void keepsTheSameListenPathOnTwoPortsApart() {
    RouteTable.Builder<String> builder = RouteTable.builder();
    assertThat(builder.add(6666, null, "/", "one.json", "one")).isEmpty();
    assertThat(builder.add(7777, null, "/", "two.json", "two")).isEmpty();
    RouteTable<String> table = builder.build();

    assertThat(table.match(6666, bytes("any"), bytes("/pkg.Greeter/Say"))).isEqualTo("one");
    assertThat(table.match(7777, bytes("any"), bytes("/pkg.Greeter/Say"))).isEqualTo("two");
    assertThat(table.match(6667, bytes("any"), bytes("/pkg.Greeter/Say"))).isNull();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "example.com,      /pkg.Greeter",
    "EXAMPLE.com,      /pkg.Greeter",
    "example.com.,     /pkg.Greeter",
    "example.com:443,  pkg.Greeter",
  })
  void reportsATrueDuplicateWithBothOwnersAndKeepsTheFirst(String host, String listenPath) {
    RouteTable.Builder<String> builder = RouteTable.builder();
    assertThat(builder.add(PORT, "example.com", "/pkg.Greeter", "one.json", "one")).isEmpty();

    var conflict = builder.add(PORT, host, listenPath, "two.json", "two");

    assertThat(conflict)
        .contains(new RouteConflict(PORT, "example.com", "/pkg.Greeter", "two.json", "one.json"));
    assertThat(conflict.orElseThrow().message())
        .isEqualTo(
            "port 8080, host example.com, listen path /pkg.Greeter:"
                + " wanted by two.json, taken by one.json");
    assertThat(match(builder.build(), "example.com", "/pkg.Greeter/Say")).isEqualTo("one");
  }

  @Test
  void takesAnEmptyHostForAnyHost() {
    RouteTable.Builder<String> builder = RouteTable.builder();
    assertThat(builder.add(PORT, "", "/", "one.json", "one")).isEmpty();

    assertThat(builder.add(PORT, null, "/", "two.json", "two").map(RouteConflict::message))
        .contains("port 8080, host any, listen path /: wanted by two.json, taken by one.json");
    assertThat(match(builder.build(), "example.com", "/x")).isEqualTo("one");
  }

  @Test
  void findsEachOfTenThousandRoutes() {
    int count = 10_000;
    RouteTable.Builder<Integer> builder = RouteTable.builder();
    for (int i = 0; i < count; i++) {
      String host = i % 3 == 0 ? null : i % 3 == 1 ? "h" + i + ".org" : "*.h" + i + ".org";
      assertThat(builder.add(i % 7, host, "/pkg.Service" + i, "api" + i, i)).isEmpty();
    }
    RouteTable<Integer> table = builder.build();

    for (int i = 0; i < count; i++) {
      String authority = i % 3 == 2 ? "x.h" + i + ".org:80" : "h" + i + ".org:80";
      assertThat(table.match(i % 7, bytes(authority), bytes("/pkg.Service" + i + "/Say")))
          .isEqualTo(i);
      assertThat(table.match(i % 7, bytes(authority), bytes("/pkg.Service" + i + "x/Say")))
          .isNull();
    }
  }

  @Test
  void isRightBesideTheOneBefore() {
    RouteTable.Builder<String> first = RouteTable.builder(table(), RouteTableTest::pattern);
    for (String host : HOSTS) {
      first.add(PORT, host, "/stays", host, "stays " + host);
      first.add(PORT, host, "/goes", host, "goes " + host);
    }
    RouteTable<String> before = first.build();
    RouteTable.Builder<String> second = RouteTable.builder(before, RouteTableTest::pattern);
    for (String host : HOSTS) {
      second.add(PORT, host, "/stays", host, "stays " + host);
      second.add(PORT, host, "/comes", host, "comes " + host);
    }
    RouteTable<String> after = second.build();

    for (String host : HOSTS) {
      String authority =
          host.isEmpty()
              ? "other.org"
              : host.replace("*", "x").replaceAll("\\{\\[0.*?}", "7").replaceAll("\\{:.*?}", "a");
      assertThat(match(before, authority, "/goes")).isEqualTo("goes " + host);
      assertThat(match(before, authority, "/comes")).isNull();
      assertThat(match(after, authority, "/stays")).isEqualTo("stays " + host);
      assertThat(match(after, authority, "/comes")).isEqualTo("comes " + host);
      assertThat(match(after, authority, "/goes")).isNull();
    }
  }

  @Test
  void findsEachOfAThousandPorts() {
    RouteTable.Builder<Integer> builder = RouteTable.builder();
    for (int port = 1024; port < 65536; port += 64) {
      assertThat(builder.add(port, null, "/", "api" + port, port)).isEmpty();
    }
    RouteTable<Integer> table = builder.build();

    for (int port = 1024; port < 65536; port += 64) {
      assertThat(table.match(port, bytes("any"), bytes("/x"))).isEqualTo(port);
      assertThat(table.match(port + 1, bytes("any"), bytes("/x"))).isNull();
    }
  }

  @Test
  void allocatesNothingPerMatch() {
    RouteTable<String> table =
        table(
            route("a.example.com", "/a", "exact"),
            route("*.example.com", "/pkg.Greeter", "wildcard"),
            route("/", "any"));
    byte[] authority = bytes("a.example.com:80");
    byte[] path = bytes("/pkg.Greeter/Say");
    assertThat(table.match(PORT, authority, path)).isEqualTo("wildcard");

    assertThat(allocatedBy(() -> table.match(PORT, authority, path))).isLessThan(100_000);
  }

  @Test
  void allocatesNothingPerMatchOfAPatternForAllOfAHostThatIsKnown() {
    RouteTable<String> table =
        table(route("{:.*}.example.com", "/pkg.Greeter", "whole"), route("/", "any"));
    byte[] authority = bytes("a.b.example.com:80");
    byte[] path = bytes("/pkg.Greeter/Say");
    HostMatches known = new HostMatches();
    assertThat(table.match(PORT, authority, path, known)).isEqualTo("whole");

    assertThat(allocatedBy(() -> table.match(PORT, authority, path, known))).isLessThan(100_000);
  }

  private static long allocatedBy(Runnable match) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 100_000; i++) {
      match.run();
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  @Test
  void hasNoRouteWhenEmpty() {
    assertThat(match(RouteTable.<String>builder().build(), "any", "/")).isNull();
  }

  private record Route(@Nullable String host, String listenPath, String action) {}

  private static Route route(String listenPath, String action) {
    return new Route(null, listenPath, action);
  }

  private static Route route(String host, String listenPath, String action) {
    return new Route(host, listenPath, action);
  }

  private static RouteTable<String> table(Route... routes) {
    RouteTable.Builder<String> builder =
        RouteTable.builder(RouteTable.<String>builder().build(), RouteTableTest::pattern);
    for (Route route : List.of(routes)) {
      assertThat(builder.add(PORT, route.host, route.listenPath, route.action, route.action))
          .isEmpty();
    }
    return builder.build();
  }

  private static @Nullable String match(RouteTable<String> table, String authority, String path) {
    return table.match(PORT, bytes(authority), bytes(path));
  }

  /** Patterns of Java do here. */
  private static HostPattern pattern(String host) {
    String regex =
        HostPattern.isOfWholeHost(host)
            ? host.replaceAll("\\.(?=[a-z{]|$)", "[.]").replaceAll("\\{:(.*?)}", "(?:$1)")
            : host.substring(1, host.lastIndexOf('}'));
    return part -> new String(part, ISO_8859_1).matches("(?i)" + regex);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }
}
