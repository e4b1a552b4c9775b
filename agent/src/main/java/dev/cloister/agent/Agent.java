package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.AgentService;
import dev.cloister.rpc.RpcLimits;
import dev.cloister.rpc.RpcServer;
import dev.cloister.rpc.SerialPort;
import dev.cloister.rpc.StreamMux;
import java.io.IOException;
import java.util.List;

/** The agent's main program. It takes no arguments; what it is to do, the measured VM says. */
public final class Agent {

  /** Frames: the content of a ConfigMap (1 MiB) and its names. */
  private static final RpcLimits LIMITS = new RpcLimits(1536 * 1024, 256, 4096);

  private static final StreamMux.Limits STREAM_LIMITS = new StreamMux.Limits(8 * 1024, 256);

  private Agent() {}

  /**
   * Runs until the pod is closed; then, and after anything that must not happen, the VM powers off.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    long begun = monotonicMillis();
    Machine machine = new Machine("");
    Boot boot = new Boot(machine);
    try {
      serveCalls(machine, boot, begun);
      boot.run();
      Pod pod = boot.pod();
      Console.say("initdata " + boot.digest().toHex() + " agrees with the evidence");
      serveStreams(machine, boot);
      Kernel.warmUp();
      pod.closeNetwork();
      Console.say("the network is closed");
    } catch (CloisterException e) {
      Console.fatal(String.valueOf(e.getMessage()));
    } catch (RuntimeException | IOException e) {
      Console.fatal(e.toString());
    }
  }

  /** Milliseconds of the monotonic clock, which Linux counts from its start. */
  static long monotonicMillis() {
    return System.nanoTime() / 1_000_000;
  }

  private static void serveCalls(Machine machine, Boot boot, long begun) throws IOException {
    AgentService.Dispatcher dispatcher =
        new AgentService.Dispatcher(new AgentEndpoint(boot, begun));
    RpcServer server =
        new RpcServer(
            List.of(new RecordedService(dispatcher, boot)), LIMITS, new AgentThreads("call"));
    SerialPort port = new SerialPort(machine.port("cloister.agent"));
    new Thread(new Serving(server, port), "calls").start();
  }

  /** The thread that reads calls; the agent lives as long as it does. */
  private record Serving(RpcServer server, SerialPort port) implements Runnable {
    @Override
    public void run() {
      try {
        server.serve(port);
        Console.fatal("the port of calls has ended");
      } catch (IOException | RuntimeException e) {
        Console.fatal("the port of calls: " + e);
      }
    }
  }

  private static void serveStreams(Machine machine, Boot boot) throws IOException {
    SerialPort port = new SerialPort(machine.port("cloister.streams"));
    AgentThreads.start("streams", new Streaming(port, new ContainerStreams(boot)));
  }

  /** The thread that reads what the host says about streams. */
  private record Streaming(SerialPort port, ContainerStreams streams) implements Runnable {
    @Override
    public void run() {
      try {
        StreamMux.serve(port, STREAM_LIMITS, new AgentThreads("stream"), streams);
      } catch (IOException e) {
        Console.say("the port of streams: " + e.getMessage());
      }
    }
  }
}
