package dev.cloister.node;

import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import dev.cloister.rpc.SimulatorMessages.LaunchResponse;

/** Starts QEMU for a sandbox, outside of the daemon's own process tree. */
@FunctionalInterface
public interface Launcher {

  /**
   * Measures the boot files and starts QEMU on them.
   *
   * @throws dev.cloister.encoding.CloisterException where it refuses; then nothing runs
   */
  LaunchResponse launch(LaunchRequest request);
}
