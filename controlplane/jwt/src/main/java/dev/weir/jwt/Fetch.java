package dev.weir.jwt;

import java.io.IOException;
import java.net.URI;

/** Gets the document at an address. May wait; not for event loops. */
@FunctionalInterface
public interface Fetch {
  String get(URI address) throws IOException, InterruptedException;
}
