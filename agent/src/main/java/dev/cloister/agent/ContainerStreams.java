package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import dev.cloister.policy.InstanceId;
import dev.cloister.rpc.MuxStream;
import dev.cloister.rpc.StreamAcceptor;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Gives the host what containers print, as far as the policy opens it. Names of streams: {@code
 * INSTANCE/stdout}, {@code INSTANCE/stderr}, {@code INSTANCE/EXEC/stdout} and {@code
 * INSTANCE/EXEC/stderr}.
 */
final class ContainerStreams implements StreamAcceptor {

  private static final int PIECE = 8192;

  private final Boot boot;

  ContainerStreams(Boot boot) {
    this.boot = boot;
  }

  @Override
  public void accept(String name, MuxStream stream) {
    OutputBuffer buffer = find(boot.pod().runs(), name);
    if (buffer == null) {
      throw new CloisterException(AgentError.STREAM, name, "no such stream is open");
    }
    byte[] piece = new byte[PIECE];
    OutputBuffer.Taker host = new Host(stream);
    try {
      int got = buffer.take(piece, host);
      while (got >= 0) {
        stream.write(piece, 0, got);
        got = buffer.take(piece, host);
      }
    } catch (IOException _) {
      // The host has gone, or wants no more of it.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** The host at the other end of a stream. */
  private record Host(MuxStream stream) implements OutputBuffer.Taker {
    @Override
    public boolean isGone() {
      return stream.isOver();
    }
  }

  private static @Nullable OutputBuffer find(Runs runs, String name) {
    int first = name.indexOf('/');
    int last = name.lastIndexOf('/');
    if (first < 0) {
      return null;
    }
    InstanceId instance = new InstanceId(name.substring(0, first));
    String stream = name.substring(last + 1);
    if (first == last) {
      return runs.get(instance).output(stream);
    }
    ContainerRun.CommandRun command = runs.command(instance, name.substring(first + 1, last));
    return switch (stream) {
      case "stdout" -> command.stdout();
      case "stderr" -> command.stderr();
      default -> null;
    };
  }
}
