package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import dev.cloister.rpc.SimulatorMessages.LaunchResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts QEMU without measuring and without a kernel: the machine looks for something to boot and
 * stays. Enough for whatever does not speak with an agent.
 */
final class DirectLauncher implements Launcher {

  @Override
  public LaunchResponse launch(LaunchRequest request) {
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(request.prefix());
    command.add(request.qemu());
    command.addAll(request.arguments());
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(Path.of(request.directory(), "qemu.log").toFile())
              .start();
      return new LaunchResponse(process.pid(), Bytes.zeros(48));
    } catch (IOException e) {
      throw new CloisterException(NodeError.LAUNCH_REFUSED, request.id(), "cannot start", e);
    }
  }
}
