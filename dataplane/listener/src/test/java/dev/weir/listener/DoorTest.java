package dev.weir.listener;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.http2.Tallies;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DoorTest {
  private final Connections connections = new Connections(1, 1);
  private final Tallies<ConnectionRefusal> refused = new Tallies<>(ConnectionRefusal.class);
  private final EmbeddedChannel port = new EmbeddedChannel(new Door(connections, refused));

  DoorTest() {
    port.freezeTime();
  }

  @Test
  void connectionsGoInUntilThereAreTooMany() {
    EmbeddedChannel first = arrive();
    EmbeddedChannel second = arrive();

    assertThat(port.<EmbeddedChannel>readInbound()).isSameAs(first);
    assertThat(port.<EmbeddedChannel>readInbound()).isNull();
    assertThat(first.isOpen()).isTrue();
    assertThat(second.isOpen()).isFalse();
    assertThat(refused.count(ConnectionRefusal.CONNECTIONS)).isEqualTo(1);
  }

  @Test
  void oneThatIsClosedMakesRoom() {
    arrive().close();

    assertThat(arrive().isOpen()).isTrue();
    assertThat(connections.open()).isEqualTo(1);
  }

  @Test
  void withoutSocketsAcceptingPausesAndGoesOn() {
    port.pipeline().fireExceptionCaught(new IOException("Too many open files"));

    assertThat(port.config().isAutoRead()).isFalse();
    assertThat(refused.count(ConnectionRefusal.ACCEPT_FAILED)).isEqualTo(1);

    port.advanceTimeBy(1, TimeUnit.SECONDS);
    port.runScheduledPendingTasks();

    assertThat(port.config().isAutoRead()).isTrue();
    port.checkException();
  }

  private EmbeddedChannel arrive() {
    var accepted = new EmbeddedChannel();
    port.pipeline().fireChannelRead(accepted);
    return accepted;
  }
}
