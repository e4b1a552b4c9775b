package dev.cloister.guest;

import dev.cloister.encoding.ErrorCode;

/** What building and opening images refuses. */
public enum GuestError implements ErrorCode {
  SOURCES_UNUSABLE(
      "CL-GST-001",
      "The host's apt configuration names no Debian archive.",
      "Name the archive in CLOISTER_DEBIAN_ARCHIVE, or add a Debian source to apt's.",
      Kind.ENVIRONMENT),
  ARCHIVE_UNREACHABLE(
      "CL-GST-002",
      "The Debian archive did not give a file.",
      "Check the network, the proxy and the address in apt's sources, then run it again.",
      Kind.ENVIRONMENT),
  SIGNATURE_NOT_TRUSTED(
      "CL-GST-003",
      "A release index has no good signature by a pinned key of Debian's archive.",
      "Use another mirror; this one, or the way to it, changes what Debian signed.",
      Kind.REFUSED),
  INDEX_MISMATCH(
      "CL-GST-004",
      "An index is not the one that the signed release names.",
      "Run it again in some minutes, or use another mirror.",
      Kind.REFUSED),
  INDEX_OUTDATED(
      "CL-GST-005",
      "A signed release index is older than its own time limit.",
      "Use a mirror that is up to date, and check this machine's clock.",
      Kind.REFUSED),
  INDEX_MALFORMED(
      "CL-GST-006",
      "An index does not follow Debian's format.",
      "Use another mirror.",
      Kind.REFUSED),
  PACKAGE_UNKNOWN(
      "CL-GST-007",
      "No suite of the archive has a package of this name.",
      "Correct the list of packages.",
      Kind.REFUSED),
  PACKAGE_GONE(
      "CL-GST-008",
      "A locked package is not in the archive any more.",
      "Run 'cloister guest lock' to lock today's versions; reference values change with them.",
      Kind.ENVIRONMENT),
  PACKAGE_MISMATCH(
      "CL-GST-009",
      "A package does not have the locked size and digest.",
      "Use another mirror; never change the lock file by hand.",
      Kind.REFUSED),
  LOCK_INVALID(
      "CL-GST-010",
      "The lock file can't be used.",
      "Run 'cloister guest lock' to write it anew.",
      Kind.REFUSED),
  ARCHIVE_MALFORMED(
      "CL-GST-011", "A package is not a well-formed .deb.", "Use another package.", Kind.REFUSED),
  ELF_MALFORMED(
      "CL-GST-012",
      "A program, library or kernel module is not a well-formed 64-bit ELF file.",
      "Use another package.",
      Kind.REFUSED),
  LIBRARY_MISSING(
      "CL-GST-013",
      "A program needs a library that no locked package has.",
      "Add the package of the library to the recipe and run 'cloister guest lock'.",
      Kind.REFUSED),
  FILE_MISSING(
      "CL-GST-014",
      "A file that the recipe wants is in no locked package.",
      "Correct the recipe.",
      Kind.REFUSED),
  MODULE_MISSING(
      "CL-GST-015",
      "A kernel module is neither in the kernel package nor built in.",
      "Correct the recipe's list of modules.",
      Kind.REFUSED),
  STEP_FAILED(
      "CL-GST-016",
      "A program that a build runs failed.",
      "Read its output above; building needs root, or user namespaces.",
      Kind.ENVIRONMENT),
  IMAGE_INVALID(
      "CL-GST-017",
      "The directory does not hold a whole guest image.",
      "Delete the directory and build the image again.",
      Kind.REFUSED),
  STORAGE_FAILED(
      "CL-GST-018",
      "Writing or reading files of the build failed.",
      "Check free space and permissions of the cache directory.",
      Kind.ENVIRONMENT),
  RECIPE_INVALID(
      "CL-GST-019", "A recipe for images can't be used.", "Correct the recipe.", Kind.USAGE);

  private final String code;
  private final String meaning;
  private final String remedy;
  private final Kind kind;

  GuestError(String code, String meaning, String remedy, Kind kind) {
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
