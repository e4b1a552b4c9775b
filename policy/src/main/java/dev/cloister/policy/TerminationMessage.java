package dev.cloister.policy;

/**
 * The file in which a container may leave a last message.
 *
 * @param path absolute, in the container
 * @param release whether the host gets its first 4096 bytes when the container has ended
 */
public record TerminationMessage(String path, Release release) {

  /** Kubernetes' path, read by nobody. */
  public static final TerminationMessage CLOSED =
      new TerminationMessage("/dev/termination-log", Release.NONE);

  public TerminationMessage {
    Grammar.require(
        Grammar.isAbsolutePath(path) && !path.equals("/"),
        "terminationMessage.path",
        "a clean absolute path below the root",
        path);
  }
}
