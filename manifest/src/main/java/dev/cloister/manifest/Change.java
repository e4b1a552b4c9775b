package dev.cloister.manifest;

/**
 * One difference between two manifests.
 *
 * @param subject what changes, for example {@code workload default/kv}
 * @param words how, for people
 * @param guarded whether it needs the recovery quorum besides the update quorum
 */
public record Change(String subject, String words, boolean guarded) {

  @Override
  public String toString() {
    return subject + ": " + words + (guarded ? " [needs recovery owners too]" : "");
  }
}
