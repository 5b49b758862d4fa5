package dev.weir.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;

/** A log in memory that a test can wait for. */
final class LogCapture extends OutputStream {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  @Override
  public synchronized void write(int b) {
    written.write(b);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    written.write(bytes, offset, length);
    notifyAll();
  }

  /** Waits for a text; the test's time-out ends a wait in vain. */
  synchronized void await(String text) throws InterruptedException {
    while (!text().contains(text)) {
      wait();
    }
  }

  synchronized String text() {
    return written.toString(UTF_8);
  }
}
