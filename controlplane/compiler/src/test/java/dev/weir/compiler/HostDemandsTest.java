package dev.weir.compiler;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.Revocations;
import dev.weir.listener.ClientTrust;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostDemandsTest {
  private static final ClientTrust LISTED =
      new ClientTrust(List.of(), Revocations.NONE, InstantSource.system());

  private static final ClientTrust ANYBODY =
      ClientTrust.ofAnybody(List.of(), Revocations.NONE, InstantSource.system());

  /** APIs as a host and a path, which are guarded with an exclamation mark behind them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/                                   | ''",
        "a.test/ b.test/                     | ''",
        "/!                                  | =Required",
        "/! /b                               | =Asked",
        "a.test/!                            | =None a.test=Required",
        "a.test/! /                          | =None a.test=Required",
        "a.test/a! /                         | =None a.test=Asked",
        "a.test/a! /!                        | =Required a.test=Required",
        "a.test/a! /?                        | =Asked a.test=Asked",
        "a.test/ /!                          | =Required a.test=None",
        "a.test/a /!                         | =Required a.test=Asked",
        "a.test/a! *.test/                   | =None *.test=None a.test=Asked",
        "*.test/! /                          | =None *.test=Required",
        "*.test/a! /                         | =None *.test=Asked",
        "{[a-b]}.test/!                      | =None *.test=Required",
        "{[a-b]}.test/! /                    | =None *.test=Asked",
        "{[a-b]}.test/! *.test/              | =None *.test=Asked",
        "{[a-b]}.test/! a.test/a c.test/a    | =None *.test=Required a.test=Asked c.test=None",
        "{[a-b]}.test/! a.test/              | =None *.test=Required a.test=None",
        "{:.+}.test/!                        | =Asked",
        "{:.+}/!                             | =Required",
        "{:.+}.test/! /                      | =Asked",
        "{:.+}.test/ /!                      | =Asked",
        "{:.+}.test/! a.test/                | =Asked a.test=None",
        "{:.+}.test/! a.test/a               | =Asked a.test=Asked",
        "{:.+}.test/! a.org/a                | =Asked a.org=None",
        "{:.+}.test/! a.org/a!               | =Asked a.org=Required",
        "{:.+}.test/! *.org/a                | =Asked *.org=Asked",
        "{:.+}.test/! *.org/                 | =Asked *.org=None",
        "{:.+}.test/ *.test/a!               | =Asked *.test=Asked",
        "localhost/!                         | =Asked localhost=Required",
        "localhost/! /                       | =Asked localhost=Required",
        "{[a-b]}.1.1.1/! /!                  | =Required *.1.1.1=Required",
      })
  void askForWhatTheApisOfAHostWantTogether(String apis, String expected) {
    HostDemands demands = new HostDemands();
    for (String api : apis.split(" ", -1)) {
      int path = api.indexOf('/');
      ClientTrust trust = api.endsWith("!") ? LISTED : api.endsWith("?") ? ANYBODY : null;
      int end = trust == null ? api.length() : api.length() - 1;
      demands.add(api.substring(0, path), api.substring(path, end), trust);
    }

    Map<String, String> told = new TreeMap<>();
    demands.all().forEach((host, demand) -> told.put(host, demand.getClass().getSimpleName()));
    assertThat(
            told.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(joining(" ")))
        .isEqualTo(expected);
  }
}
