package dev.cloister.e2e;

import dev.cloister.encoding.ErrorCode;

/** What goes wrong in the demo and in whole-system tests. */
enum E2eError implements ErrorCode {
  NOT_REFUSED(
      "CL-E2E-001",
      "An attack was not refused, or not by the part and for the reason that it should be.",
      "Treat this as a security bug: find out which check did not hold.",
      Kind.REFUSED),
  REGISTRY_FAILED(
      "CL-E2E-002",
      "The registry on loopback did not start.",
      "Read what it said; 'cloister doctor --for run' names what this machine lacks.",
      Kind.ENVIRONMENT),
  STEP_FAILED(
      "CL-E2E-003",
      "A step of the demo did not give what it should.",
      "Read what was seen instead; 'cloister demo --keep' leaves everything running for a look.",
      Kind.ENVIRONMENT),
  LEFT_BEHIND(
      "CL-E2E-004",
      "Something of the demo is still there after its end.",
      "End what is named, and report this as a bug.",
      Kind.ENVIRONMENT);

  private final String code;
  private final String meaning;
  private final String remedy;
  private final Kind kind;

  E2eError(String code, String meaning, String remedy, Kind kind) {
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
