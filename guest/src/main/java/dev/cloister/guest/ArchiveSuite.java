package dev.cloister.guest;

/**
 * The suites that packages come from, in the order in which equal versions are preferred. Debian 13
 * has its point releases, the updates between them, and the security suite under an archive root of
 * its own.
 */
public enum ArchiveSuite {
  TRIXIE("trixie", Root.DEBIAN),
  TRIXIE_UPDATES("trixie-updates", Root.DEBIAN),
  TRIXIE_SECURITY("trixie-security", Root.SECURITY);

  private final String suiteName;
  private final Root root;

  ArchiveSuite(String suiteName, Root root) {
    this.suiteName = suiteName;
    this.root = root;
  }

  /** The name below {@code dists/}. */
  public String suiteName() {
    return suiteName;
  }

  /** The archive root that the suite and its packages lie under. */
  public Root root() {
    return root;
  }

  /** The two roots of Debian's archive. */
  public enum Root {
    /** The main archive. */
    DEBIAN("debian"),
    /** The security archive. */
    SECURITY("debian-security");

    private final String rootName;

    Root(String rootName) {
      this.rootName = rootName;
    }

    /** The name in lock files. */
    public String rootName() {
      return rootName;
    }
  }
}
