package dev.cloister.cli;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The time of a check. */
final class TimeOption {

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description =
          "The time at which everything must be valid, like 2026-01-01T00:00:00Z (default: now).")
  private @Nullable String at;

  /** The time that was named, or else the clock's. */
  Instant time(InstantSource clock) {
    return at == null ? clock.instant() : EvidenceRequest.time(at, "--at");
  }
}
