package dev.cloister.policy;

/**
 * Who reads what a container prints. It is drained in any case.
 *
 * @param stdout standard output
 * @param stderr standard error
 */
public record LogPolicy(Release stdout, Release stderr) {

  /** Nobody reads anything: the default. */
  public static final LogPolicy CLOSED = new LogPolicy(Release.NONE, Release.NONE);

  /** The host reads both. */
  public static final LogPolicy OPEN = new LogPolicy(Release.HOST, Release.HOST);
}
