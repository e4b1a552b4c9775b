package dev.cloister.manifest;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.time.Duration;

/**
 * How long certificates live.
 *
 * @param lifetime of a workload's certificate: from one minute to 90 days, whole seconds
 * @param grace how long the certificate authority of the generation before stays accepted after a
 *     transition: up to 30 days, whole seconds
 */
public record CertificateRules(Duration lifetime, Duration grace) {

  /** A day, and an hour. */
  public static final CertificateRules STANDARD =
      new CertificateRules(Duration.ofDays(1), Duration.ofHours(1));

  private static final long MIN_LIFETIME = 60;
  private static final long MAX_LIFETIME = 90L * 86_400;
  private static final long MAX_GRACE = 30L * 86_400;

  public CertificateRules {
    check(lifetime, MIN_LIFETIME, MAX_LIFETIME, "certificates.lifetimeSeconds");
    check(grace, 0, MAX_GRACE, "certificates.graceSeconds");
  }

  private static void check(Duration time, long min, long max, String path) {
    if (!time.equals(Duration.ofSeconds(time.toSeconds()))
        || time.toSeconds() < min
        || time.toSeconds() > max) {
      throw new CloisterException(
          ManifestError.BAD_LIFETIME, path, "not " + min + " to " + max + " whole seconds");
    }
  }

  static CertificateRules read(JsonFields fields) {
    CertificateRules rules =
        new CertificateRules(
            Duration.ofSeconds(fields.integer("lifetimeSeconds", MIN_LIFETIME, MAX_LIFETIME)),
            Duration.ofSeconds(fields.integer("graceSeconds", 0, MAX_GRACE)));
    fields.end();
    return rules;
  }

  Json toJson() {
    return Json.object()
        .put("lifetimeSeconds", lifetime.toSeconds())
        .put("graceSeconds", grace.toSeconds())
        .build();
  }
}
