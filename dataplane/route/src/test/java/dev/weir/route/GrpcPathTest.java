package dev.weir.route;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcPathTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/pkg.Greeter/SayHello",
        "/Greeter/Say",
        "/a/b/c/pkg.Service/Method",
        "/one",
        "/a.b/...",
        "/.hidden/x..",
        "/v1/things:list",
        "/a-b_c~d/!$&'()*+,=@"
      })
  void pathsThatMeanThemselvesArePlain(String path) {
    assertThat(GrpcPath.isPlain(path.getBytes(ISO_8859_1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "*",
        "a/b",
        "http://h/a/b",
        "//a/b",
        "/a//b",
        "/a/b/",
        "/./a",
        "/a/.",
        "/a/../b",
        "/..",
        "/a%2Fb",
        "/a%41/b",
        "/a\\b",
        "/a;x/b",
        "/a/b?c",
        "/a/b#c",
        "/a/b c",
        "/a/\u00e9",
        "/a/b\u007f",
        "/a/b\u0000"
      })
  void pathsThatNeedDecodingAreNot(String path) {
    assertThat(GrpcPath.isPlain(path.getBytes(ISO_8859_1))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/pkg.Service/Method",
        "/a.b.c_d.E2/_f",
        "/weir.testkit.Echo/Unary?x=/",
        "/pkg.Service/Method?"
      })
  void methodsOfPackagesAreSpelledSo(String path) {
    assertThat(GrpcPath.isMethod(path.getBytes(ISO_8859_1))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/users",
        "/users/7",
        "/users/create",
        "/v1.0/users",
        "/api.v1/users/7",
        "/pkg.Service",
        "/pkg.Service/",
        "/pkg.Service/7",
        "/pkg.Service/a.b",
        "/pkg.Service/a-b",
        "/pkg.Service/Method/",
        "/pkg..Service/Method",
        "/.Service/Method",
        "/pkg./Method",
        "pkg.Service/Method",
        "/?/pkg.Service/Method",
        "//pkg.Service/Method"
      })
  void otherPathsAreNoMethods(String path) {
    assertThat(GrpcPath.isMethod(path.getBytes(ISO_8859_1))).isFalse();
  }
}
