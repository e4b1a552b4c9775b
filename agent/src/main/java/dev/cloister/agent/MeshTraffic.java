package dev.cloister.agent;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * What goes through the proxy, as its log tells: kept in the journal, with who was found where the
 * wrong one answered; and ended where its generation is over. Safe for any thread.
 */
final class MeshTraffic {

  private static final int MAX_CONNECTIONS = 4096;
  private static final int MAX_PROBES = 32;

  private final MeshJournal journal;
  private final BlockingQueue<ProxyLog.Entry> toProbe = new ArrayBlockingQueue<>(MAX_PROBES);
  private final Map<String, String> issuers = new LinkedHashMap<>();
  private Map<String, MeshPlan.Target> targets = Map.of();
  private List<MeshGeneration> generations = List.of();
  private boolean probing;

  MeshTraffic(MeshJournal journal) {
    this.journal = journal;
  }

  /** What the log's names stand for from here on. */
  synchronized void inForce(MeshPlan plan, List<MeshGeneration> accepted) {
    Map<String, MeshPlan.Target> named = new LinkedHashMap<>();
    plan.targets().forEach(target -> named.put(target.name(), target));
    targets = named;
    generations = accepted;
    if (!probing) {
      probing = true;
      AgentThreads.start("mesh-probe", this::probe);
    }
  }

  private synchronized List<MeshGeneration> generations() {
    return generations;
  }

  /** One line of the proxy's log. */
  void line(String text) {
    ProxyLog.read(text).ifPresent(this::take);
  }

  private void take(ProxyLog.Entry entry) {
    switch (entry.direction()) {
      case IN -> add(entry, entry.peer(), entry.from(), entry.detail());
      case OUT -> sent(entry);
    }
  }

  private void sent(ProxyLog.Entry entry) {
    if (entry.code().isEmpty() && !entry.issuer().isEmpty()) {
      remember(entry);
    }
    boolean wrongOne = entry.code().equals(AgentError.MESH_IMPOSTOR.code());
    if (!wrongOne || entry.address().isEmpty() || !toProbe.offer(entry)) {
      add(entry, target(entry), entry.address(), entry.detail());
    }
  }

  private synchronized void remember(ProxyLog.Entry entry) {
    issuers.remove(entry.from());
    issuers.put(entry.from(), entry.issuer());
    if (issuers.size() > MAX_CONNECTIONS) {
      issuers.remove(issuers.keySet().iterator().next());
    }
  }

  private void add(ProxyLog.Entry entry, String peer, String address, String detail) {
    journal.add(entry.direction(), entry.code(), peer, entry.port(), address, detail);
  }

  private synchronized String target(ProxyLog.Entry entry) {
    MeshPlan.Target target = targets.get(entry.peer());
    if (target == null) {
      return "";
    }
    return target.isExternal() ? target.host() : target.identity();
  }

  private void probe() {
    try {
      while (true) {
        ProxyLog.Entry entry = toProbe.take();
        String address = entry.address();
        int colon = address.lastIndexOf(':');
        String found =
            MeshProbe.found(
                address.substring(0, colon),
                Integer.parseInt(address.substring(colon + 1)),
                generations());
        add(entry, target(entry), address, found);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends all connections of one process whose other end has a certificate of the generation. */
  void end(ProxySocket socket, int worker, MeshGeneration generation) {
    String process = "@!" + worker + " ";
    for (String session : of(generation, socket.ask(process + "show sess"))) {
      socket.ask(process + "shutdown session " + session);
    }
  }

  /**
   * The marks of the generation's connections. Those that came in have a server of their own for
   * each generation (a process that is being left can no more be asked by server); what containers
   * have, the log has told.
   */
  private synchronized List<String> of(MeshGeneration generation, String sessions) {
    List<String> marks = new ArrayList<>();
    for (String line : sessions.split("\n", -1)) {
      int colon = line.indexOf(": ");
      boolean cameIn = line.contains(" fe=inbound be=app srv=" + generation.name() + " ");
      boolean sent =
          line.contains(" fe=outbound ")
              && generation.subject().equals(issuers.get(word(line, " src=")));
      if (colon > 0 && (cameIn || sent)) {
        marks.add(line.substring(0, colon));
      }
    }
    return marks;
  }

  private static String word(String line, String before) {
    int at = line.indexOf(before);
    int begin = at + before.length();
    int end = at < 0 ? -1 : line.indexOf(' ', begin);
    return end < 0 ? "" : line.substring(begin, end);
  }
}
