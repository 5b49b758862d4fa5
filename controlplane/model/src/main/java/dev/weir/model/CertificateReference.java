package dev.weir.model;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A certificate that a document asks for, by its id in the store or by the files it is in. */
public final class CertificateReference {
  /** An organisation's id and a SHA-256 in hexadecimal. */
  private static final Pattern ID = Pattern.compile("[A-Za-z0-9._@-]*[0-9a-f]{64}");

  private final String text;
  private final Path certificateFile;
  private final Path keyFile;
  private final @Nullable String alias;
  private final Origin at;
  private final String path;

  CertificateReference(
      String text,
      Path certificateFile,
      Path keyFile,
      @Nullable String alias,
      Origin at,
      String path) {
    this.text = text;
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
    this.alias = alias;
    this.at = at;
    this.path = path;
  }

  /** What stands in the document. */
  public String text() {
    return text;
  }

  /** Its id in the store; null for one in files. What looks like an id is one. */
  public @Nullable String id() {
    return keyFile.equals(certificateFile) && ID.matcher(text).matches() ? text : null;
  }

  public Path certificateFile() {
    return certificateFile;
  }

  /** Where its private key is; the same file unless the document names two. */
  public Path keyFile() {
    return keyFile;
  }

  /** A host that it is for beside those that it names itself. */
  public @Nullable String alias() {
    return alias;
  }

  /** What it refers to, wherever it was written. */
  @Override
  public String toString() {
    return "%s,%s,%s".formatted(certificateFile, keyFile, alias);
  }

  /** An error of this reference, at its place. */
  public Problem error(String message, @Nullable String hint) {
    return at.error(path, message, hint);
  }

  /** A warning about this reference, at its place. */
  public Problem warning(String message, @Nullable String hint) {
    return at.warning(path, message, hint);
  }
}
