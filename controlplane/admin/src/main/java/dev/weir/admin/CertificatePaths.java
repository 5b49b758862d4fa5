package dev.weir.admin;

import static java.util.stream.Collectors.joining;

import dev.weir.certificates.BadCertificate;
import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.Certificates;
import dev.weir.certificates.Passphrase;
import dev.weir.certificates.StoredCertificate;
import dev.weir.model.JsonWriter;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * {@code /tyk/certs} and {@code /tyk/certs/ID}: the certificates of the store, which are in use at
 * once where their ids are named. For all threads.
 */
final class CertificatePaths {
  private static final Pattern ORG = Pattern.compile("[A-Za-z0-9@._-]{0,100}");
  private static final String BODY = "the request";

  private final CertificateStore store;
  private final Passphrase passphrase;
  private final InstantSource clock;

  /**
   * @param passphrase for keys that come encrypted
   */
  CertificatePaths(CertificateStore store, Passphrase passphrase, InstantSource clock) {
    this.store = store;
    this.passphrase = passphrase;
    this.clock = clock;
  }

  ControlAnswer answer(ControlRequest request) {
    String org = request.query().getOrDefault("org_id", "");
    if (!ORG.matcher(org).matches()) {
      return ControlAnswer.error(400, "Invalid org_id");
    }
    return switch (request.path().size()) {
      case 1 -> all(request, org);
      case 2 -> one(request, request.path().get(1));
      default -> ControlApi.notFound();
    };
  }

  private ControlAnswer all(ControlRequest request, String org) {
    return switch (request.method()) {
      case "GET" -> list(org, "detailed".equals(request.query().get("mode")));
      case "POST" -> add(request, org);
      default -> ControlApi.methodNotAllowed();
    };
  }

  private ControlAnswer one(ControlRequest request, String id) {
    return switch (request.method()) {
      case "GET" -> show(id);
      case "DELETE" -> remove(request, id);
      default -> ControlApi.methodNotAllowed();
    };
  }

  /** Tyk refuses what is of no use with 403. */
  private ControlAnswer add(ControlRequest request, String org) {
    String pem = request.body();
    if (pem.isBlank()) {
      return ControlAnswer.error(405, "Malformed request body");
    }
    StoredCertificate added;
    try {
      added = Certificates.parseForStore(BODY, pem, passphrase, org, clock.instant());
    } catch (BadCertificate e) {
      return ControlAnswer.error(403, String.valueOf(e.getMessage()));
    }
    try {
      boolean there = store.contains(added.id());
      if (request.preconditions().areThere() && !request.isAbout(there ? tag(added.id()) : null)) {
        return Old.changed(request);
      }
      if (there) {
        return ControlAnswer.error(403, "Certificate with " + added.id() + " id already exists");
      }
      if (request.isDryRun()) {
        return ControlAnswer.planned("added", List.of("+ " + added.id()), List.of());
      }
      store.add(added);
      return ControlAnswer.ok(
          "{\"id\":%s,\"status\":\"ok\",\"message\":\"Certificate added\"}"
              .formatted(JsonWriter.quoted(added.id())));
    } catch (BadCertificate e) {
      return ControlAnswer.error(500, String.valueOf(e.getMessage()));
    }
  }

  private ControlAnswer list(String org, boolean detailed) {
    try {
      List<String> found = store.ids().stream().filter(id -> id.startsWith(org)).toList();
      String list =
          found.stream()
              .map(id -> detailed ? detailed(id) : JsonWriter.quoted(id))
              .collect(joining(",", "[", "]"));
      return ControlAnswer.ok("{\"certs\":%s}".formatted(found.isEmpty() ? "null" : list));
    } catch (BadCertificate e) {
      return ControlAnswer.error(500, String.valueOf(e.getMessage()));
    }
  }

  /** One that cannot be read says why, and the others are told all the same. */
  private String detailed(String id) {
    try {
      return CertificateJson.detailed(store.find(id));
    } catch (BadCertificate e) {
      return "{\"id\":%s,\"error\":%s}"
          .formatted(JsonWriter.quoted(id), JsonWriter.quoted(String.valueOf(e.getMessage())));
    }
  }

  private ControlAnswer show(String ids) {
    try {
      if (ids.indexOf(',') >= 0) {
        return shown(jsonOfAll(ids.split(",", -1)));
      }
      return store.contains(ids)
          ? shown(json(ids))
          : ControlAnswer.error(404, "Certificate with given SHA256 fingerprint not found");
    } catch (BadCertificate e) {
      return ControlAnswer.error(500, String.valueOf(e.getMessage()));
    }
  }

  private static ControlAnswer shown(String json) {
    return ControlAnswer.ok(json).at(json);
  }

  private String jsonOfAll(String[] ids) throws BadCertificate {
    List<String> all = new ArrayList<>();
    for (String id : ids) {
      all.add(store.contains(id) ? json(id) : "null");
    }
    return "[" + String.join(",", all) + "]";
  }

  private String json(String id) throws BadCertificate {
    return CertificateJson.whole(store.find(id));
  }

  /** Of one that cannot be read, nobody can know it. */
  private String tag(String id) {
    try {
      return ControlAnswer.tag(json(id));
    } catch (BadCertificate e) {
      return ControlAnswer.tag("");
    }
  }

  /** The answer is the same whether there was one. */
  private ControlAnswer remove(ControlRequest request, String id) {
    try {
      boolean there = store.contains(id);
      if (request.preconditions().areThere() && !request.isAbout(there ? tag(id) : null)) {
        return Old.changed(request);
      }
      if (request.isDryRun()) {
        return ControlAnswer.planned("deleted", there ? List.of("- " + id) : List.of(), List.of());
      }
      if (there) {
        store.remove(id);
      }
      return ControlAnswer.ok("{\"status\":\"ok\",\"message\":\"removed\"}");
    } catch (BadCertificate e) {
      return ControlAnswer.error(500, String.valueOf(e.getMessage()));
    }
  }
}
