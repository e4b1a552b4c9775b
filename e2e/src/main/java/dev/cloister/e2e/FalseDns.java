package dev.cloister.e2e;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A host's DNS that lies: whatever a pod asks, the answer is one address. The packets to the
 * genuine server are led to it. For one thread.
 */
final class FalseDns implements AutoCloseable {

  private static final String PORT = "53053";

  private final Process server;
  private final List<String> rule;

  private FalseDns(Process server, List<String> rule) {
    this.server = server;
    this.rule = rule;
  }

  /** Begins to lie to all pods of a stage. */
  static FalseDns answers(Stage stage, String address) {
    List<String> rule =
        List.of(
            "-i",
            stage.bridge(),
            "-p",
            "udp",
            "--dport",
            "53",
            "-j",
            "REDIRECT",
            "--to-ports",
            PORT);
    Process server = start(stage.gateway(), address);
    try {
      HostTool.run("iptables", "-t", "nat", words("-I", rule));
    } catch (RuntimeException e) {
      server.destroy();
      throw e;
    }
    return new FalseDns(server, rule);
  }

  private static Process start(String gateway, String address) {
    try {
      return new ProcessBuilder(
              "dnsmasq",
              "--keep-in-foreground",
              "--conf-file=/dev/null",
              "--no-resolv",
              "--no-hosts",
              "--bind-interfaces",
              "--listen-address=" + gateway,
              "--port=" + PORT,
              "--address=/#/" + address)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw Stage.failed("dnsmasq", e);
    }
  }

  private static List<String> words(String verb, List<String> rule) {
    return Stream.concat(Stream.of(verb, "PREROUTING"), rule.stream()).toList();
  }

  /** The genuine server answers again. */
  @Override
  public void close() {
    try {
      HostTool.run("iptables", "-t", "nat", words("-D", rule));
    } finally {
      server.destroy();
    }
  }
}
