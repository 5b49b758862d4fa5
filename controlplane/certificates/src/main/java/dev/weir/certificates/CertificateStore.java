package dev.weir.certificates;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.store.DurableFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Certificates by their ids, with and without private keys: one encrypted file for each in the
 * folder {@code certificates} of the data folder. Several processes may use it at once. Nothing is
 * made before the first one is added. For all threads.
 */
public final class CertificateStore {
  private static final String SUFFIX = ".cert";

  /** What is none would lead to other files. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._@-]*[0-9a-f]{64}");

  private final Path folder;
  private final Path keyFile;
  private final String secret;
  private volatile @Nullable StoreKey key;

  /**
   * @param dataFolder need not be there yet
   * @param secret what the key is made of; empty for one that is in the data folder
   */
  public CertificateStore(Path dataFolder, String secret) {
    this.folder = dataFolder.resolve("certificates");
    this.keyFile = dataFolder.resolve("certificates.key");
    this.secret = secret;
  }

  /** Where the certificates are. */
  public Path folder() {
    return folder;
  }

  /**
   * Takes in a certificate.
   *
   * @throws BadCertificate when it is there already, or cannot be written
   */
  public void add(StoredCertificate certificate) throws BadCertificate {
    if (!isId(certificate.id())) {
      throw new BadCertificate(
          "cannot be stored, the organisation has more than letters, digits and ._@- in it");
    }
    if (contains(certificate.id())) {
      throw new BadCertificate("is in the store already, as " + certificate.id());
    }
    save(certificate);
  }

  private void save(StoredCertificate certificate) throws BadCertificate {
    try {
      DurableFile.createFolder(folder);
      byte[] text = PemWriter.text(certificate.chain(), certificate.key()).getBytes(UTF_8);
      DurableFile.write(file(certificate.id()), key().seal(certificate.id(), text));
    } catch (IOException e) {
      throw new BadCertificate("cannot write to " + folder + ", " + reason(e), e);
    }
  }

  /** Whether there is one with an id. */
  public boolean contains(String id) {
    return isId(id) && Files.exists(file(id));
  }

  /**
   * The certificate with an id.
   *
   * @throws BadCertificate when there is none, or its file cannot be read or decrypted
   */
  public StoredCertificate find(String id) throws BadCertificate {
    StoredCertificate there = isId(id) ? there(id) : null;
    if (there == null) {
      throw absent();
    }
    return there;
  }

  private @Nullable StoredCertificate there(String id) throws BadCertificate {
    Path file = file(id);
    try {
      byte[] sealed = Files.readAllBytes(file);
      return Certificates.parse(id, open(file, id, sealed));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      throw new BadCertificate("cannot read " + file + ", " + reason(e), e);
    }
  }

  private String open(Path file, String id, byte[] sealed) throws IOException, BadCertificate {
    StoreKey fitting = key();
    try {
      return new String(fitting.open(id, sealed), UTF_8);
    } catch (BadCertificate e) {
      throw new BadCertificate(file + " " + e.getMessage(), e);
    }
  }

  /**
   * All certificates, by their ids, but those that are removed meanwhile.
   *
   * @param whenUnreadable gets the ids of those that cannot be read, and why
   * @throws BadCertificate when none can be looked for
   */
  public List<StoredCertificate> list(BiConsumer<String, BadCertificate> whenUnreadable)
      throws BadCertificate {
    List<StoredCertificate> all = new ArrayList<>();
    for (String id : ids()) {
      try {
        StoredCertificate there = there(id);
        if (there != null) {
          all.add(there);
        }
      } catch (BadCertificate e) {
        whenUnreadable.accept(id, e);
      }
    }
    return all;
  }

  /** Of all certificates, those that cannot be read too; sorted. */
  public List<String> ids() throws BadCertificate {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .filter(CertificateStore::isId)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new BadCertificate("cannot read " + folder + ", " + reason(e), e);
    }
  }

  /**
   * Forgets a certificate and its key.
   *
   * @throws BadCertificate when there is none
   */
  public void remove(String id) throws BadCertificate {
    try {
      if (!isId(id) || !DurableFile.delete(file(id))) {
        throw absent();
      }
    } catch (IOException e) {
      throw new BadCertificate("cannot remove " + file(id) + ", " + reason(e), e);
    }
  }

  /** Where a certificate is, if it is. */
  Path file(String id) {
    return folder.resolve(id + SUFFIX);
  }

  private static boolean isId(String id) {
    return ID.matcher(id).matches();
  }

  private BadCertificate absent() {
    return new BadCertificate("is not in the store " + folder + ", weir cert list tells what is");
  }

  private StoreKey key() throws IOException, BadCertificate {
    StoreKey present = key;
    if (present == null) {
      StoreKey.refuse(DurableFile.exposure(folder, "chmod 700"));
      boolean first = ids().isEmpty();
      present =
          secret.isEmpty()
              ? StoreKey.ofFile(keyFile, first)
              : StoreKey.ofSecret(secret, folder.resolve("salt"), first);
      key = present;
    }
    return present;
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException ? "access denied" : String.valueOf(e.getMessage());
  }
}
