package dev.weir.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.Json;
import java.net.URLEncoder;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code weir key}: keys of a running gateway. */
@Command(
    name = "key",
    description = {
      "Makes and changes the keys of a running gateway. What is done counts at once.",
      "",
      "A token is told once, when its key is made; from then on its hash stands for it."
    },
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  weir key create -f key.json", "  weir key rm --hash 3f9c..."})
final class KeyCommand extends GatewayCommand {
  private static final String KEYS = "/tyk/keys";

  /** In what is said about one, which must not be its token. */
  private static final String A_KEY = "the key";

  private final Terminal terminal;

  KeyCommand(Terminal terminal) {
    super(terminal);
    this.terminal = terminal;
  }

  /** What a key is called. */
  static final class Naming {
    @Option(names = "--hash", description = "NAME is the hash of a token, not the token.")
    boolean hash;

    @Option(
        names = "--org",
        paramLabel = "ORG",
        defaultValue = "",
        description = "NAME is what follows this org_id in the token.")
    String org = "";

    String path(String name, boolean dryRun) {
      return named(name) + "?hashed=" + hash + "&org_id=" + encoded(org) + "&dry_run=" + dryRun;
    }
  }

  static String named(String name) {
    return KEYS + "/" + encoded(name);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20");
  }

  @Command(
      name = "create",
      description = "Makes a key, and prints its token, which nobody can look up later.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir key create -f key.json", "  weir key create -f user.json --name alice"})
  int create(
      @Option(
              names = {"-f", "--file"},
              paramLabel = "FILE",
              required = true,
              description = "A JSON file with the key.")
          Path file,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              defaultValue = "",
              description = "What follows the org_id in its token, as for users with passwords.")
          String name,
      @Option(names = "--dry-run", description = "Checks, and makes nothing.") boolean dryRun) {
    ControlCommand command = command();
    return command.run(client -> {
      String path = (name.isEmpty() ? KEYS : named(name)) + "?dry_run=" + dryRun;
      Json done = command.done(client.ask("POST", path, JsonFile.read(file).text()));
      String token = JsonText.text(done, "key");
      command.print(done, dryRun || token.isEmpty() ? changes(done) : List.of(token));
      String hash = JsonText.text(done, "key_hash");
      command.tell(hash.isEmpty() ? A_KEY : hash, done);
    });
  }

  @Command(
      name = "import",
      description = {
        "Takes keys whose tokens only their hashes are known of, as Tyk has them in its store.",
        "",
        "FILE has a line for each: {\"hash\": \"murmur64:...\", \"session\": {...}}. What the tokens"
            + " are is found out when they are first shown. Keys that are there already stay what they are."
      },
      footerHeading = "%nExamples:%n",
      footer = {"  weir key import keys.jsonl --dry-run", "  weir key import keys.jsonl"})
  int importFile(
      @Parameters(paramLabel = "FILE", description = "A file of lines of JSON.") Path file,
      @Option(names = "--dry-run", description = "Checks, and takes nothing.") boolean dryRun,
      @Option(
              names = "--replace",
              description = "Keys that are there already become what FILE says.")
          boolean replace) {
    return command().run(client -> new KeyImport(terminal, client, dryRun, replace).run(file));
  }

  private static List<String> changes(Json done) {
    return JsonText.texts(done, "changes");
  }

  @Command(
      name = "ls",
      aliases = "list",
      description = "Prints the hashes of the keys, if enable_hashed_keys_listing is set.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir key ls", "  weir key ls --prefix 3f -o json"})
  int ls(
      @Option(
              names = "--prefix",
              paramLabel = "DIGITS",
              defaultValue = "",
              description = "Only those that begin so.")
          String prefix) {
    ControlCommand command = command();
    return command.run(client -> {
      Json found =
          ControlOptions.parsed(client.ask("GET", KEYS + "?filter=" + encoded(prefix), ""));
      command.print(found, JsonText.texts(found, "keys"));
    });
  }

  @Command(
      name = "get",
      description = "Prints a key, without its password.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir key get --hash 3f9c...", "  weir key get alice --org default -o yaml"})
  int get(
      @Parameters(paramLabel = "NAME", description = "Its token.") String name,
      @Mixin Naming naming) {
    ControlCommand command = command();
    return command.run(client -> {
      Json key = ControlOptions.parsed(client.ask("GET", naming.path(name, false), ""));
      command.print(key);
    });
  }

  @Command(
      name = "update",
      description = "Replaces a key; its token stays.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  weir key update --hash 3f9c... -f key.json --dry-run",
        "  weir key update alice --org default -f user.json"
      })
  int update(
      @Parameters(paramLabel = "NAME", description = "Its token.") String name,
      @Mixin Naming naming,
      @Option(
              names = {"-f", "--file"},
              paramLabel = "FILE",
              required = true,
              description = "A JSON file with the key.")
          Path file,
      @Option(names = "--dry-run", description = "Checks, shows what would change, writes nothing.")
          boolean dryRun) {
    ControlCommand command = command();
    return command.run(client -> {
      String text = JsonFile.read(file).text();
      ControlClient.Answer seen = client.ask("GET", naming.path(name, false), "");
      ControlOptions.parsed(seen);
      Json done = command.done(client.ask("PUT", naming.path(name, dryRun), text, seen.tag()));
      command.print(done, changes(done));
      command.tell(A_KEY, done);
    });
  }

  @Command(
      name = "rm",
      aliases = "remove",
      description = "Deletes keys.",
      footerHeading = "%nExamples:%n",
      footer = {"  weir key rm --hash 3f9c...", "  weir key rm alice bob --org default"})
  int rm(
      @Parameters(arity = "1..*", paramLabel = "NAME", description = "Their tokens.")
          List<String> names,
      @Mixin Naming naming,
      @Option(names = "--dry-run", description = "Looks for them, deletes none.") boolean dryRun) {
    ControlCommand command = command();
    return command.run(client -> {
      for (String name : names) {
        command.tell(A_KEY, command.done(client.ask("DELETE", naming.path(name, dryRun), "")));
      }
    });
  }
}
