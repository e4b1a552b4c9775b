package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * HAProxy as a process of the agent: started, watched, started anew where it ends. While it does
 * not run nothing passes, because the rules lead to nobody. Safe for any thread.
 */
final class Proxy {

  /** Takes each line that HAProxy logs. */
  interface Log {
    /** One line. */
    void line(String text);
  }

  private static final long ANSWER_MILLIS = 30_000;
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 5_000;
  private static final long STEADY_MILLIS = 10_000;
  private static final int MAX_SAID = 4096;

  private final List<String> command;
  private final String base;
  private final Log log;
  private final ProxySocket socket;
  private @Nullable Process process;
  private boolean stopped;
  private int starts;
  private String said = "";

  /**
   * A proxy that does not run yet.
   *
   * @param command HAProxy, and what stands before it
   * @param base a directory of its own; {@code current} in it leads to the configuration
   */
  Proxy(List<String> command, String base, Log log) {
    this.command = List.copyOf(command);
    this.base = base;
    this.log = log;
    this.socket = new ProxySocket(base + "/master.sock");
  }

  ProxySocket socket() {
    return socket;
  }

  /** How often it has been started. */
  synchronized int starts() {
    return starts;
  }

  /** Whether the process is there. */
  synchronized boolean isAlive() {
    Process running = process;
    return running != null && running.isAlive();
  }

  /** Starts it, where it has not been started, and waits until it answers. */
  void start() {
    boolean first;
    synchronized (this) {
      first = process == null;
      if (first) {
        process = launch();
      }
    }
    if (first) {
      AgentThreads.start("proxy", this::watch);
    }
    awaitAnswer();
  }

  private Process launch() {
    new File(socket.path()).delete();
    List<String> line = new ArrayList<>(command);
    line.addAll(
        List.of(
            "-W",
            "-db",
            "-S",
            socket.path() + ",mode,600",
            "-f",
            base + "/current/" + ProxyConfiguration.CONFIGURATION));
    Process launched = Programs.start("haproxy", new ProcessBuilder(line));
    starts++;
    AgentThreads.start("proxy-log", new Reading(this, launched, true));
    AgentThreads.start("proxy-says", new Reading(this, launched, false));
    return launched;
  }

  /** Reads one stream of the process to its end. */
  private record Reading(Proxy proxy, Process process, boolean isLog) implements Runnable {
    @Override
    public void run() {
      try (BufferedReader in =
          new BufferedReader(
              new InputStreamReader(
                  isLog ? process.getInputStream() : process.getErrorStream(),
                  StandardCharsets.UTF_8))) {
        String line = in.readLine();
        while (line != null) {
          take(line);
          line = in.readLine();
        }
      } catch (IOException _) {
        // The process has ended.
      }
    }

    private void take(String line) {
      if (isLog) {
        proxy.log.line(line);
      } else {
        proxy.says(line);
      }
    }
  }

  private synchronized void says(String line) {
    if (line.startsWith("[ALERT]") || line.startsWith("[WARNING]")) {
      said = line.length() > MAX_SAID ? line.substring(0, MAX_SAID) : line;
    }
  }

  /** The latest complaint, or nothing. */
  synchronized String said() {
    return said;
  }

  /** Starts it anew each time that it ends. */
  private void watch() {
    long pause = FIRST_PAUSE_MILLIS;
    try {
      while (true) {
        long begun = Agent.monotonicMillis();
        Process running = running();
        int code = running.waitFor();
        synchronized (this) {
          if (stopped) {
            return;
          }
        }
        Console.say("the proxy has ended with code " + code + ": " + said());
        boolean steady = Agent.monotonicMillis() - begun > STEADY_MILLIS;
        pause = steady ? FIRST_PAUSE_MILLIS : Math.min(LONGEST_PAUSE_MILLIS, 2 * pause);
        Thread.sleep(pause);
        relaunch();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Process running() {
    Process running = process;
    if (running == null) {
      throw new IllegalStateException("watched before it was started");
    }
    return running;
  }

  private synchronized void relaunch() {
    if (!stopped) {
      process = launch();
    }
  }

  private void awaitAnswer() {
    long end = Agent.monotonicMillis() + ANSWER_MILLIS;
    while (true) {
      try {
        if (workers().containsValue(0)) {
          return;
        }
      } catch (CloisterException e) {
        if (Agent.monotonicMillis() > end) {
          throw new CloisterException(AgentError.MESH, "mesh.proxy", e.detail() + " " + said(), e);
        }
      }
      if (Agent.monotonicMillis() > end) {
        throw new CloisterException(AgentError.MESH, "mesh.proxy", "it does not answer: " + said());
      }
      Machine.pause();
    }
  }

  /** Process ids of the workers, with how many reloads each has lived through. */
  Map<Integer, Integer> workers() {
    Map<Integer, Integer> workers = new TreeMap<>();
    for (String line : socket.ask("show proc").split("\n", -1)) {
      String[] words = line.strip().split("\\s+", -1);
      if (words.length > 2 && words[1].equals("worker")) {
        workers.put(Integer.parseInt(words[0]), Integer.parseInt(words[2]));
      }
    }
    return workers;
  }

  /** Ends it. */
  synchronized void stop() {
    stopped = true;
    Process running = process;
    if (running != null) {
      running.destroy();
    }
  }
}
