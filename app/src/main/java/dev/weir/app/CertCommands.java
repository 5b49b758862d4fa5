package dev.weir.app;

import static dev.weir.model.JsonWriter.quoted;

import dev.weir.certificates.BadCertificate;
import dev.weir.certificates.CertificateStore;
import dev.weir.certificates.Certificates;
import dev.weir.certificates.Passphrase;
import dev.weir.certificates.StoredCertificate;
import dev.weir.cli.CertRequest;
import dev.weir.cli.Documents;
import dev.weir.cli.ExitCode;
import dev.weir.cli.OutputForm;
import dev.weir.cli.Terminal;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import dev.weir.model.Reading;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** {@code weir cert}: what it does, and what it prints. Never a private key. */
final class CertCommands {
  private final Terminal terminal;
  private final InstantSource clock;

  CertCommands(Terminal terminal, InstantSource clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  int run(@Nullable Path conf, CertRequest request) {
    Reading<GatewayConfig> reading = Documents.readConfig(conf, terminal.environment());
    GatewayConfig config = reading.value();
    if (config == null) {
      reading.problems().forEach(terminal.err()::println);
      terminal.err().println("weir: nothing done: " + Problem.summary(reading.problems()));
      return ExitCode.REFUSED;
    }
    try {
      return run(config, request);
    } catch (BadCertificate e) {
      terminal.err().println("weir: " + e.getMessage());
      return ExitCode.REFUSED;
    }
  }

  private int run(GatewayConfig config, CertRequest request) throws BadCertificate {
    CertificateStore store = store(config);
    switch (request) {
      case CertRequest.Add add -> add(store, passphrase(config), add);
      case CertRequest.ListAll(OutputForm form) -> {
        return list(store, form);
      }
      case CertRequest.Show(String id, OutputForm form) -> show(store, id, form);
      case CertRequest.Remove(List<String> ids) -> remove(store, ids);
      case CertRequest.Dev dev ->
          new DevCertificates(terminal.out(), clock).make(config.weir().dataDir(), dev);
    }
    return ExitCode.OK;
  }

  /** The store that a configuration names. */
  static CertificateStore store(GatewayConfig config) {
    return new CertificateStore(
        config.weir().dataDir(),
        config.settings().text("security.private_certificate_encoding_secret"));
  }

  /** What a configuration has for private keys that are encrypted. */
  static Passphrase passphrase(GatewayConfig config) {
    return new Passphrase(config.settings().text("weir.private_key_passphrase"));
  }

  /** All of them are read before the first one is stored. */
  private void add(CertificateStore store, Passphrase passphrase, CertRequest.Add request)
      throws BadCertificate {
    List<StoredCertificate> read = new ArrayList<>();
    for (Path file : request.files()) {
      read.add(
          Certificates.readForStore(
              file, request.key(), passphrase, request.org(), clock.instant()));
    }
    for (int i = 0; i < read.size(); i++) {
      try {
        store.add(read.get(i));
      } catch (BadCertificate e) {
        throw new BadCertificate(request.files().get(i) + " " + e.getMessage(), e);
      }
      terminal.out().println(read.get(i).id());
    }
  }

  /** One that cannot be read says why, and the others are told all the same. */
  private int list(CertificateStore store, OutputForm form) throws BadCertificate {
    Map<String, BadCertificate> unreadable = new LinkedHashMap<>();
    List<CertificateText> all =
        store.list(unreadable::put).stream()
            .map(one -> new CertificateText(one, clock.instant()))
            .toList();
    PrintStream out = terminal.out();
    if (form != OutputForm.TEXT) {
      out.println(form.of(json(all, unreadable)));
    } else if (all.isEmpty() && unreadable.isEmpty()) {
      out.println("no certificates in " + store.folder());
    } else {
      CertificateText.table(all).forEach(out::println);
      unreadable.forEach((id, why) -> out.println(id + "  cannot be read: " + why.getMessage()));
    }
    return unreadable.isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
  }

  private static String json(List<CertificateText> all, Map<String, BadCertificate> unreadable) {
    Stream<String> broken =
        unreadable.entrySet().stream()
            .map(one ->
                "{\"id\": %s, \"error\": %s}"
                    .formatted(
                        quoted(one.getKey()), quoted(String.valueOf(one.getValue().getMessage()))));
    List<String> found = Stream.concat(all.stream().map(CertificateText::json), broken).toList();
    return found.stream()
        .collect(Collectors.joining(",\n  ", found.isEmpty() ? "[" : "[\n  ", "]"));
  }

  private void show(CertificateStore store, String id, OutputForm form) throws BadCertificate {
    CertificateText found = new CertificateText(find(store, id), clock.instant());
    if (form != OutputForm.TEXT) {
      terminal.out().println(form.of(found.json()));
    } else {
      found.lines().forEach(terminal.out()::println);
    }
  }

  private static StoredCertificate find(CertificateStore store, String id) throws BadCertificate {
    try {
      return store.find(id);
    } catch (BadCertificate e) {
      throw new BadCertificate(id + ": " + e.getMessage(), e);
    }
  }

  private void remove(CertificateStore store, List<String> ids) throws BadCertificate {
    for (String id : ids) {
      try {
        store.remove(id);
      } catch (BadCertificate e) {
        throw new BadCertificate(id + ": " + e.getMessage(), e);
      }
      terminal.out().println("removed " + id);
    }
  }
}
