package dev.weir.http2;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Cuts one frame out of the bytes of a connection and takes it to where it belongs. Frames come 64
 * in a read; {@code split} ones in reads of seven bytes, so that each is put together from pieces.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(NANOSECONDS)
public class FrameReaderBenchmark {
  private static final int FRAMES = 64;
  private static final int PIECE = 7;
  private static final byte[] HEAD = {
    (byte) 0x83,
    (byte) 0x86,
    (byte) 0x84,
    0x0f,
    0x10,
    0x10, // :method, :scheme, :path, content-type
    'a',
    'p',
    'p',
    'l',
    'i',
    'c',
    'a',
    't',
    'i',
    'o',
    'n',
    '/',
    'g',
    'r',
    'p',
    'c'
  };

  @Param({"message", "data-16k", "window-update", "split"})
  public String frame = "";

  private Peerless server = new Peerless(new Answerer());
  private ByteBuf bytes = Peerless.buffer(HEAD);

  @Setup(Level.Trial)
  public void write() {
    byte[] one =
        switch (frame) {
          case "message" -> Peerless.frame(FrameType.DATA, Flags.NONE, 1, new byte[21]);
          case "data-16k" -> Peerless.frame(FrameType.DATA, Flags.NONE, 1, new byte[16 << 10]);
          default -> Peerless.frame(FrameType.WINDOW_UPDATE, Flags.NONE, 1, Peerless.number(1));
        };
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < FRAMES; i++) {
      all.writeBytes(one);
    }
    bytes.release();
    bytes = Peerless.buffer(all.toByteArray());
  }

  /**
   * A new connection with an open stream, before its window grows over what the protocol allows.
   */
  @Setup(Level.Iteration)
  public void connect() {
    server = new Peerless(new Answerer());
    server.receive(Peerless.frame(FrameType.HEADERS, Flags.END_HEADERS, 1, HEAD));
    // WINDOW_UPDATE is counted against what was sent before: a call makes all that follow honest.
    for (int id = 3; id < 200; id += 2) {
      server.receive(Peerless.frame(FrameType.HEADERS, Flags.END_HEADERS, id, HEAD));
      server.receive(Peerless.frame(FrameType.DATA, Flags.END_STREAM, id, new byte[21]));
    }
  }

  @TearDown(Level.Trial)
  public void free() {
    bytes.release();
  }

  @Benchmark
  @OperationsPerInvocation(FRAMES)
  public int read() {
    return frame.equals("split") ? readPieces() : server.receive(bytes);
  }

  private int readPieces() {
    int written = 0;
    int end = bytes.writerIndex();
    for (int at = 0; at < end; at += PIECE) {
      bytes.setIndex(at, Math.min(at + PIECE, end));
      written += server.receive(bytes);
    }
    bytes.setIndex(0, end);
    return written;
  }
}
