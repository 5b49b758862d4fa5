package dev.weir.cli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code weir cert} was asked for. */
public sealed interface CertRequest {

  /**
   * Take certificates into the store.
   *
   * @param files one certificate each, with the rest of its chain
   * @param key the private key of the only one; null where it is in the same file, or nowhere
   * @param org goes in front of the ids
   */
  record Add(List<Path> files, @Nullable Path key, String org) implements CertRequest {
    public Add {
      files = List.copyOf(files);
    }
  }

  /** List what the store holds. */
  record ListAll(OutputForm form) implements CertRequest {}

  /** Tell all about one certificate. */
  record Show(String id, OutputForm form) implements CertRequest {}

  /** Forget certificates. */
  record Remove(List<String> ids) implements CertRequest {
    public Remove {
      ids = List.copyOf(ids);
    }
  }

  /**
   * Make certificates for development.
   *
   * @param hosts what the server's is for; the first names its file
   * @param clients common names, a certificate each
   * @param out where to write them; null for the data folder
   */
  record Dev(List<String> hosts, List<String> clients, @Nullable Path out) implements CertRequest {
    public Dev {
      hosts = List.copyOf(hosts);
      clients = List.copyOf(clients);
    }
  }
}
