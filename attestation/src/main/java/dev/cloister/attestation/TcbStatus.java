package dev.cloister.attestation;

import java.util.Optional;

/**
 * What Intel says about a level of firmware (Intel PCS API, TCB info version 3; DCAP Quote
 * Verification Library, "TCB status").
 */
public enum TcbStatus {
  /** Nothing is known that would be missing. */
  UP_TO_DATE("UpToDate"),
  /** Software in the TD has to protect itself against a known weakness. */
  SW_HARDENING_NEEDED("SWHardeningNeeded"),
  /** The machine has to be set up in another way. */
  CONFIGURATION_NEEDED("ConfigurationNeeded"),
  /** Both. */
  CONFIGURATION_AND_SW_HARDENING_NEEDED("ConfigurationAndSWHardeningNeeded"),
  /** Firmware is older than its last security update. */
  OUT_OF_DATE("OutOfDate"),
  /** The same, and the machine may have to be set up in another way. */
  OUT_OF_DATE_CONFIGURATION_NEEDED("OutOfDateConfigurationNeeded"),
  /** The TD was launched by an old TDX module that has been updated since: launch it again. */
  RELAUNCH_ADVISED("RelaunchAdvised"),
  /** The same, and the machine may have to be set up in another way. */
  RELAUNCH_ADVISED_CONFIGURATION_NEEDED("RelaunchAdvisedConfigurationNeeded"),
  /** Intel no longer stands for it. */
  REVOKED("Revoked");

  private final String text;

  TcbStatus(String text) {
    this.text = text;
  }

  /** Its name in JSON: Intel's own, where Intel has one. */
  public String text() {
    return text;
  }

  /** The status of this name, of those that Intel gives to a level. */
  static Optional<TcbStatus> ofLevel(String text) {
    for (TcbStatus status : values()) {
      if (status.text.equals(text) && !status.isRelaunch()) {
        return Optional.of(status);
      }
    }
    return Optional.empty();
  }

  private boolean isRelaunch() {
    return this == RELAUNCH_ADVISED || this == RELAUNCH_ADVISED_CONFIGURATION_NEEDED;
  }

  boolean isOutOfDate() {
    return this == OUT_OF_DATE || this == OUT_OF_DATE_CONFIGURATION_NEEDED;
  }

  boolean needsConfiguration() {
    return this == CONFIGURATION_NEEDED
        || this == CONFIGURATION_AND_SW_HARDENING_NEEDED
        || this == OUT_OF_DATE_CONFIGURATION_NEEDED;
  }

  /** The platform's status, made worse by that of a part (QVL, "converge TCB status"). */
  TcbStatus withPart(TcbStatus part) {
    if (this == REVOKED || part == REVOKED) {
      return REVOKED;
    }
    if (!part.isOutOfDate()) {
      return this;
    }
    return needsConfiguration() ? OUT_OF_DATE_CONFIGURATION_NEEDED : OUT_OF_DATE;
  }

  /**
   * The status of a TD that was launched under this one and runs under {@code now}, which a
   * TD-preserving update has made of it (QVL, "TD relaunch advised").
   */
  TcbStatus whileRunningUnder(TcbStatus now) {
    if (this == REVOKED || now == REVOKED) {
      return REVOKED;
    }
    if (now.isOutOfDate()) {
      return now.needsConfiguration() || needsConfiguration()
          ? OUT_OF_DATE_CONFIGURATION_NEEDED
          : OUT_OF_DATE;
    }
    if (!isOutOfDate()) {
      return this;
    }
    return needsConfiguration() || now.needsConfiguration()
        ? RELAUNCH_ADVISED_CONFIGURATION_NEEDED
        : RELAUNCH_ADVISED;
  }
}
