package dev.weir.testkit;

import static dev.weir.testkit.TlsSecrets.HASH_BYTES;
import static dev.weir.testkit.TlsSecrets.derive;
import static dev.weir.testkit.TlsSecrets.expand;
import static dev.weir.testkit.TlsSecrets.extract;
import static dev.weir.testkit.TlsSecrets.finished;

import dev.weir.testkit.TlsSecrets.Records;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KeyAgreement;
import org.jspecify.annotations.Nullable;

/**
 * A client that speaks TLS 1.3 record by record and does what no library would. It believes
 * whatever certificate it is shown, and shows none. Used by one thread.
 */
public final class RawTls implements AutoCloseable {
  /** Types of records. */
  public static final int ALERT = 21;

  public static final int HANDSHAKE = 22;
  public static final int DATA = 23;

  private static final int NEW_SESSION_TICKET = 4;
  private static final int ENCRYPTED_EXTENSIONS = 8;
  private static final int FINISHED = 20;
  private static final int KEY_UPDATE = 24;
  private static final int PRE_SHARED_KEY = 41;
  private static final int EARLY_DATA = 42;
  private static final int COORDINATE_BYTES = 32;
  private static final byte[] NOTHING = {};
  private static final byte[] ZEROS = new byte[HASH_BYTES];

  private final Socket socket;
  private final DataInputStream in;
  private final ByteArrayOutputStream transcript = new ByteArrayOutputStream();
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
  private final List<Ticket> tickets = new ArrayList<>();
  private final KeyPair keys = newKeys();
  private byte[] master = NOTHING;
  private byte[] resumption = NOTHING;
  private Records sending = new Records(NOTHING);
  private Records receiving = new Records(NOTHING);
  private boolean resumed;
  private boolean earlyAccepted;

  /**
   * What a client may come back with (RFC 8446, 4.6.1).
   *
   * @param lifetimeSeconds as the server says
   * @param early whether the server would take data with it at once
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Ticket(byte[] bytes, byte[] key, int lifetimeSeconds, boolean early) {}

  private RawTls(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout((int) Patience.LIMIT.toMillis());
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  /** A connection whose handshake is through, with HTTP/2 on offer. */
  public static RawTls connect(int port) {
    return connect(port, null, NOTHING);
  }

  /** The same with a ticket, and with data that does not wait for the server (0-RTT). */
  public static RawTls connect(int port, @Nullable Ticket ticket, byte[] early) {
    try {
      var client = new RawTls(port);
      client.shakeHands(ticket, early);
      return client;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- the handshake ---------------------------------------------------------------------------

  private void shakeHands(@Nullable Ticket ticket, byte[] early) throws IOException {
    byte[] psk = ticket == null ? ZEROS : ticket.key();
    byte[] earlySecret = extract(ZEROS, psk);
    byte[] hello = new TlsHello(share(), ticket, early.length > 0).message(earlySecret);
    transcript.writeBytes(hello);
    send(TlsHello.record(hello));
    if (early.length > 0) {
      send(new Records(derive(earlySecret, "c e traffic", hello)).seal(DATA, early));
    }
    byte[] serverHello = nextRecord(HANDSHAKE);
    transcript.writeBytes(serverHello);
    if (!hasExtension(serverHello, extensions(serverHello), PRE_SHARED_KEY)) {
      earlySecret = extract(ZEROS, ZEROS);
    } else {
      resumed = true;
    }
    byte[] secret = extract(derive(earlySecret, "derived", NOTHING), agree(serverHello));
    byte[] mine = derive(secret, "c hs traffic", transcript.toByteArray());
    receiving = new Records(derive(secret, "s hs traffic", transcript.toByteArray()));
    sending = new Records(mine);
    readFlight();
    byte[] sofar = transcript.toByteArray();
    byte[] end = TlsHello.message(FINISHED, finished(mine, sofar));
    send(sending.seal(HANDSHAKE, end));
    master = extract(derive(secret, "derived", NOTHING), ZEROS);
    sending = new Records(derive(master, "c ap traffic", sofar));
    receiving = new Records(derive(master, "s ap traffic", sofar));
    transcript.writeBytes(end);
    resumption = derive(master, "res master", transcript.toByteArray());
  }

  private void readFlight() throws IOException {
    int type;
    do {
      byte[] message = nextMessage();
      type = message[0];
      transcript.writeBytes(message);
      earlyAccepted |= type == ENCRYPTED_EXTENSIONS && hasExtension(message, 4, EARLY_DATA);
    } while (type != FINISHED);
  }

  private static boolean hasExtension(byte[] message, int at, int wanted) {
    ByteBuffer rest = ByteBuffer.wrap(message).position(at);
    for (int end = rest.getShort() + rest.position(); rest.position() < end; ) {
      if (rest.getShort() == wanted) {
        return true;
      }
      rest.position(rest.position() + 2 + rest.getShort(rest.position()));
    }
    return false;
  }

  private byte[] nextMessage() throws IOException {
    while (messages.size() < 4 || messages.size() < 4 + length(messages.toByteArray())) {
      messages.writeBytes(content(open(HANDSHAKE)));
    }
    byte[] all = messages.toByteArray();
    int end = 4 + length(all);
    messages.reset();
    messages.write(all, end, all.length - end);
    return Arrays.copyOf(all, end);
  }

  private static int length(byte[] message) {
    return (message[1] & 0xff) << 16 | (message[2] & 0xff) << 8 | (message[3] & 0xff);
  }

  private static KeyPair newKeys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] share() {
    ECPoint point = ((ECPublicKey) keys.getPublic()).getW();
    return ByteBuffer.allocate(1 + 2 * COORDINATE_BYTES)
        .put((byte) 4)
        .put(coordinate(point.getAffineX()))
        .put(coordinate(point.getAffineY()))
        .array();
  }

  private static byte[] coordinate(BigInteger number) {
    byte[] bytes = number.toByteArray();
    var fixed = new byte[COORDINATE_BYTES];
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, fixed, COORDINATE_BYTES - length, length);
    return fixed;
  }

