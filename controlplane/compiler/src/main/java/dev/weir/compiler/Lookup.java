package dev.weir.compiler;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Asks for the addresses of a host name. May block. */
@FunctionalInterface
public interface Lookup {

  /** Asks the system's resolver, which knows the hosts file and DNS. */
  Lookup SYSTEM = host -> List.of(InetAddress.getAllByName(host));

  /** All addresses of {@code host}, of both families; none is a failure too. */
  List<InetAddress> addresses(String host) throws UnknownHostException;
}
