package dev.weir.http2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderFieldTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", ":", "Foo", "a b", "a:b", "::a", "a\r", "a\n", "a\0", "a\u007f", "é", "a\"", "a(b",
        "a/b", "a@b", "a[b", "a{b"
      })
  void nameThatIsNoLowerCaseTokenIsMalformed(String name) {
    assertThat(HeaderField.of(name, "v").isMalformed()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", ":a", "x-1_y.z", "!#$%&'*+-.^_`|~09az", "grpc-status-details-bin"})
  void lowerCaseTokenIsAName(String name) {
    assertThat(HeaderField.of(name, "v").isMalformed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {" a", "a ", "\ta", "a\t", " ", "a\rb", "a\nb", "a\0b", "\0", "\n"})
  void valueWithLineEndNulOrOuterBlankIsMalformed(String value) {
    assertThat(HeaderField.of("a", value).isMalformed()).isTrue();
    assertThat(HeaderField.neverIndexed(HeaderName.of("a"), value.getBytes(ISO_8859_1)))
        .returns(true, HeaderField::isMalformed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\tb", "\u0080\u00ff", "a\u0001b\u001f\u007f"})
  void otherValuesAreWellFormed(String value) {
    assertThat(HeaderField.of("a", value).isMalformed()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u0001", "a\u001fb", "a\u007f", "a\u000bb", "a\nb"})
  void valueMayHaveControlCharacters(String value) {
    assertThat(HeaderField.of("a", value).hasControls()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b~", "a\tb", "\u0080\u00ff"})
  void tabsAndBytesBeyondAsciiAreNoControlCharacters(String value) {
    assertThat(HeaderField.of("a", value).hasControls()).isFalse();
  }

  @Test
  void staticTableHasItsRfcPositions() {
    assertThat(StaticTable.SIZE).isEqualTo(61);
    assertThat(StaticTable.get(1)).hasToString(":authority: ");
    assertThat(StaticTable.get(8)).hasToString(":status: 200");
    assertThat(StaticTable.get(16)).hasToString("accept-encoding: gzip, deflate");
    assertThat(StaticTable.get(61)).hasToString("www-authenticate: ");
  }

  @Test
  void staticTableIsInternedAndWellFormed() {
    for (int i = 1; i <= StaticTable.SIZE; i++) {
      HeaderField field = StaticTable.get(i);
      assertThat(field.isMalformed()).isFalse();
      assertThat(HeaderField.of(field.name().toString(), field.valueText())).isSameAs(field);
      assertThat(HeaderName.of(field.name().toString())).isSameAs(field.name());
      assertThat(StaticTable.get(field.name().staticIndex()).name()).isSameAs(field.name());
    }
  }

  @Test
  void staticTableNeverCarriesAMemo() {
    HeaderField shared = HeaderField.of(":method", "POST");

    shared.memo("mine");

    assertThat(shared.memo()).isNull();
  }

  @Test
  void ownFieldCarriesAMemo() {
    HeaderField own = HeaderField.of(":path", "/a.B/C");

    own.memo("mine");

    assertThat(own.memo()).isEqualTo("mine");
  }

  @Test
  void neverIndexedFieldIsNotTheStaticTables() {
    HeaderField secret = HeaderField.neverIndexed(HeaderName.METHOD, "POST".getBytes(ISO_8859_1));

    assertThat(secret.isNeverIndexed()).isTrue();
    assertThat(secret.staticIndex()).isZero();
  }
}
