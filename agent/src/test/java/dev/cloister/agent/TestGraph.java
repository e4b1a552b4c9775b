package dev.cloister.agent;

import dev.cloister.manifest.IdentityName;
import dev.cloister.manifest.PodMesh;
import dev.cloister.manifest.SubjectName;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.Protocol;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A workload's part of a graph, of namespace {@code default} of the deployment {@code shop}. */
final class TestGraph {

  private final String workload;
  private final List<PodMesh.Offer> offers = new ArrayList<>();
  private final List<PodMesh.Call> calls = new ArrayList<>();
  private final List<PodMesh.External> externals = new ArrayList<>();

  TestGraph(String workload) {
    this.workload = workload;
  }

  static IdentityName identity(String workload) {
    return new IdentityName(workload, "default", "shop");
  }

  /** These workloads may call this port. */
  TestGraph letsIn(int port, String... callers) {
    List<PodMesh.Caller> named = new ArrayList<>();
    for (String caller : callers) {
      named.add(new PodMesh.Caller(new SubjectName(caller, "default", "shop"), identity(caller)));
    }
    offers.add(new PodMesh.Offer(port, Protocol.TCP, InboundMode.MESH, named));
    return this;
  }

  TestGraph opens(int port, Protocol protocol, InboundMode mode) {
    offers.add(new PodMesh.Offer(port, protocol, mode, List.of()));
    return this;
  }

  /** It may call the Service that is named like the workload behind it. */
  TestGraph calls(String called, int port) {
    calls.add(
        new PodMesh.Call(
            called, port, called + ".default.svc", port, identity(called), "default/" + called));
    return this;
  }

  TestGraph reaches(String host, int port) {
    externals.add(new PodMesh.External(host, port));
    return this;
  }

  PodMesh build() {
    return new PodMesh(
        new SubjectName(workload, "default", "shop"), identity(workload), offers, calls, externals);
  }

  /** What a join of the newest of these generations says. */
  MeshUpdate by(Duration grace, TestAuthority... newestFirst) throws Exception {
    List<MeshGeneration> generations = new ArrayList<>();
    for (TestAuthority authority : newestFirst) {
      generations.add(authority.generation());
    }
    return new MeshUpdate(build(), newestFirst[0].of(workload), generations, grace);
  }
}
