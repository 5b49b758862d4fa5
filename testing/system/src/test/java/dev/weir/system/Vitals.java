package dev.weir.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a {@link ProbedWeir} holds and has used, read from {@code /proc} and from the process
 * itself, which has to run with {@code -XX:+StartAttachListener}.
 *
 * @param pid the process
 * @param probePort where its probe answers
 */
record Vitals(long pid, int probePort) {

  private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
  private static final Pattern LIVE =
      Pattern.compile("^\\s*\\d+:\\s+(\\d+)\\s+\\d+\\s+(\\S+)", Pattern.MULTILINE);
  private static final Pattern TOTAL =
      Pattern.compile("^Total\\s+\\d+\\s+(\\d+)", Pattern.MULTILINE);

  /**
   * What is live on the heap.
   *
   * @param bytes all of it
   * @param connections of clients that speak HTTP/2
   */
  record Heap(long bytes, long connections) {}

  /**
   * What the probe in the process tells.
   *
   * @param cpuNanos the time that all threads have spent on a core so far
   * @param loopNanos the same of its event loops
   * @param longestTaskNanos the longest that an event loop spent on a core without looking up since
   *     the probe was asked last, and at most 5 ms more
   * @param directBytes memory of Netty outside of the heap
   */
  record Probe(long cpuNanos, long loopNanos, long longestTaskNanos, long directBytes) {}

  Probe probe() {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), probePort)) {
      String[] told =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
              .split(" ", -1);
      return new Probe(
          Long.parseLong(told[0]),
          Long.parseLong(told[1]),
          Long.parseLong(told[2]),
          Long.parseLong(told[3]));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Collects garbage and counts what is left. */
  Heap heap() {
    String histogram = jcmd("GC.class_histogram");
    Matcher total = TOTAL.matcher(histogram);
    if (!total.find()) {
      throw new AssertionError(histogram);
    }
    long connections =
        LIVE.matcher(histogram)
            .results()
            .filter(line -> line.group(2).equals("dev.weir.http2.ServerConnection"))
            .mapToLong(line -> Long.parseLong(line.group(1)))
            .sum();
    return new Heap(Long.parseLong(total.group(1)), connections);
  }

  long residentBytes() {
    Matcher resident = RESIDENT.matcher(read("status"));
    if (!resident.find()) {
      throw new AssertionError("no VmRSS");
    }
    return Long.parseLong(resident.group(1)) * 1024;
  }

  int descriptors() {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      return (int) all.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String read(String file) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/" + file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Does what {@code jcmd} does, without starting a process for it. */
  private String jcmd(String command) {
    String request = String.join("\0", "1", "jcmd", command, "", "", "");
    try (var socket = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.connect(UnixDomainSocketAddress.of("/tmp/.java_pid" + pid));
      socket.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      return new String(
          Channels.newInputStream(socket).readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
