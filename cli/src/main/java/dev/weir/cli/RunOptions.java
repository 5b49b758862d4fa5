package dev.weir.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What {@code weir run} was asked for.
 *
 * @param conf the configuration file; null: look in the usual places
 * @param port the main port; null: as the configuration says
 * @param log how to log
 */
public record RunOptions(@Nullable Path conf, @Nullable Integer port, LogOptions log) {}
