package dev.weir.balance;

/**
 * A line in the list of a group: a host that becomes one endpoint for each address it has.
 *
 * @param host a host name or an IP address, IPv6 without brackets; what is to be resolved
 * @param port the port on each of its addresses
 * @param authority host and port as the user wrote them; what endpoints are told they are
 * @param pathPrefix put before the path of each call; empty, or begins with a slash and does not
 *     end with one
 * @param transport what its endpoints speak
 */
public record Member(
    String host, int port, String authority, String pathPrefix, Transport transport) {}
