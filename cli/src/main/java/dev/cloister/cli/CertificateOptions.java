package dev.cloister.cli;

import dev.cloister.manifest.CertificateRules;
import picocli.CommandLine.Option;

/** How long the certificates live that a manifest lets the Coordinator issue. */
final class CertificateOptions {

  @Option(
      names = "--certificate-lifetime",
      paramLabel = "TIME",
      defaultValue = "1d",
      description =
          "How long a workload's certificate lives, 60s to 90d; it is renewed at two thirds (default:"
              + " ${DEFAULT-VALUE}).")
  private String lifetime = "1d";

  @Option(
      names = "--certificate-grace",
      paramLabel = "TIME",
      defaultValue = "1h",
      description =
          "How long certificates of the transition before stay accepted after a newer one, up to 30d"
              + " (default: ${DEFAULT-VALUE}).")
  private String grace = "1h";

  CertificateRules rules() {
    return new CertificateRules(
        PlainDuration.parse("--certificate-lifetime", lifetime),
        PlainDuration.parse("--certificate-grace", grace));
  }
}
