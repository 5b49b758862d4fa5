package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetReaderTest {

  private final ArrayList<Problem> problems = new ArrayList<>();

  @ParameterizedTest
  @CsvSource({
    "h2c://localhost:50051, H2C, localhost, 50051, ''",
    "H2C://LocalHost:50051/, H2C, localhost, 50051, ''",
    "h2c://10.0.0.1, H2C, 10.0.0.1, 80, ''",
    "h2c://[::1]:50051, H2C, ::1, 50051, ''",
    "h2c://[2001:DB8::1], H2C, 2001:db8::1, 80, ''",
    "h2c://my_service.ns.svc:9/a/b/, H2C, my_service.ns.svc, 9, /a/b",
    "h2c://host.example.com.:1, H2C, host.example.com., 1, ''",
    "https://example.com, HTTPS, example.com, 443, ''",
    "http://example.com/x, HTTP, example.com, 80, /x",
    "ws://h, WS, h, 80, ''",
    "wss://h, WSS, h, 443, ''",
    "tcp://h:5, TCP, h, 5, ''",
    "tls://h:5, TLS, h, 5, ''",
    "tyk://self/x, TYK, self, 0, /x"
  })
  void urlIsTakenApart(String url, Target.Scheme scheme, String host, int port, String prefix) {
    assertThat(read(url, null)).isEqualTo(new Target(scheme, host, port, prefix));
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                     | is empty, a URL such as h2c://localhost:50051 is needed",
        "localhost:50051        | has no scheme, write h2c://localhost:50051",
        "user:pass@host         | has no scheme",
        "grpc://host:1          | has an unknown scheme, known are h2c, http, https, ws, wss, tcp, tls, tyk",
        "h2c://                 | has no host",
        "h2c://:50051           | has no host",
        "h2c:///path            | has no host",
        "h2c://ho st:1          | has a space in it, remove it",
        "h2c://host:0           | has a port that is not in 1 to 65535",
        "h2c://host:65536       | has a port that is not in 1 to 65535",
        "h2c://host:            | has a port that is not in 1 to 65535",
        "h2c://host:abc         | has a port that is not in 1 to 65535",
        "h2c://host:-1          | has a port that is not in 1 to 65535",
        "h2c://::1:50051        | has no valid host",
        "h2c://[::g]:1          | has no valid host",
        "h2c://[::1             | has no valid host",
        "h2c://[]:1             | has no valid host",
        "h2c://[10.0.0.1]:1     | has no valid host",
        "h2c://10.0.0.256:1     | has no valid host",
        "h2c://-host:1          | has no valid host",
        "h2c://ho$t:1           | has no valid host",
        "h2c://joe:s3cret@host  | has a user in it, which gRPC has no place for, remove it",
        "h2c://host/x?y=1       | has a query or a fragment, which gRPC has no place for, remove it",
        "h2c://host#x           | has a query or a fragment, which gRPC has no place for, remove it"
      })
  void unusableUrlIsRefused(String url, String problem) {
    assertThat(read(url, null)).isNull();
    assertThat(problems)
        .extracting(Problem::toString)
        .containsExactly("f:1:2: error: p: " + problem);
  }

  @Test
  void entryWithoutASchemeTakesTheOneItIsGiven() {
    assertThat(read("localhost:50051", Target.Scheme.H2C)).hasToString("h2c://localhost:50051");
    assertThat(read("https://other:1", Target.Scheme.H2C)).hasToString("https://other:1");
    assertThat(read("[::1]:7/x", Target.Scheme.HTTP)).hasToString("http://[::1]:7/x");
    assertThat(problems).isEmpty();
  }

  @Test
  void authorityHasBracketsAroundAnIpv6Address() {
    assertThat(new Target(Target.Scheme.H2C, "::1", 50051, "").authority())
        .isEqualTo("[::1]:50051");
    assertThat(new Target(Target.Scheme.H2C, "a.b", 80, "").authority()).isEqualTo("a.b:80");
  }

  private @Nullable Target read(String url, Target.@Nullable Scheme byDefault) {
    return new TargetReader("p", problems).read(new Origin("f", 1, 2), url, byDefault);
  }
}
