package dev.weir.filter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.call.ProxyError;
import dev.weir.call.ProxyError.Kind;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrantsTest {
  private static final Grants ENDING = Grants.of(Map.of());
  private static final Grants LASTING = ENDING.withoutEnd();

  private static Grants denied(Kind kind) {
    return Grants.denied(new ProxyError(kind, "because"));
  }

  @Test
  void whatWasSaidBeforeCountsWhenNothingIsSaidAnyMore() {
    assertThat(denied(Kind.CREDENTIAL_REFUSED).endsStreamsOf(LASTING)).isFalse();
    assertThat(denied(Kind.KEY_WITHOUT_POLICY).endsStreamsOf(LASTING)).isFalse();
    assertThat(denied(Kind.CREDENTIAL_REFUSED).endsStreamsOf(ENDING)).isTrue();
  }

  @Test
  void streamsThatWereToGoOnEndWhenThatIsTakenBack() {
    assertThat(ENDING.endsStreamsOf(LASTING)).isTrue();
    assertThat(denied(Kind.KEY_INACTIVE).endsStreamsOf(LASTING)).isTrue();
    assertThat(denied(Kind.KEY_INACTIVE).withoutEnd().endsStreamsOf(LASTING)).isFalse();
  }

  @Test
  void whatIsSaidWithAChangeDoesNotKeepStreamsFromIt() {
    assertThat(LASTING.endsStreamsOf(ENDING)).isTrue();
    assertThat(LASTING.endsStreamsOf(LASTING)).isFalse();
  }
}
