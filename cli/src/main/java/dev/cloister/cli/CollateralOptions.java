package dev.cloister.cli;

import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.collateral.CollateralFinder;
import dev.cloister.collateral.VendorServices;
import dev.cloister.encoding.CloisterException;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where collateral comes from, and how old it may be. */
final class CollateralOptions {

  @Mixin private CacheOptions cache = new CacheOptions();

  @Option(
      names = "--service",
      paramLabel = "URL",
      description = "A cache that serves what the vendors serve, in place of the vendors.")
  private @Nullable String service;

  @Option(
      names = "--max-age",
      paramLabel = "HOURS",
      defaultValue = "24",
      description = "How old what is kept here may be, in hours (default: ${DEFAULT-VALUE}).")
  private int maxAge = 24;

  CollateralFinder finder(Locations locations) {
    return new CollateralFinder(
        service == null ? VendorServices.vendors() : VendorServices.at(address(service)),
        cache.open(locations),
        EvidenceVerifier.forHardware(),
        hours(maxAge),
        InstantSource.system(),
        Thread::sleep);
  }

  /** An age that was given in hours. */
  static Duration hours(int hours) {
    if (hours < 0 || hours > 24 * 365) {
      throw new CloisterException(CliError.WRONG_USE, "--max-age", "0 to 8760 hours");
    }
    return Duration.ofHours(hours);
  }

  private static URI address(String text) {
    if (!text.matches("https?://[A-Za-z0-9.\\[\\]:-]+(/[A-Za-z0-9._/-]*)?")) {
      throw new CloisterException(CliError.WRONG_USE, "--service", "no address of a service");
    }
    return URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
  }
}
