package dev.weir.cli;

import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code weir cert}: certificates in the store, and certificates for development. */
@Command(
    name = "cert",
    description = {
      "Keeps certificates in the store of the data folder, encrypted, and makes certificates for"
          + " development.",
      "",
      "The id of a stored certificate goes wherever the file of one goes: ssl_certificates in"
          + " tyk.conf, certificates in an API definition."
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  weir cert add server.pem --key server.key", "  weir cert dev localhost 127.0.0.1"})
final class CertCommand {
  private static final Pattern HOST = Pattern.compile("(\\*\\.)?[A-Za-z0-9_.:-]{1,253}");

  /** What is an address or nothing. */
  private static final Pattern NUMERIC = Pattern.compile("[0-9.]+|.*:.*");

  private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|.*:.*");

  /** Names of other files that are made. */
  private static final Pattern TAKEN = Pattern.compile("(?i)ca|ca-key|client-.*");

  private static final Pattern CLIENT = Pattern.compile("[A-Za-z0-9@._-]{1,64}");
  private static final Pattern ORG = Pattern.compile("[A-Za-z0-9@._-]{0,100}");

  private final Launcher launcher;

  @Option(
      names = {"-c", "--conf"},
      paramLabel = "FILE",
      scope = ScopeType.INHERIT,
      description = {
        "The configuration file, which says where the data folder is. Without it: "
            + Documents.PLACES
            + ", else ./weir-data."
      })
  @Nullable Path conf;

  @Spec CommandSpec spec = CommandSpec.create();

  CertCommand(Launcher launcher) {
    this.launcher = launcher;
  }

  /** How certificates are told. */
  static final class Printing {
    @Option(
        names = {"-o", "--output"},
        paramLabel = "FORM",
        defaultValue = "text",
        description = "${COMPLETION-CANDIDATES}: for people, or for programs with Tyk's names.")
    OutputForm output = OutputForm.TEXT;

    @Option(names = "--json", description = "The same as -o json.")
    boolean json;

    OutputForm form() {
      return json ? OutputForm.JSON : output;
    }
  }

  @Command(
      name = "add",
      description = {
        "Takes certificates into the store and prints their ids. Each PEM file holds one"
            + " certificate, the rest of its chain, and its private key if there is one and"
            + " --key does not name it."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  weir cert add server.pem --key server.key", "  weir cert add client-ca.pem"})
  int add(
      @Parameters(arity = "1..*", paramLabel = "FILE", description = "PEM files.") List<Path> files,
      @Option(names = "--key", paramLabel = "FILE", description = "The private key.")
          @Nullable Path key,
      @Option(
              names = "--org",
              paramLabel = "ORG",
              defaultValue = "",
              description = "The org_id that goes in front of the ids; none by default.")
          String org) {
    if (key != null && files.size() > 1) {
      throw wrong("--key belongs to one certificate, add the others by themselves");
    }
    if (!ORG.matcher(org).matches()) {
      throw wrong("--org: " + org + " has more than letters, digits and ._@- in it");
    }
    return launcher.cert(conf, new CertRequest.Add(files, key, org));
  }

  @Command(
      name = "list",
      description = "Lists the certificates of the store, and how long they last.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir cert list", "  weir cert list -o yaml"})
  int list(@Mixin Printing printing) {
    return launcher.cert(conf, new CertRequest.ListAll(printing.form()));
  }

  @Command(
      name = "show",
      description = "Tells all about a certificate, but for its private key.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir cert show ID", "  weir cert show ID -o json"})
  int show(
      @Parameters(paramLabel = "ID", description = "As weir cert list has it.") String id,
      @Mixin Printing printing) {
    return launcher.cert(conf, new CertRequest.Show(id, printing.form()));
  }

  @Command(
      name = "remove",
      description = {
        "Forgets certificates and their private keys. A gateway that runs goes on with them until"
            + " it stops."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  weir cert remove ID", "  weir cert remove --conf tyk.conf ID"})
  int remove(
      @Parameters(arity = "1..*", paramLabel = "ID", description = "As weir cert list has them.")
          List<String> ids) {
    return launcher.cert(conf, new CertRequest.Remove(ids));
  }

  @Command(
      name = "dev",
      description = {
        "Makes a certificate for a server, by a certificate authority for development, which is"
            + " made the first time. Tells what to do with them.",
        "",
        "Whoever has the authority's key can pose as any host to those who trust it."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  weir cert dev localhost 127.0.0.1",
        "  weir cert dev gateway.test --client joe --out certs"
      })
  int dev(
      @Parameters(
              arity = "1..*",
              paramLabel = "NAME",
              description = "Host names, *.names and addresses that the server is called by.")
          List<String> hosts,
      @Option(
              names = "--client",
              paramLabel = "NAME",
              description = "Makes a certificate for a client, too; may be repeated.")
          @Nullable List<String> clients,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              description = "Where to write, dev in the data folder by default.")
          @Nullable Path out) {
    List<String> names = clients == null ? new ArrayList<>() : clients;
    hosts.forEach(this::checkHost);
    checkFile(hosts.getFirst());
    names.forEach(name -> check("--client", CLIENT, name, "letters, digits and @._-"));
    return launcher.cert(conf, new CertRequest.Dev(hosts, names, out));
  }

  private void checkHost(String host) {
    String needed = "a host name or an address";
    check("NAME", HOST, host, needed);
    if (NUMERIC.matcher(host).matches() && !isAddress(host)) {
      throw wrong("NAME: %s cannot be, %s is needed".formatted(host, needed));
    }
  }

  private static boolean isAddress(String text) {
    try {
      InetAddress.ofLiteral(text);
      return ADDRESS.matcher(text).matches();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Clients get the authority's file, in which no key of a server may be. */
  private void checkFile(String first) {
    if (TAKEN.matcher(first).matches()) {
      throw wrong(
          "NAME: %s cannot be the first, its file would be that of the authority or of a client,"
                  .formatted(first)
              + " write another name before it");
    }
  }

  private void check(String option, Pattern pattern, String value, String needed) {
    if (!pattern.matcher(value).matches() || value.contains("..")) {
      throw wrong("%s: %s cannot be, %s is needed".formatted(option, value, needed));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
