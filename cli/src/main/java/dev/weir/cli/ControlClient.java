package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.ControlFiles;
import dev.weir.model.Secret;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Speaks with the control API of a gateway on this machine by the socket in its data folder:
 * HTTP/1.1 (RFC 9112), one request a connection.
 *
 * @param secret what the gateway asks for
 * @param patience how long an answer is waited for
 */
record ControlClient(ControlFiles files, Secret secret, Duration patience) {
  private static final int STATUS_BEGINS = "HTTP/1.1 ".length();
  private static final int STATUS_ENDS = STATUS_BEGINS + 3;
  private static final String LENGTH = "content-length:";
  private static final String TAG = "etag:";
  private static final String CHUNKED = "transfer-encoding: chunked";
  private static final int MAX_LINE = 8192;

  /** It is done, or would be. */
  static final int OK = 200;

  /** There is no such thing. */
  static final int NOT_FOUND = 404;

  /** What is there is not what was seen. */
  static final int CHANGED = 412;

  /** From here on the gateway has failed. */
  private static final int FAILED = 500;

  /**
   * What came back.
   *
   * @param tag of what was shown or written; empty for none
   */
  record Answer(int status, String body, String tag) {}

  /**
   * @param body empty for none
   * @throws ControlFailure when no gateway answers
   */
  Answer ask(String method, String path, String body) throws ControlFailure {
    return ask(method, path, body, "");
  }

  /**
   * Asks for something to be done to what has a tag.
   *
   * @param tag empty for any
   */
  Answer ask(String method, String path, String body, String tag) throws ControlFailure {
    return send(method, path, body, tag.isEmpty() ? "" : "If-Match: " + tag + "\r\n");
  }

  /**
   * Asks for something to be made, or to be put in the place of what was seen. Where nothing was
   * seen, as of an API that is served in another format, it may only be in the place of nothing.
   *
   * @param seen what the gateway has shown, or why it has shown nothing
   * @param force whether it may be in the place of something else
   * @throws ControlFailure also when the gateway could not show what it has
   */
  Answer replace(String path, String body, Answer seen, boolean force) throws ControlFailure {
    if (seen.status() >= FAILED && !force) {
      ControlOptions.parsed(seen);
    }
    if (seen.status() == NOT_FOUND || (seen.tag().isEmpty() && !force)) {
      return make(path, body, force);
    }
    return ask("PUT", path, body, force ? "" : seen.tag());
  }

  /**
   * Asks for something to be made.
   *
   * @param force whether it may be in the place of something; else the answer is {@link #CHANGED}
   */
  Answer make(String path, String body, boolean force) throws ControlFailure {
    return send("POST", path, body, force ? "" : "If-None-Match: *\r\n");
  }

  /**
   * @param condition a line of the head; empty for none
   */
  private Answer send(String method, String path, String body, String condition)
      throws ControlFailure {
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(files.socket()))) {
      var asked =
          new FutureTask<>(() -> {
            send(channel, method, path, condition, body.getBytes(UTF_8));
            return answer(new BufferedInputStream(Channels.newInputStream(channel)));
          });
      Thread.ofPlatform().daemon().name("weir-control").start(asked);
      return asked.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw failed(
          "the gateway on %s has not answered for %d s, what was asked for may be done still"
              .formatted(files.socket(), patience.toSeconds()));
    } catch (ExecutionException e) {
      throw noAnswer(e.getCause());
    } catch (IOException e) {
      throw noAnswer(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failed("interrupted");
    }
  }

  private ControlFailure noAnswer(@Nullable Throwable why) {
    return failed(
        "no gateway answers on %s (%s), start one with weir run, or name the --conf of the one that runs"
            .formatted(files.socket(), why == null ? null : why.getMessage()));
  }

  private static ControlFailure failed(String message) {
    return new ControlFailure(ExitCode.FAILED, message, List.of());
  }

  private void send(
      SocketChannel channel, String method, String path, String condition, byte[] body)
      throws IOException {
    String head =
        """
        %s %s HTTP/1.1\r
        Host: localhost\r
        X-Tyk-Authorization: %s\r
        %sContent-Length: %d\r
        Connection: close\r
        \r
        """
            .formatted(method, path, secret.text(), condition, body.length);
    write(channel, head.getBytes(UTF_8));
    write(channel, body);
  }

  private static void write(SocketChannel channel, byte[] bytes) throws IOException {
    for (ByteBuffer rest = ByteBuffer.wrap(bytes); rest.hasRemaining(); ) {
      channel.write(rest);
    }
  }

  /** The answer ends where its length says, since servers may keep the connection. */
  private static Answer answer(InputStream in) throws IOException {
    String status = line(in);
    if (!status.startsWith("HTTP/1.") || status.length() < STATUS_ENDS) {
      throw new IOException("what answers does not speak HTTP");
    }
    int length = 0;
    boolean isChunked = false;
    String tag = "";
    for (String field = line(in); !field.isEmpty(); field = line(in)) {
      if (field.regionMatches(true, 0, LENGTH, 0, LENGTH.length())) {
        length = Integer.parseInt(field.substring(LENGTH.length()).strip());
      } else if (field.regionMatches(true, 0, TAG, 0, TAG.length())) {
        tag = field.substring(TAG.length()).strip();
      }
      isChunked |= field.equalsIgnoreCase(CHUNKED);
    }
    byte[] body = isChunked ? chunks(in) : exactly(in, length);
    return new Answer(
        Integer.parseInt(status.substring(STATUS_BEGINS, STATUS_ENDS)),
        new String(body, UTF_8),
        tag);
  }

  /** What is told in pieces, each behind its length: RFC 9112, 7.1. */
  private static byte[] chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    for (int size = size(in); size > 0; size = size(in)) {
      body.write(exactly(in, size));
      line(in);
    }
    return body.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in).replaceAll("\\s*;.*", ""), 16);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer was cut short");
    }
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() > MAX_LINE) {
        throw new EOFException("the answer was cut short");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }
}
