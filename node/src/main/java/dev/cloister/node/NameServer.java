package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers for the names of this node's pods, as a cluster's DNS would: dnsmasq on the bridge's own
 * address, which knows nothing else and asks nobody. It runs while a pod is connected, as a user
 * without rights, and is started anew when a name or an address changes, and when it has died.
 * Nobody trusts its answers: whoever connects checks who answers.
 *
 * <p>One thread looks once a second; {@link #trouble()} may be called by any.
 */
final class NameServer {

  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(5);
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final Duration LIVES = Duration.ofMillis(300);
  private static final String PROGRAM = "dnsmasq";
  static final int PORT = 53;
  private static final int MAX_TROUBLE = 400;

  private final Supplier<List<PodNames>> pods;
  private final String address;
  private final int port;
  private final Path configuration;
  private final Path output;
  private final NodeThreads threads;
  private final EventLog log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;
  private List<String> served = List.of();
  private @Nullable Process process;
  private volatile String trouble = "";

  /**
   * @param pods the pods that are connected now
   * @param address the bridge's
   * @param port {@link #PORT}, or another in tests
   * @param directory where its configuration and output are, private to root
   */
  NameServer(
      Supplier<List<PodNames>> pods,
      String address,
      int port,
      Path directory,
      NodeThreads threads,
      EventLog log) {
    this.pods = pods;
    this.address = address;
    this.port = port;
    this.configuration = directory.resolve("names.conf");
    this.output = directory.resolve("names.log");
    this.threads = threads;
    this.log = log;
  }

  /** Begins to look; ends what a former daemon left. */
  void open() {
    for (HostProcess old : HostProcess.withArgument(configurationArgument()::equals)) {
      end(old);
    }
    threads.start("names", this::look);
  }

  /** Ends it. Pods that run on get no answers until the next daemon adopts them. */
  void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
      stop();
    } finally {
      lock.unlock();
    }
  }

  /** Looks at once; returns when what pods are there now is what is served. */
  void refresh() {
    lock.lock();
    try {
      if (!closed) {
        lookOnce();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Why names cannot be asked for; empty where they can. */
  String trouble() {
    return trouble;
  }

  private void look() {
    lock.lock();
    try {
      while (!closed) {
        Duration pause = lookOnce() ? LOOK : AFTER_FAILURE;
        closing.awaitNanos(pause.toNanos());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  private boolean lookOnce() {
    try {
      serve(pods.get());
      trouble = "";
      return true;
    } catch (CloisterException e) {
      failed(e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private void failed(CloisterException e) {
    stop();
    String said = String.valueOf(e.getMessage());
    if (!said.equals(trouble)) {
      log.failure("names", address, e);
    }
    trouble = said;
  }

  private void serve(List<PodNames> connected) throws InterruptedException {
    if (connected.isEmpty()) {
      stop();
      return;
    }
    List<String> wanted = lines(connected);
    Process running = process;
    if (running != null && running.isAlive() && wanted.equals(served)) {
      return;
    }
    stop();
    start(wanted);
  }

  /** One line for each name and address, in one order. */
  static List<String> lines(List<PodNames> connected) {
    TreeSet<String> lines = new TreeSet<>();
    for (PodNames pod : connected) {
      for (String name : pod.names()) {
        for (String ip : pod.addresses()) {
          lines.add("host-record=" + name + "." + PodNames.CLUSTER_DOMAIN + "," + name + "," + ip);
        }
      }
    }
    return new ArrayList<>(lines);
  }

  private void start(List<String> lines) throws InterruptedException {
    StateFile.write(configuration, Bytes.ofUtf8(String.join("\n", lines) + "\n"));
    ProcessBuilder builder =
        new ProcessBuilder(command())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.to(output.toFile()));
    builder.environment().clear();
    try {
      Process started = builder.start();
      process = started;
      if (started.waitFor(LIVES.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new CloisterException(NodeError.NAMES_FAILED, address, lastWords());
      }
    } catch (IOException e) {
      throw new CloisterException(
          NodeError.NAMES_FAILED, address, String.valueOf(e.getMessage()), e);
    }
    served = lines;
    log.event("names-served", Integer.toString(lines.size()));
  }

  private List<String> command() {
    return List.of(
        HostProgram.require(PROGRAM).toString(),
        "--keep-in-foreground",
        configurationArgument(),
        "--no-resolv",
        "--no-hosts",
        "--listen-address=" + address,
        "--bind-interfaces",
        "--port=" + port,
        "--local=/" + PodNames.CLUSTER_DOMAIN + "/svc/",
        "--local-ttl=1",
        "--no-negcache",
        "--user=nobody",
        "--group=nogroup",
        "--pid-file",
        "--log-facility=-");
  }

  private String configurationArgument() {
    return "--conf-file=" + configuration;
  }

  private String lastWords() {
    try {
      String text = Files.readString(output).strip();
      return text.substring(Math.max(0, text.length() - MAX_TROUBLE));
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private void stop() {
    Process running = process;
    process = null;
    served = List.of();
    if (running != null) {
      HostProcess.of(running.pid()).ifPresent(this::end);
    }
  }

  private void end(HostProcess old) {
    try {
      old.kill(GRACE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
