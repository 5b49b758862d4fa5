package dev.weir.model;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the places of documents that ask for certificates. */
final class CertificateReferences {
  private static final String PEM = "-----BEGIN";

  private final Settings settings;
  private final Checks checks;

  CertificateReferences(Settings settings, Checks checks) {
    this.settings = settings;
    this.checks = checks;
  }

  /** Certificates, each by its id or by one file that holds it and its key; in their order. */
  List<CertificateReference> names(String path) {
    var references = new ArrayList<CertificateReference>();
    List<Json> items = settings.items(path);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Text(Origin at, String text)) {
        String place = path + "[" + i + "]";
        file(text, path, at, place)
            .ifPresent(file ->
                references.add(new CertificateReference(text, file, file, null, at, place)));
      }
    }
    return references;
  }

  /** Certificates, each by two files and perhaps a host; in their order. */
  List<CertificateReference> pairs(String path) {
    var references = new ArrayList<CertificateReference>();
    List<Json> items = settings.items(path);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i) instanceof Json.Obj pair) {
        pair(pair, path, path + "[" + i + "]").ifPresent(references::add);
      }
    }
    return references;
  }

  /** Certificates by the host that they are for; in their order. */
  Map<String, CertificateReference> byHost(String path) {
    var references = new LinkedHashMap<String, CertificateReference>();
    settings
        .members(path)
        .forEach((host, value) ->
            name(value, path, ShapeReader.join(path, host))
                .ifPresent(reference -> references.put(host, reference)));
    return references;
  }

  /** The same where a text holds several, with commas between them. */
  Map<String, List<CertificateReference>> listsByHost(String path) {
    var lists = new LinkedHashMap<String, List<CertificateReference>>();
    settings
        .members(path)
        .forEach((host, value) -> {
          if (value instanceof Json.Text(Origin at, String text)) {
            lists.put(host, list(text, at, path, ShapeReader.join(path, host)));
          }
        });
    return lists;
  }

  private List<CertificateReference> list(String text, Origin at, String path, String place) {
    return Stream.of(text.split(",", -1))
        .map(part -> name(new Json.Text(at, part.strip()), path, place))
        .flatMap(Optional::stream)
        .toList();
  }

  /** One file with certificates; empty when not set. */
  Optional<CertificateReference> one(String path) {
    return settings.says(path) ? name(settings.value(path), path, path) : Optional.empty();
  }

  private Optional<CertificateReference> name(@Nullable Json value, String path, String place) {
    return value instanceof Json.Text(Origin at, String text)
        ? file(text, path, at, place)
            .map(file -> new CertificateReference(text, file, file, null, at, place))
        : Optional.empty();
  }

  private Optional<CertificateReference> pair(Json.Obj pair, String path, String place) {
    String certificate = member(pair, "cert_file");
    String host = member(pair, "domain_name");
    Optional<Path> file = file(certificate, path, pair.origin(), place + ".cert_file");
    Optional<Path> key = file(member(pair, "key_file"), path, pair.origin(), place + ".key_file");
    return file.isEmpty() || key.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new CertificateReference(
                certificate,
                file.get(),
                key.get(),
                host.isEmpty() ? null : host,
                pair.origin(),
                place));
  }

  private static String member(Json.Obj object, String name) {
    return object.get(name) instanceof Json.Text(_, String text) ? text : "";
  }

  /** What is no name of a file is not repeated: it may be a key. */
  private Optional<Path> file(String text, String path, Origin at, String place) {
    if (text.isEmpty()) {
      checks.add(at.error(place, "is empty, a file is needed", null));
    } else if (text.contains(PEM)) {
      checks.add(at.error(place, "is a certificate, a file is needed", "save it as a .pem file"));
    } else {
      try {
        return Optional.of(settings.folderOf(path).resolve(text).normalize());
      } catch (InvalidPathException _) {
        checks.add(at.error(place, "cannot be the name of a file", null));
      }
    }
    return Optional.empty();
  }
}
