package dev.weir.http2;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import org.junit.jupiter.api.Test;

class TimedIoTest {
  private static final long MICROS = 1_000;
  private static final long MILLIS = 1_000 * MICROS;

  private final LoopTurns turns = new LoopTurns();
  private long now = 5;
  private long reported;

  @Test
  void aTurnIsWhatSocketsAndTasksTakeWithoutTheWait() {
    TimedIo io = new TimedIo(new Sockets(10_000 * MILLIS, 3 * MILLIS), () -> now, turns);
    io.run(waiting);
    now += 4 * MILLIS;
    io.run(waiting);

    assertThat(turns.seconds()).isEqualTo(0.007);
    assertThat(counted(0.01)).isEqualTo(1);
    assertThat(turns.turns().stream().mapToLong(Long::longValue).sum()).isEqualTo(1);
  }

  @Test
  void aTurnWithoutSocketsIsItsTasks() {
    TimedIo io = new TimedIo(new Sockets(MILLIS, 0), () -> now, turns);
    io.run(waiting);
    now += 20 * MICROS;
    io.run(waiting);

    assertThat(counted(0.0001)).isEqualTo(1);
  }

  @Test
  void aTurnBeyondAllBoundsIsCounted() {
    TimedIo io = new TimedIo(new Sockets(0, 2_000 * MILLIS), () -> now, turns);
    io.run(waiting);
    io.run(waiting);

    assertThat(turns.turns().getLast()).isEqualTo(1);
  }

  @Test
  void whoAskedForTheTimeOfSocketsHearsOfIt() {
    new TimedIo(new Sockets(0, 3 * MILLIS), () -> now, turns).run(waiting);
    assertThat(reported).isEqualTo(3 * MILLIS);
  }

  private long counted(double bound) {
    return turns.turns().get(LoopTurns.SECONDS.indexOf(bound));
  }

  private final IoHandlerContext waiting =
      new IoHandlerContext() {
        @Override
        public boolean canBlock() {
          return true;
        }

        @Override
        public long delayNanos(long at) {
          return 0;
        }

        @Override
        public long deadlineNanos() {
          return -1;
        }

        @Override
        public void reportActiveIoTime(long nanos) {
          reported = nanos;
        }
      };

  /** Waits for some time, and is busy for some. */
  private final class Sockets implements IoHandler {
    private final long wait;
    private final long busy;

    private Sockets(long wait, long busy) {
      this.wait = wait;
      this.busy = busy;
    }

    @Override
    public int run(IoHandlerContext context) {
      now += wait + busy;
      if (busy > 0 && context.shouldReportActiveIoTime()) {
        context.reportActiveIoTime(busy);
      }
      return busy > 0 ? 1 : 0;
    }

    @Override
    public IoRegistration register(IoHandle handle) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void wakeup() {}

    @Override
    public boolean isCompatible(Class<? extends IoHandle> handleType) {
      return true;
    }
  }
}
