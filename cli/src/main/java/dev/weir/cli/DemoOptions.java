package dev.weir.cli;

/**
 * What {@code weir demo} was asked for. A port 0 means any free port.
 *
 * @param port where the gateway listens
 * @param greeterPort where the greeter server listens
 * @param routeGuidePort where the route guide server listens
 * @param once end after the one call
 * @param log how to log
 */
public record DemoOptions(
    int port, int greeterPort, int routeGuidePort, boolean once, LogOptions log) {}
