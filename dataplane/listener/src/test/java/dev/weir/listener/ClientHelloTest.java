package dev.weir.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The first message of a TLS client, byte by byte (RFC 8446, 4.1.2; RFC 6066, 3; RFC 7301, 3.1).
 */
class ClientHelloTest {
  private static final int SERVER_NAME = 0;
  private static final int SIGNATURES = 13;
  private static final int PROTOCOLS = 16;
  private static final int VERSIONS = 43;

  @Test
  void tellsWhereItWantsToGoAndHowItSpeaks() throws Exception {
    ClientHello hello =
        ClientHello.read(hello(serverName("a.example"), protocols("h2", "http/1.1")));

    assertThat(hello)
        .isEqualTo(new ClientHello("a.example", List.of("h2", "http/1.1"), hello.keys()));
  }

  @Test
  void mayTellNothing() throws Exception {
    var nothing = new ClientKeys(false, Set.of(), true, true, true);

    assertThat(ClientHello.read(withoutExtensions()))
        .isEqualTo(new ClientHello(null, List.of(), nothing))
        .isEqualTo(ClientHello.read(hello()))
        .isEqualTo(ClientHello.read(hello(extension(43, new byte[] {2, 3, 3}))));
  }

  /**
   * Suites 1301 of TLS 1.3, c02b and c02c with ECDSA, c02f and c030 with RSA; 9c is not spoken
   * here. Schemes 0403 of ECDSA, 0401 of RSA, which TLS 1.3 has no more, and 0804; 0807 is Ed25519.
   */
  @ParameterizedTest
  @CsvSource({
    "0304,     1301,     0403,     false, true",
    "0304,     1301,     0804,     true,  false",
    "0304,     1301,     0401,     false, false",
    "0304,     1301,     04030804, true,  true",
    "0304,     1301,     0807,     false, false",
    "0304,     1301c02f, 04030804, true,  true",
    "03030304, 1301c02f, 04030804, true,  true",
    "0303,     1301c02f, 04030804, true,  false",
    "'',       1301c02f, 04030804, true,  false",
    "'',       c02b,     04030401, false, true",
    "'',       c02f,     04030401, true,  false",
    "'',       c02f,     04030804, true,  false",
    "'',       c02bc02f, 0201,     true,  false",
    "'',       c02cc030, 04030401, false, false",
    "'',       009c,     0401,     false, false",
    "'',       c02b,     '',       false, true"
  })
  void tellsWhichKeysItTakes(
      String versions, String suites, String signatures, boolean rsa, boolean ecdsa)
      throws Exception {
    var rules =
        new TlsRules(
            List.of("TLSv1.2", "TLSv1.3"),
            List.of(
                "TLS_AES_128_GCM_SHA256",
                "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
            true);

    ClientKeys keys = keys(versions, suites, signatures);

    assertThat(keys.take("RSA", rules)).isEqualTo(rsa);
    assertThat(keys.take("EC", rules)).isEqualTo(ecdsa);
    assertThat(keys.take("EdDSA", rules)).isFalse();
  }

  /** Where TLS 1.3 is switched off, clients that prefer it speak TLS 1.2. */
  @Test
  void keysAreForTheVersionThatBothSpeak() throws Exception {
    var old =
        new TlsRules(List.of("TLSv1.2"), List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"), true);

    ClientKeys keys = keys("0304", "1301c02bc02f", "04030804");

    assertThat(keys.take("RSA", old)).isFalse();
    assertThat(keys.take("EC", old)).isTrue();
    assertThat(ClientKeys.haveSuite("RSA", old)).isFalse();
    assertThat(ClientKeys.haveSuite("EC", old)).isTrue();
  }

  private static ClientKeys keys(String versions, String suites, String signatures)
      throws Exception {
    byte[] extensions = {};
    if (!signatures.isEmpty()) {
      extensions = extension(SIGNATURES, vector(2, HexFormat.of().parseHex(signatures)));
    }
    if (!versions.isEmpty()) {
      byte[] numbers = vector(1, HexFormat.of().parseHex(versions));
      extensions = join(extensions, extension(VERSIONS, numbers));
    }
    return ClientHello.read(
            Unpooled.wrappedBuffer(
                join(
                    new byte[34],
                    vector(1, new byte[32]),
                    vector(2, HexFormat.of().parseHex(suites)),
                    vector(1, new byte[1]),
                    vector(2, extensions))))
        .keys();
  }

  @Test
  void f6TwoListsOfSignaturesAreRefused() {
    byte[] signatures = extension(SIGNATURES, vector(2, new byte[] {4, 3}));
    assertThatThrownBy(() -> ClientHello.read(hello(signatures, signatures)))
        .hasMessage("two extensions signature_algorithms");
  }

  @ParameterizedTest
  @CsvSource({
    "A.Example, a.example",
    "a.example., a.example",
    "xn--bcher-kva.example, xn--bcher-kva.example",
    "a_b.example, a_b.example",
    "127.0.0.1, 127.0.0.1"
  })
  void f6NamesHaveOneForm(String sent, String read) throws Exception {
    assertThat(ClientHello.read(hello(serverName(sent))).serverName()).isEqualTo(read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "a b", "a/b", "a\u0000b", "*.a", "[::1]", "a:1", "b\u00fc"})
  void f6NamesThatNoHostCanHaveAreRefused(String sent) {
    assertThatThrownBy(() -> ClientHello.read(hello(serverName(sent))))
        .hasMessage("a server name that no host can have");
  }

  @Test
  void f6TwoNamesAreRefused() {
    byte[] a = serverName("a");
    assertThatThrownBy(() -> ClientHello.read(hello(a, a)))
        .hasMessage("two extensions server_name");
    byte[] entry = join(new byte[] {0}, vector(2, "a".getBytes(US_ASCII)));
    byte[] two = extension(SERVER_NAME, vector(2, join(entry, entry)));
    assertThatThrownBy(() -> ClientHello.read(hello(two))).hasMessage("more than one server name");
  }

  @Test
  void f13ThousandsOfProtocolsAreRead() throws Exception {
    String[] names = IntStream.range(0, 1000).mapToObj(i -> "p" + i).toArray(String[]::new);

    assertThat(ClientHello.read(hello(protocols(names))).protocols()).containsExactly(names);
  }

  @Test
  void whatIsCutShortAnywhereIsRefused() {
    ByteBuf whole = hello(serverName("a.example"), protocols("h2"));
    int withoutExtensions = withoutExtensions().readableBytes();
    for (int length = 0; length < whole.readableBytes(); length++) {
      ByteBuf cut = whole.slice(0, length);
      if (length != withoutExtensions) {
        assertThatThrownBy(() -> ClientHello.read(cut)).hasMessage("cut short");
      }
    }
  }

  private static byte[] serverName(String host) {
    byte[] bytes = host.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    return extension(SERVER_NAME, vector(2, join(new byte[] {0}, vector(2, bytes))));
  }

  private static byte[] protocols(String... names) {
    byte[] all = {};
    for (String name : names) {
      all = join(all, vector(1, name.getBytes(US_ASCII)));
    }
    return extension(PROTOCOLS, vector(2, all));
  }

  private static byte[] extension(int type, byte[] content) {
    return join(new byte[] {(byte) (type >> 8), (byte) type}, vector(2, content));
  }

  private static ByteBuf withoutExtensions() {
    byte[] versionAndRandom = new byte[34];
    return Unpooled.wrappedBuffer(
        join(
            versionAndRandom,
            vector(1, new byte[32]),
            vector(2, new byte[4]),
            vector(1, new byte[1])));
  }

  private static ByteBuf hello(byte[]... extensions) {
    return Unpooled.wrappedBuffer(
        withoutExtensions(), Unpooled.wrappedBuffer(vector(2, join(extensions))));
  }

  private static byte[] vector(int lengthBytes, byte[] content) {
    byte[] length = {(byte) (content.length >> 8), (byte) content.length};
    return join(lengthBytes == 2 ? length : new byte[] {length[1]}, content);
  }

  private static byte[] join(byte[]... parts) {
    var joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
