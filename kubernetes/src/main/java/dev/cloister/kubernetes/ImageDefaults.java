package dev.cloister.kubernetes;

import java.util.List;

/**
 * What the image's own configuration says (OCI image specification, config).
 *
 * @param entrypoint its Entrypoint
 * @param command its Cmd
 * @param env its Env, each {@code NAME=value}
 * @param user its User: empty, or a name or number, possibly with {@code :group}
 * @param workingDir its WorkingDir, or empty
 * @param volumes paths of its Volumes
 * @param stopSignal its StopSignal, or empty
 */
public record ImageDefaults(
    List<String> entrypoint,
    List<String> command,
    List<String> env,
    String user,
    String workingDir,
    List<String> volumes,
    String stopSignal) {

  /** An image whose configuration says nothing. */
  public static final ImageDefaults NONE =
      new ImageDefaults(List.of(), List.of(), List.of(), "", "", List.of(), "");

  public ImageDefaults {
    entrypoint = List.copyOf(entrypoint);
    command = List.copyOf(command);
    env = List.copyOf(env);
    volumes = List.copyOf(volumes);
  }
}
