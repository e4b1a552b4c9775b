package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A container tries to reach a host outside, which is there and listens. */
record ContainerToInternet() implements Attack {

  private static final int TRIES = 3;

  /**
   * What busybox says where its own guest answers that there is no way; not a time that ran out.
   */
  private static final String REFUSED = "No route to host";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "a container that tries to reach the internet";
  }

  @Override
  public String refuser() {
    return "nftables in the guest";
  }

  @Override
  public String attempt(Stage stage) {
    Monitor monitor = new Monitor(stage);
    List<String> own = List.of(Monitor.COLLECTOR + "/32", "dev", stage.bridge());
    HostTool.run("ip", "address", "add", own);
    try (ServerSocket collector =
        new ServerSocket(Monitor.COLLECTOR_PORT, 8, InetAddress.getByName(Monitor.COLLECTOR))) {
      String said = awaitTries(monitor);
      requireNothing(collector);
      return said;
    } catch (IOException e) {
      throw Stage.failed(Monitor.COLLECTOR, e);
    } finally {
      HostTool.run("ip", "address", "del", own);
    }
  }

  /** What the container says of a try that began after the host was there. */
  private static String awaitTries(Monitor monitor) {
    long before = tries(monitor).size();
    String last =
        Pause.until(
            LIMIT,
            () ->
                Optional.of(tries(monitor))
                    .filter(tries -> tries.size() >= before + TRIES)
                    .map(List::getLast),
            () -> new CloisterException(E2eError.STEP_FAILED, Monitor.NAME, "it tries no more"));
    if (!last.contains(REFUSED)) {
      throw Refusals.notRefused("the container says: " + last, null);
    }
    return last;
  }

  private static List<String> tries(Monitor monitor) {
    return monitor.log().lines().filter(line -> line.startsWith(Monitor.TRIED)).toList();
  }

  private static void requireNothing(ServerSocket collector) throws IOException {
    collector.setSoTimeout(1);
    try {
      collector.accept().close();
      throw Refusals.notRefused("the container reached " + Monitor.COLLECTOR, null);
    } catch (SocketTimeoutException _) {
      // Nobody came.
    }
  }
}