  /** Where the extensions of a server's hello begin, with their length. */
  private static int extensions(byte[] serverHello) {
    int session = 4 + 2 + 32;
    return session + 1 + serverHello[session] + 2 + 1;
  }

  /** The secret that both sides come to; the server's point is behind the header of its share. */
  private byte[] agree(byte[] serverHello) {
    ByteBuffer hello = ByteBuffer.wrap(serverHello).position(extensions(serverHello) + 2);
    while (hello.getShort() != TlsHello.KEY_SHARE) {
      hello.position(hello.position() + 2 + hello.getShort(hello.position()));
    }
    var point = new byte[1 + 2 * COORDINATE_BYTES];
    hello.position(hello.position() + 2 + 2 + 2).get(point);
    try {
      AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
      curve.init(new ECGenParameterSpec("secp256r1"));
      var its =
          new ECPoint(
              new BigInteger(1, Arrays.copyOfRange(point, 1, 1 + COORDINATE_BYTES)),
              new BigInteger(1, Arrays.copyOfRange(point, 1 + COORDINATE_BYTES, point.length)));
      KeyAgreement agreement = KeyAgreement.getInstance("ECDH");
      agreement.init(keys.getPrivate());
      agreement.doPhase(
          KeyFactory.getInstance("EC")
              .generatePublic(
                  new ECPublicKeySpec(its, curve.getParameterSpec(ECParameterSpec.class))),
          true);
      return agreement.generateSecret();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  // ---- what comes after it ---------------------------------------------------------------------

  /** Whether the server took the ticket. */
  public boolean isResumed() {
    return resumed;
  }

  /** Whether the server said that it takes the early data. */
  public boolean isEarlyAccepted() {
    return earlyAccepted;
  }

  /** The tickets that came so far. */
  public List<Ticket> tickets() {
    return tickets;
  }

  /** Sends one record; false when the server has closed the connection. */
  public boolean trySend(int type, byte... content) {
    return trySend(seal(type, content));
  }

  /** The next record, which has to be sent before any other. */
  public byte[] seal(int type, byte... content) {
    return sending.seal(type, content);
  }

  /** Sends bytes as they are, a record or not; false when the server has closed the connection. */
  public boolean trySend(byte[] bytes) {
    try {
      send(bytes);
      return true;
    } catch (IOException closed) {
      return false;
    }
  }

  /** Sends a KeyUpdate and goes on with new keys; false when the server has closed. */
  public boolean tryUpdateKeys(boolean askForTheSame) {
    boolean sent =
        trySend(
            HANDSHAKE, TlsHello.message(KEY_UPDATE, new byte[] {(byte) (askForTheSame ? 1 : 0)}));
    sending.update();
    return sent;
  }

  /** The data of the next record that has any; null at the end. */
  public byte @Nullable [] readData() {
    byte[] inner = tryOpen();
    while (inner != null && inner[inner.length - 1] != DATA) {
      if (inner[inner.length - 1] == HANDSHAKE) {
        take(content(inner));
      }
      inner = tryOpen();
    }
    return inner == null ? null : content(inner);
  }

  /** Passes over whatever comes until the server closes. */
  public void expectClose() {
    byte[] data;
    do {
      data = readData();
    } while (data != null);
  }

  private void take(byte[] handshake) {
    messages.writeBytes(handshake);
    while (messages.size() >= 4 && messages.size() >= 4 + length(messages.toByteArray())) {
      byte[] message;
      try {
        message = nextMessage();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      switch (message[0]) {
        case NEW_SESSION_TICKET -> tickets.add(ticket(message));
        case KEY_UPDATE -> receiving.update();
        default -> throw new AssertionError("message " + message[0]);
      }
    }
  }

  private Ticket ticket(byte[] message) {
    ByteBuffer rest = ByteBuffer.wrap(message).position(4);
    int lifetime = rest.getInt();
    int _ = rest.getInt();
    var nonce = new byte[rest.get()];
    rest.get(nonce);
    var bytes = new byte[rest.getShort()];
    rest.get(bytes);
    boolean early = hasExtension(message, rest.position(), EARLY_DATA);
    return new Ticket(bytes, expand(resumption, "resumption", nonce, HASH_BYTES), lifetime, early);
  }

  // ---- records ---------------------------------------------------------------------------------

  private void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  private byte @Nullable [] tryOpen() {
    try {
      return open(DATA);
    } catch (EOFException | SocketException e) {
      return null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is in the next record, its type last. */
  private byte[] open(int expected) throws IOException {
    byte[] inner = receiving.open(nextRecord(DATA));
    if (expected == HANDSHAKE && inner[inner.length - 1] != HANDSHAKE) {
      throw new IOException("the handshake ends with " + Arrays.toString(inner));
    }
    return inner;
  }

  private static byte[] content(byte[] inner) {
    return Arrays.copyOf(inner, inner.length - 1);
  }

  /** The payload of the next record, but for those that are there for old boxes on the way. */
  private byte[] nextRecord(int type) throws IOException {
    while (true) {
      int is = in.readUnsignedByte();
      int _ = in.readUnsignedShort();
      var payload = new byte[in.readUnsignedShort()];
      in.readFully(payload);
      if (is == type) {
        return payload;
      } else if (is != 20) {
        throw new IOException("record " + is + " " + Arrays.toString(payload));
      }
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
