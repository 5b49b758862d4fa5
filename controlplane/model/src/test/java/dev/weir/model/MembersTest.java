package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Objects with few members and with many are the same to whoever asks. */
class MembersTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 32, 33, 500})
  void isTheMapThatItWasMadeOf(int size) {
    var made = new LinkedHashMap<String, Json.Member>();
    for (int i = size; i > 0; i--) {
      made.put("name" + i, member(i));
    }
    Map<String, Json.Member> members = Members.copyOf(made);

    assertThat(members).isEqualTo(made).hasSameHashCodeAs(made).hasSize(size);
    assertThat(members.entrySet()).containsExactlyElementsOf(made.entrySet());
    assertThat(members.keySet()).containsExactlyElementsOf(made.keySet());
    made.forEach((name, member) -> {
      assertThat(members.get(name)).isSameAs(member);
      assertThat(members).containsKey(name);
    });
    assertThat(members.get("name0")).isNull();
    assertThat(members).doesNotContainKey("name0");
    assertThatThrownBy(() -> members.put("name0", member(0)))
        .isInstanceOf(UnsupportedOperationException.class);
    Map<String, Json.Member> before = Map.copyOf(members);
    made.put("more", member(0));
    assertThat(members).isEqualTo(before);
  }

  private static Json.Member member(int line) {
    var at = new Origin("f", line, 1);
    return new Json.Member(at, new Json.Null(at));
  }
}
