package dev.weir.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.filter.Identity;
import dev.weir.filter.IdentityLookup.Proven;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PasswordThreadsTest {
  private static final int PATIENCE_SECONDS = 60;

  /** A password whose comparison does not end as it should. */
  private static final byte @Nullable [] BROKEN = null;

  @Test
  @SuppressWarnings("NullAway")
  void aFaultIsAnAnswerToo() throws Exception {
    var answer = new CompletableFuture<String>();
    try (var passwords = new PasswordThreads()) {
      boolean told =
          passwords.compare(
              null,
              new User.Proof(1, 2),
              BROKEN,
              3,
              new Proven() {
                @Override
                public void is(@Nullable Identity identity) {
                  answer.complete(identity == null ? "nobody" : "somebody");
                }

                @Override
                public void isBusy() {
                  answer.complete("busy");
                }
              });

      assertThat(told).isTrue();
      assertThat(answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("nobody");
    }
  }
}
