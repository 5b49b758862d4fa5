package dev.weir.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
  private final Connections connections = new Connections(3, 2);

  @Test
  void takesInAsManyAsTheProcessMayHave() {
    assertThat(connections.admit(from("10.0.0.1"))).isNull();
    assertThat(connections.admit(from("10.0.0.2"))).isNull();
    assertThat(connections.admit(from("10.0.0.3"))).isNull();

    assertThat(connections.admit(from("10.0.0.4"))).isEqualTo(ConnectionRefusal.CONNECTIONS);
    assertThat(connections.open()).isEqualTo(3);
    assertThat(connections.accepted()).isEqualTo(3);
  }

  @Test
  void oneThatLeavesMakesRoomAtOnce() {
    connections.admit(from("10.0.0.1"));
    connections.admit(from("10.0.0.1"));
    assertThat(connections.admit(from("10.0.0.1")))
        .isEqualTo(ConnectionRefusal.CONNECTIONS_PER_ADDRESS);

    connections.leave(from("10.0.0.1"));

    assertThat(connections.admit(from("10.0.0.1"))).isNull();
    assertThat(connections.open()).isEqualTo(2);
  }

  @Test
  void anAddressThatHasTooManyLeavesRoomForOthers() {
    connections.admit(from("10.0.0.1"));
    connections.admit(from("10.0.0.1"));
    connections.admit(from("10.0.0.1"));

    assertThat(connections.admit(from("10.0.0.2"))).isNull();
  }

  @Test
  void aNetworkOfIpv6IsOneAddress() {
    connections.admit(from("2001:db8:0:1::1"));
    connections.admit(from("2001:db8:0:1:ffff::2"));

    assertThat(connections.admit(from("2001:db8:0:1::3")))
        .isEqualTo(ConnectionRefusal.CONNECTIONS_PER_ADDRESS);
    assertThat(connections.admit(from("2001:db8:0:2::1"))).isNull();
  }

  @Test
  void clientsWithoutAnAddressAreCountedTogether() {
    connections.admit(null);
    connections.admit(null);

    assertThat(connections.admit(null)).isEqualTo(ConnectionRefusal.CONNECTIONS_PER_ADDRESS);
  }

  private static SocketAddress from(String address) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), 1024);
  }
}
