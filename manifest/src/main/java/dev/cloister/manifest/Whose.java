package dev.cloister.manifest;

/** The groups of owners whose agreement a transition may need. */
public enum Whose {
  /** The update owners in force: always. */
  UPDATE("update owners", ManifestError.QUORUM_MISSING),
  /** The recovery owners in force: where the transition changes what could take the seed. */
  RECOVERY("recovery owners", ManifestError.RECOVERY_QUORUM_MISSING),
  /** The update owners that the transition names: where it changes the owners. */
  NEW_UPDATE("new update owners", ManifestError.NEW_OWNERS_MISSING),
  /** The recovery owners that the transition names: where it changes the owners. */
  NEW_RECOVERY("new recovery owners", ManifestError.NEW_OWNERS_MISSING);

  private final String words;
  private final ManifestError missing;

  Whose(String words, ManifestError missing) {
    this.words = words;
    this.missing = missing;
  }

  /** The group in words. */
  public String words() {
    return words;
  }

  /** What a transition is refused for that too few of them signed. */
  ManifestError missing() {
    return missing;
  }
}
