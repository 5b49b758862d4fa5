package dev.weir.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.model.Authentication.Basic;
import dev.weir.model.Authentication.Certificate;
import dev.weir.model.Authentication.Method;
import dev.weir.model.Authentication.Places;
import dev.weir.model.Authentication.Token;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How callers say who they are, as definitions have it. */
class AuthenticationReaderTest {

  private static ApiFile read(String fields) {
    GatewayConfig config = Objects.requireNonNull(ConfigReader.read(Map.of()).value());
    String text =
        ("{'api_id': 'a', 'proxy': {'listen_path': '/', 'target_url': 'h2c://localhost:1'}, "
                + fields
                + "}")
            .replace('\'', '"');
    return new ApiReader(config, Map.of()).read(Path.of("a.json"), text);
  }

  private static ApiDefinition api(String fields) {
    return Objects.requireNonNull(read(fields).definition());
  }

  private static Places header(String name) {
    return new Places(name, "", "");
  }

  private static Authentication only(Method method, boolean strips) {
    return new Authentication(List.of(method), 0, strips);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'use_keyless': false",
        "'org_id': 'x'",
        "'use_standard_auth': true",
        "'use_keyless': true, 'use_standard_auth': true",
        "'use_mutual_tls_auth': true"
      })
  void inDoubtATokenIsAskedFor(String fields) {
    assertThat(api(fields).authentication())
        .isEqualTo(only(new Token(header("authorization")), false));
    assertThat(api(fields).unenforceable()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"X-Key, x-key", "X_Key, x-key", "X-Other, x_other"})
  void twoMethodsInOneFieldAreAnErrorHoweverItIsSpelled(String basic, String token) {
    String fields =
        "'use_basic_auth': true, 'use_standard_auth': true, 'auth_configs': {"
            + "'basic': {'auth_header_name': '%s'}, 'authToken': {'auth_header_name': '%s'}}"
                .formatted(basic, token);
    assertThat(read(fields).problems())
        .anyMatch(problem -> problem.message().contains("takes what callers show from"));
  }

  @Test
  void aKeylessApiTakesNothing() {
    assertThat(api("'use_keyless': true").authentication()).isEqualTo(Authentication.KEYLESS);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'auth': {'auth_header_name': 'X-Key'}                         | x-key",
        "'auth_configs': {'authToken': {'auth_header_name': 'X-Key'}}  | x-key",
        "'auth': {'auth_header_name': 'X-Old'}, 'auth_configs':"
            + " {'authToken': {'auth_header_name': 'X-Key'}}           | x-key",
        "'auth': {'auth_header_name': ''}                              | authorization"
      })
  void theHeaderMayHaveAnotherName(String fields, String header) {
    assertThat(api("'strip_auth_data': true, " + fields).authentication())
        .isEqualTo(only(new Token(header(header)), true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'use_keyless': false                                      | authorization",
        "'use_keyless': true                                       | authorization",
        "'auth': {'auth_header_name': 'X-Old'}                     | x-old",
        "'auth_configs': {'basic': {'auth_header_name': 'X-User'}} | x-user"
      })
  void aNameAndAPasswordAreAskedFor(String fields, String header) {
    ApiDefinition api = api("'use_basic_auth': true, " + fields);
    assertThat(api.authentication()).isEqualTo(only(new Basic(header(header)), false));
    assertThat(api.unenforceable()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'use_oauth2': true                        | OAuth 2",
        "'basic_auth': {'extract_from_body': true} | passwords in bodies"
      })
  void whatBelongsToAPasswordAndCannotBeAskedForIsNamed(String field, String feature) {
    assertThat(api("'use_basic_auth': true, " + field).unenforceable()).containsExactly(feature);
  }

  @Test
  void whatIsNoNameOfAHeaderIsAnError() {
    assertThat(read("'auth': {'auth_header_name': 'X Key'}").problems())
        .anySatisfy(problem -> {
          assertThat(problem.path()).isEqualTo("auth.auth_header_name");
          assertThat(problem.isError()).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"'validate_signature': true | signatures of tokens"})
  void whatBelongsToATokenAndCannotBeAskedForIsNamed(String field, String feature) {
    assertThat(api("'auth': {" + field + "}").unenforceable()).containsExactly(feature);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'auth'", "'auth_configs': {'authToken'"})
  void aCertificateMayBeAskedForInThePlaceOfAToken(String place) {
    String close = place.contains("{") ? "}}" : "}";
    ApiDefinition api = api(place + ": {'use_certificate': true, 'disable_header': true" + close);
    String flag = place.replace("': {'", ".").replace("'", "") + ".use_certificate";
    assertThat(api.authentication()).isEqualTo(only(new Certificate(flag), false));
    assertThat(api.unenforceable()).isEmpty();
    assertThat(api.unsupported()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      emptyValue = "",
      value = {
        "'use_param': true                                            | authorization | Authorization | ``",
        "'use_param': true, 'auth_header_name': 'X-Key'               | x-key         | X-Key         | ``",
        "'use_param': true, 'param_name': 'key'                       | authorization | key           | ``",
        "'param_name': 'key', 'cookie_name': 'key'                    | authorization | ``            | ``",
        "'use_cookie': true                                           | authorization | ``            | Authorization",
        "'use_cookie': true, 'cookie_name': 'Key', 'use_param': true  | authorization | Authorization | Key",
        "'disable_header': true, 'use_cookie': true                   | ``            | ``            | Authorization",
        "'disable_header': true, 'use_param': true, 'param_name': 'k' | ``            | k             | ``"
      })
  void callersOfHttpMayShowATokenElsewhere(
      String fields, String header, String parameter, String cookie) {
    ApiDefinition api = api("'auth': {" + fields + "}");
    assertThat(api.authentication())
        .isEqualTo(only(new Token(new Places(header, parameter, cookie)), false));
    assertThat(api.unsupported()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'disable_header': true                        | auth.disable_header",
        "'use_cookie': true, 'cookie_name': 'a b'      | auth.cookie_name",
        "'use_cookie': true, 'cookie_name': 'a=b'      | auth.cookie_name"
      })
  void aPlaceThatCannotBeIsAnError(String fields, String path) {
    assertThat(read("'auth': {" + fields + "}").problems())
        .anySatisfy(problem -> {
          assertThat(problem.path()).isEqualTo(path);
          assertThat(problem.isError()).isTrue();
        });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'use_keyless': false                            | 1",
        "'base_identity_provided_by': ''                 | 1",
        "'base_identity_provided_by': 'auth_token'       | 1",
        "'base_identity_provided_by': 'basic_auth_user'  | 0"
      })
  void severalMethodsAreAskedForAndOneHasTheKeyThatCounts(String field, int base) {
    String both =
        "'use_basic_auth': true, 'use_standard_auth': true, 'strip_auth_data': true,"
            + " 'auth': {'auth_header_name': 'X-Key'}, ";
    assertThat(api(both + field).authentication())
        .isEqualTo(
            new Authentication(
                List.of(new Basic(header("authorization")), new Token(header("x-key"))),
                base,
                true));
    assertThat(api(both + field).unenforceable()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'use_basic_auth': true, 'use_standard_auth': true | use_standard_auth",
        "'base_identity_provided_by': 'basic_auth_user'    | base_identity_provided_by",
        "'base_identity_provided_by': 'jwt_claim'          | base_identity_provided_by",
        "'base_identity_provided_by': 'token'              | base_identity_provided_by"
      })
  void methodsThatCannotBeAskedForTogetherAreAnError(String fields, String path) {
    assertThat(read(fields).problems())
        .anySatisfy(problem -> {
          assertThat(problem.path()).isEqualTo(path);
          assertThat(problem.isError()).isTrue();
          assertThat(problem.hint()).isNotNull();
          assertThat(problem.toString()).startsWith("a.json:1:");
        });
  }
}
