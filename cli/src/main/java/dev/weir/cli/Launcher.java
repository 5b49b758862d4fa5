package dev.weir.cli;

import dev.weir.model.ApiDefinition;
import dev.weir.model.GatewayConfig;
import dev.weir.model.Problem;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the command line can start; implemented by the application. */
public interface Launcher {

  /** Serves what a configuration file says until the process is told to stop. */
  int run(RunOptions options);

  /**
   * Looks for what is wrong with definitions only together: ports that the configuration does not
   * open, and paths that two of them want. Starts nothing.
   */
  List<Problem> check(GatewayConfig config, List<ApiDefinition> apis);

  /**
   * Does something about certificates.
   *
   * @param conf the configuration file; null: look in the usual places
   */
  int cert(@Nullable Path conf, CertRequest request);

  /**
   * Does something about the store.
   *
   * @param conf as for {@link #cert}
   */
  int store(@Nullable Path conf, StoreRequest request);

  /** Serves the demo until the process is told to stop. */
  int demo(DemoOptions options);
}
