package dev.cloister.collateral;

import dev.cloister.encoding.ErrorCode;

/** Why collateral could not be had. */
public enum CollateralError implements ErrorCode {
  /** A vendor's service could not be reached, or did not answer in time. */
  UNREACHABLE(
      "CL-COL-001",
      "A vendor's service could not be reached, or did not answer in time.",
      "Try again later, or import a bundle that was exported elsewhere.",
      Kind.ENVIRONMENT),
  /** A vendor's service does not have what was asked for. */
  NOT_THERE(
      "CL-COL-002",
      "A vendor's service does not have what was asked for.",
      "Check that the evidence is of a genuine processor of this vendor.",
      Kind.ENVIRONMENT),
  /** The answer of a service is larger than such answers are. */
  TOO_LARGE(
      "CL-COL-003",
      "The answer of a service is larger than such answers are.",
      "Check which service answers at the address.",
      Kind.REFUSED),
  /** With what was fetched, the evidence is not authentic. */
  NOT_GENUINE(
      "CL-COL-004",
      "With what was fetched, the evidence is not authentic.",
      "Trust neither the evidence nor the service before it is known which of them is wrong.",
      Kind.REFUSED),
  /** The store of collateral cannot be used. */
  STORE(
      "CL-COL-005",
      "The store of collateral cannot be used.",
      "Make its directory accessible, or delete it.",
      Kind.ENVIRONMENT),
  /** A bundle holds something that does not verify; nothing of it was stored. */
  BUNDLE_REFUSED(
      "CL-COL-006",
      "A bundle holds something that does not verify; nothing of it was stored.",
      "Export the bundle again; if it stays so, do not trust where it comes from.",
      Kind.REFUSED);

  private final String code;
  private final String meaning;
  private final String remedy;
  private final Kind kind;

  CollateralError(String code, String meaning, String remedy, Kind kind) {
    this.code = code;
    this.meaning = meaning;
    this.remedy = remedy;
    this.kind = kind;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public String meaning() {
    return meaning;
  }

  @Override
  public String remedy() {
    return remedy;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
