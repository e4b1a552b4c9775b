package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.manifest.PodMesh;
import dev.cloister.manifest.SubjectName;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeshPlanTest {

  private final MeshAddresses addresses = new MeshAddresses();

  private MeshPlan plan(TestGraph graph) {
    return MeshPlan.of(graph.build(), addresses, "cluster.local");
  }

  @Test
  void leadsEveryFormOfAServicesNameToOneAddress() {
    MeshPlan plan = plan(new TestGraph("web").calls("db", 6379).calls("db", 5432));
    assertThat(plan.hostsLines())
        .isEqualTo("198.18.0.2\tdb\tdb.default\tdb.default.svc\tdb.default.svc.cluster.local\n");
    assertThat(plan.targets()).extracting(MeshPlan.Target::port).containsExactly(6379, 5432);
    assertThat(plan.targets().getFirst().host()).isEqualTo("db.default.svc.cluster.local");
    assertThat(plan.targets().getFirst().identity())
        .isEqualTo("db.default.shop.id.cloister.internal");
  }

  @Test
  void asksForAServiceWithoutADomainWhereTheHostNamesNone() {
    MeshPlan plan = MeshPlan.of(new TestGraph("web").calls("db", 1).build(), addresses, "");
    assertThat(plan.targets().getFirst().host()).isEqualTo("db.default.svc");
    assertThat(plan.hostsLines()).isEqualTo("198.18.0.2\tdb\tdb.default\tdb.default.svc\n");
  }

  @Test
  void keepsTheAddressesOfNamesWhenTheGraphChanges() {
    plan(new TestGraph("web").calls("db", 6379).calls("queue", 80));
    MeshPlan later = plan(new TestGraph("web").calls("cache", 80).calls("queue", 80));
    assertThat(later.hostsLines())
        .contains("198.18.0.4\tcache\t", "198.18.0.3\tqueue\t")
        .doesNotContain("198.18.0.2\t");
  }

  @Test
  void namesItsTargetsAlikeInEveryPlan() {
    MeshPlan one = plan(new TestGraph("web").calls("db", 6379).calls("queue", 80));
    MeshPlan two = plan(new TestGraph("web").calls("queue", 80));
    assertThat(two.targets().getFirst()).isEqualTo(one.targets().getLast());
  }

  @Test
  void keepsHostsOutsideTheDeploymentApart() {
    MeshPlan plan = plan(new TestGraph("web").reaches("api.example.com", 443));
    assertThat(plan.hostsLines()).isEqualTo("198.18.0.2\tapi.example.com\n");
    assertThat(plan.targets().getFirst().isExternal()).isTrue();
  }

  @Test
  void givesTwoIdentitiesBehindOneServiceAndPortAddressesOfTheirOwn() {
    PodMesh mesh =
        new PodMesh(
            new SubjectName("web", "default", "shop"),
            TestGraph.identity("web"),
            List.of(),
            List.of(call("one"), call("two")),
            List.of());
    MeshPlan plan = MeshPlan.of(mesh, addresses, "");
    assertThat(plan.targets().get(0).address()).isNotEqualTo(plan.targets().get(1).address());
    assertThat(plan.hostsLines())
        .isEqualTo("198.18.0.2\tone\tdb.default\tdb.default.svc\n198.18.0.3\ttwo\n");
  }

  private static PodMesh.Call call(String name) {
    return new PodMesh.Call(
        name, 80, "db.default.svc", 80, TestGraph.identity(name), "default/" + name);
  }
}
