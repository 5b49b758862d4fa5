package dev.weir.app;

import dev.weir.cli.CertRequest;
import dev.weir.cli.DemoOptions;
import dev.weir.cli.Documents;
import dev.weir.cli.ExitCode;
import dev.weir.cli.Launcher;
import dev.weir.cli.LogOptions;
import dev.weir.cli.RunOptions;
import dev.weir.cli.StoreRequest;
import dev.weir.cli.Terminal;
import dev.weir.compiler.ApiStatus;
import dev.weir.compiler.Compilation;
import dev.weir.compiler.Misconfigured;
import dev.weir.compiler.RightsChecks;
import dev.weir.model.ApiDefinition;
import dev.weir.model.ApiFolder;
import dev.weir.model.ApiReader;
import dev.weir.model.ControlFiles;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import dev.weir.model.Secret;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that the command line can start. */
final class Weir implements Launcher {
  private final Terminal terminal;
  private final OutputStream logOut;
  private final StopSignal stop;
  private final Predicate<Runnable> onReload;
  private final ReloadSignal hangUp = new ReloadSignal();

  /**
   * @param logOut where the log goes
   * @param stop tells when to stop serving
   * @param onReload takes what is to be done when a reload is wished for; says whether it will be
   */
  Weir(Terminal terminal, OutputStream logOut, StopSignal stop, Predicate<Runnable> onReload) {
    this.terminal = terminal;
    this.logOut = logOut;
    this.stop = stop;
    this.onReload = onReload;
  }

  /** Logs to the process's standard error and stops at its signals. */
  static Weir ofProcess(Terminal terminal) {
    // Not System.err, which keeps quiet about what cannot be written.
    OutputStream standardError = new FileOutputStream(FileDescriptor.err);
    return new Weir(terminal, standardError, StopSignal.ofProcess(), Signals::onReload);
  }

  @Override
  public int run(RunOptions options) {
    stop.listen();
    boolean reloads = onReload.test(hangUp::signal);
    Documents documents = Documents.read(options.conf(), options.port(), terminal.environment());
    GatewayConfig config = documents.config();
    ApiFolder apis = documents.apis();
    ApiReader reader = documents.reader();
    if (config == null || apis == null || reader == null) {
      return refuse(documents.configProblems());
    }
    if (apis.folderProblems().stream().anyMatch(Problem::isError)) {
      return refuse(documents.problems());
    }
    try (Log log = startLog(options.log(), config)) {
      if (!reloads) {
        logger().warn("this process ignores HUP, as after nohup, so no signal makes it reload");
      }
      return run(documents, withSecret(config), apis, reader, log);
    }
  }

  /** Without the file there is no control API, and calls are served all the same. */
  private static GatewayConfig withSecret(GatewayConfig config) {
    if (config.controlApi().secret().isSet()) {
      return config;
    }
    var files = new ControlFiles(config.weir().dataDir());
    try {
      GatewayConfig complete = config.withSecret(ControlSecret.of(files));
      logger().atInfo().addKeyValue("file", files.secret()).log("secret of the control API");
      return complete;
    } catch (IOException e) {
      logger()
          .atWarn()
          .addKeyValue("reason", e)
          .log("no control API, since there is no secret: set one, or weir.data_dir");
      return config;
    }
  }

  private int run(
      Documents documents, GatewayConfig config, ApiFolder apis, ApiReader reader, Log log) {
    StartReport report = new StartReport(logger());
    report.documents(documents, config);
    try (PidFile pidFile = PidFile.of(config);
        Gateway gateway = Gateway.start(config, apis, reader, log::lost);
        Reloads reloads = new Reloads(gateway, reader);
        FolderWatch _ = watch(config, gateway, reloads)) {
      hangUp.to(reloads::request);
      report.started(gateway, config);
      pidFile.write();
      LeftDrafts.remove(config, logger());
      stop.await();
      return drain(gateway, config);
    } catch (Misconfigured e) {
      return refuse(e.problems());
    } catch (IOException e) {
      logger().atError().addKeyValue("error", e.getMessage()).log("cannot start");
      return ExitCode.REFUSED;
    }
  }

  private static @Nullable FolderWatch watch(
      GatewayConfig config, Gateway gateway, Reloads reloads) {
    return config.weir().autoReload()
        ? FolderWatch.start(gateway.folders(), reloads::request)
        : null;
  }

  @Override
  public List<Problem> check(GatewayConfig config, List<ApiDefinition> apis) {
    // Whatever it will be: the control API has its place.
    GatewayConfig controlled = config.withSecret(new Secret("any"));
    Compilation compiled = Gateway.compile(controlled, new Health(), apis);
    List<Problem> problems = new ArrayList<>(compiled.problems());
    problems.addAll(compiled.warnings());
    for (ApiStatus status : compiled.apis()) {
      switch (status) {
        case ApiStatus.Serving(ApiDefinition _, int _, List<Problem> found) ->
            problems.addAll(found);
        case ApiStatus.Refused(ApiDefinition _, Problem problem) -> problems.add(problem);
        case ApiStatus.Internal _, ApiStatus.Closed _ -> {}
      }
    }
    problems.addAll(new RightsChecks(Gateway.matching(config.http().paths())).all(config, apis));
    return problems;
  }

  @Override
  public int cert(@Nullable Path conf, CertRequest request) {
    return new CertCommands(terminal, InstantSource.system()).run(conf, request);
  }

  @Override
  public int store(@Nullable Path conf, StoreRequest request) {
    return new StoreCommands(terminal).run(conf, request);
  }

  @Override
  public int demo(DemoOptions options) {
    stop.listen();
    return new Demo(terminal, logOut, stop).run(options);
  }

  private static int drain(Gateway gateway, GatewayConfig config) {
    Duration grace = config.operation().gracefulShutdown();
    logger().atInfo().addKeyValue("seconds", grace.toSeconds()).log("draining open calls");
    gateway.announceStop();
    StopSignal.pause(config.operation().shutdownDelay());
    boolean clean = gateway.drain(grace);
    logger().info(clean ? "stopped" : "stopped, and cut the calls that were still open");
    return ExitCode.OK;
  }

  private int refuse(List<Problem> problems) {
    problems.forEach(terminal.err()::println);
    terminal.err().println("weir: not started: " + Problem.summary(problems));
    return ExitCode.REFUSED;
  }

  private Log startLog(LogOptions flags, GatewayConfig config) {
    LogSettings settings =
        LogSettings.choose(
            flags,
            terminal.environment(),
            config.settings().text("log_format"),
            config.settings().text("log_level"));
    return Log.start(settings, terminal, logOut);
  }

  private static Logger logger() {
    return LoggerFactory.getLogger(Weir.class);
  }
}
