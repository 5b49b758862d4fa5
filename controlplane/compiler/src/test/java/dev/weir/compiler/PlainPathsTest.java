package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import dev.weir.filter.Grants;
import dev.weir.filter.MethodRules;
import dev.weir.filter.MethodRules.Matching;
import dev.weir.model.AccessRight;
import dev.weir.model.AccessRight.EndpointLimit;
import dev.weir.model.Allowance;
import dev.weir.model.KeyDefinition;
import dev.weir.model.KeyReader;
import dev.weir.model.Reading;
import dev.weir.store.KeyVault;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

/**
 * Who reads keys and what their calls ask for take the same paths for plain: else a call of a key
 * would meet a path that is neither compared nor searched.
 */
class PlainPathsTest {
  private static final String ENDPOINT =
      "{\"access_rights\":{\"a\":{\"endpoints\":[{\"path\":\"%s\",\"methods\":"
          + "[{\"name\":\"POST\",\"limit\":{\"rate\":1,\"per\":1}}]}]}}}";

  @ParameterizedTest
  @CsvSource({
    "/, true",
    "/*, true",
    "//*, false",
    "//, true",
    "/./*, true",
    "/.//*, true",
    "/a.B/*, true",
    "/a.B/C, true",
    "/a.B/C*, false",
    "/a.B/*/C, false",
    "/a.B/**, false",
    "/a.B/{id}, false",
    "*, false",
    "a.B/C, false",
    "/a.B/C?d, false",
    "/a.B/C d, false",
    "/ä.B/*, false"
  })
  void thePlainOnesAreThese(String path, boolean plain) {
    assertThat(MethodRules.isPlain(path)).isEqualTo(plain);
    assertSame(path);
  }

  @Test
  void anyTextIsTakenForTheSame() {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder path = new StringBuilder();
      for (int length = 1 + random.nextInt(6); length > 0; length--) {
        path.append("//*.aB{".charAt(random.nextInt(7)));
      }
      assertSame(path.toString());
    }
  }

  private static void assertSame(String path) {
    boolean plain = MethodRules.isPlain(path);
    Reading<KeyDefinition> endpoint = read(ENDPOINT.formatted(path));
    assertThat(value(endpoint).unenforceable().isEmpty()).as(path).isEqualTo(plain);
    assertThat(urls(path).problems().isEmpty()).as(path).isEqualTo(plain);
    Grants grants = new KeyRules(value(endpoint), Matching.TYK).grants(RightsBasis.nothing(), null);
    assertThat(kind(grants)).as(path).isEqualTo(plain ? null : Kind.KEY_NOT_SERVED);
  }

  /** The next one that is overlooked, or is in the store by then. */
  @Test
  void aKeyWhoseRightsCannotBeMadeOutIsNotServedAndTheLogSaysWhy(@TempDir Path data) {
    KeyDirectory directory =
        new KeyDirectory(new KeyVault(data), new KeyReader(false), Matching.TYK);
    KnownKey key = new KnownKey(directory, "0123456789abcdef".repeat(4));
    KeyRules rules = new KeyRules(overlooked("/a.B/{id}"), Matching.TYK);
    var log = new ListAppender<ILoggingEvent>();
    Logger logger = (Logger) LoggerFactory.getLogger(KeyRules.class);
    log.start();
    logger.addAppender(log);
    try {
      RightsBasis basis = RightsBasis.nothing();
      Grants grants = rules.grants(basis, key);
      assertThat(kind(grants)).isEqualTo(Kind.KEY_NOT_SERVED);
      assertThat(rules.grants(basis, key)).isSameAs(grants);
    } finally {
      logger.detachAppender(log);
    }
    assertThat(log.list).hasSize(1);
    ILoggingEvent line = log.list.getFirst();
    assertThat(line.getLevel()).isEqualTo(Level.ERROR);
    assertThat(line.getKeyValuePairs())
        .anySatisfy(pair -> {
          assertThat(pair.key).isEqualTo("key_hash");
          assertThat(pair.value).isEqualTo("0123456789abcdef".repeat(2));
        })
        .anySatisfy(pair -> assertThat(String.valueOf(pair.value)).contains("/a.B/{id}"));
  }

  private static Reading<KeyDefinition> urls(String path) {
    return read(
        """
        {"access_rights":{"a":{"allowed_urls":[{"url":"%s","methods":["POST"]}]}}}
        """
            .formatted(path));
  }

  private static Reading<KeyDefinition> read(String text) {
    return new KeyReader(false).read("key", text);
  }

  private static KeyDefinition value(Reading<KeyDefinition> reading) {
    return Objects.requireNonNull(reading.value());
  }

  private static @Nullable Kind kind(Grants grants) {
    ProxyError denial = grants.denial();
    return denial == null ? null : denial.kind();
  }

  /** A key with a limit of a path that nobody has looked at. */
  private static KeyDefinition overlooked(String path) {
    KeyDefinition key = value(read(ENDPOINT.formatted("/a.B/C")));
    var limit = new EndpointLimit(path, "POST", new Allowance(1, 1, 0, 0, 0, 0));
    var right = new AccessRight("a", List.of(), List.of(), Allowance.NONE, List.of(limit), "");
    return new KeyDefinition(
        key.orgId(),
        key.alias(),
        key.inactive(),
        key.expires(),
        key.allowance(),
        Map.of("a", right),
        key.policies(),
        key.credentials(),
        key.postExpiry(),
        key.tags(),
        key.metaData(),
        key.endsStreams(),
        key.unenforceable(),
        key.settings());
  }
}
