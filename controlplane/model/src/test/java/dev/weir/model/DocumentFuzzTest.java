package dev.weir.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a file holds, reading it ends with a value or with a problem, never with an exception.
 */
class DocumentFuzzTest {

  private static final long SEED = 3;
  private static final String[] VALUES = {
    "null", "true", "-1", "0", "1e400", "18446744073709551615", "9223372036854775808", "\"\"",
    "\"\\u0000\"", "\"env://X\"", "\"file://\\u0000\"", "\"h2c://[\"", "[]", "{}", "[[]]",
        "{\"a\":{}}"
  };

  @TempDir private Path folder;

  @Test
  void configurationWithAnyValueIsReadOrRefused() throws Exception {
    String whole =
        Files.readString(Path.of(requireNonNull(getClass().getResource("every-key.conf")).toURI()));
    var random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      Path file = Files.write(folder.resolve("tyk.conf"), damaged(whole, random).getBytes(UTF_8));

      Reading<GatewayConfig> reading = ConfigReader.read(file, Map.of());

      assertThat(reading.value() == null).isEqualTo(reading.hasErrors());
    }
  }

  @Test
  void definitionWithAnyValueIsReadOrRefused() throws IOException {
    String whole =
        """
        {"api_id": "a", "active": true, "protocol": "h2c", "listen_port": 1, "domain": "d",
         "use_keyless": true, "expiration": "", "allowed_ips": ["a"], "custom_middleware": {"pre": []},
         "response_processors": [{"name": "x"}], "grpc": {"message": 1}, "graphql": {"enabled": false},
         "global_rate_limit": {"rate": 1, "disabled": true}, "definition": {"enabled": false},
         "version_data": {"not_versioned": true, "versions": {"D": {"expires": "",
           "paths": {"white_list": []}, "extended_paths": {"white_list": [{"path": "/", "disabled": true}]}}}},
         "proxy": {"listen_path": "/", "target_url": "h2c://a:1", "enable_load_balancing": false,
           "target_list": ["h2c://a:1"], "service_discovery": {"use_discovery_service": false}}}
        """;
    var reader = new ApiReader(requireNonNull(ConfigReader.read(Map.of()).value()), Map.of());
    var random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      Path file = Files.write(folder.resolve("a.json"), damaged(whole, random).getBytes(UTF_8));

      ApiFile read = reader.read(file);

      assertThat(read.definition() == null)
          .isEqualTo(read.problems().stream().anyMatch(Problem::isError));
    }
  }

  @Test
  void keyAndPolicyWithAnyValueAreReadOrRefused() {
    String whole =
        """
        {"id": "p", "_id": "q", "org_id": "o", "rate": 1, "per": 1, "quota_max": 1, "expires": 1,
         "smoothing": {"enabled": false}, "meta_data": {"a": "b", "rate_limit_pattern": ""},
         "apply_policies": ["p"], "apply_policy_id": "p", "partitions": {"acl": true, "per_api": false},
         "access_rights": {"a": {"api_id": "a", "versions": ["v"], "limit": {"rate": 1, "per": 1},
           "allowed_urls": [{"url": "/s/x", "methods": ["POST"]}],
           "endpoints": [{"path": "/s/x", "methods": [{"name": "POST", "limit": {"rate": 1, "per": 1}}]}]}}}
        """;
    var random = new Random(SEED);
    for (int i = 0; i < 2_000; i++) {
      String text = damaged(whole, random);

      Reading<KeyDefinition> key = new KeyReader(false).read("key", text);
      PolicyFile policy = new PolicyReader().read(Path.of("p.json"), text);

      assertThat(key.value() == null).isEqualTo(key.hasErrors());
      assertThat(policy.definition() == null).isEqualTo(policy.hasErrors());
      if (key.value() != null) {
        AppliedPolicies applied = AppliedPolicies.of(key.value(), id -> policy.definition());
        assertThat(applied.isRefused() || !applied.rights().isEmpty()).isTrue();
      }
    }
  }

  /** Puts an odd value where another one stood, or cuts a piece out. */
  private static String damaged(String whole, Random random) {
    int at = random.nextInt(whole.length());
    int colon = whole.indexOf(": ", at);
    if (colon < 0 || random.nextInt(8) == 0) {
      return whole.substring(0, at)
          + whole.substring(Math.min(whole.length(), at + random.nextInt(4)));
    }
    int end = colon + 2;
    while (end < whole.length() && ",}\n".indexOf(whole.charAt(end)) < 0) {
      end++;
    }
    return whole.substring(0, colon + 2)
        + VALUES[random.nextInt(VALUES.length)]
        + whole.substring(end);
  }
}
