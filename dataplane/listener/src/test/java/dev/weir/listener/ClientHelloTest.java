package dev.weir.listener;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
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

  @Test
  void tellsWhereItWantsToGoAndHowItSpeaks() throws Exception {
    ClientHello hello =
        ClientHello.read(hello(serverName("a.example"), protocols("h2", "http/1.1")));

    assertThat(hello)
        .isEqualTo(new ClientHello("a.example", List.of("h2", "http/1.1"), ClientKeys.ANY));
  }

  @Test
  void mayTellNothing() throws Exception {
    assertThat(ClientHello.read(withoutExtensions())).isEqualTo(ClientHello.SILENT);
    assertThat(ClientHello.read(hello())).isEqualTo(ClientHello.SILENT);
    assertThat(ClientHello.read(hello(extension(43, new byte[] {2, 3, 4}))))
        .isEqualTo(ClientHello.SILENT);
  }

  /** Suites 1301 of TLS 1.3, c02b with ECDSA, c02f with RSA; 9c is not spoken here. */
  @ParameterizedTest
  @CsvSource({
    "1301, 0403, false, true",
    "1301, 0804, true, false",
    "1301, 04030804, true, true",
    "1301, 0807, false, false",
    "c02b, 04030401, false, true",
    "c02f, 04030401, true, false",
    "c02bc02f, 0201, true, false",
    "009c, 0401, false, false"
  })
  void tellsWhichKeysItTakes(String suites, String signatures, boolean rsa, boolean ecdsa)
      throws Exception {
    byte[] schemes = vector(2, HexFormat.of().parseHex(signatures));
    ByteBuf hello =
        Unpooled.wrappedBuffer(
            join(
                new byte[34],
                vector(1, new byte[32]),
                vector(2, HexFormat.of().parseHex(suites)),
                vector(1, new byte[1]),
                vector(2, extension(SIGNATURES, schemes))));

    assertThat(ClientHello.read(hello).keys()).isEqualTo(new ClientKeys(rsa, ecdsa));
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
