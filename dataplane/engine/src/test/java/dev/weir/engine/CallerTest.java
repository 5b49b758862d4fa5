package dev.weir.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a call keeps of a token that other threads forget in any moment. */
class CallerTest {
  private final Caller caller = new Caller();

  /** A token that is forgotten when it is told to be, or when it was asked for something. */
  private static final class Token implements AnyCaller {
    private final boolean goesWhenItHasSaid;
    private final boolean goesWhenItWasKnown;
    private boolean forgotten;

    Token(boolean goesWhenItHasSaid, boolean goesWhenItWasKnown) {
      this.goesWhenItHasSaid = goesWhenItHasSaid;
      this.goesWhenItWasKnown = goesWhenItWasKnown;
    }

    @Override
    public Map<String, String> claims() {
      Map<String, String> said = forgotten ? Map.of() : Map.of("sub", "alice");
      forgotten |= goesWhenItHasSaid;
      return said;
    }

    @Override
    public boolean isKnown() {
      boolean known = !forgotten;
      forgotten |= goesWhenItWasKnown;
      return known;
    }
  }

  @Test
  void whatATokenSaidIsKeptForAsLongAsTheCall() {
    Token token = new Token(false, false);
    assertThat(caller.hears(token)).isTrue();
    token.forgotten = true;
    assertThat(caller.claim("sub")).isEqualTo("alice");
    assertThat(caller.claim("other")).isEmpty();

    caller.clear();
    assertThat(caller.claim("sub")).isEmpty();
  }

  /** Else a call could be made for which its token has said nothing. */
  @Test
  void aTokenThatGoesMeanwhileIsHeardAsAWholeOrDoesNotCount() {
    assertThat(caller.hears(new Token(true, false))).isFalse();

    assertThat(caller.hears(new Token(false, true))).isTrue();
    assertThat(caller.claim("sub")).isEqualTo("alice");
  }
}
