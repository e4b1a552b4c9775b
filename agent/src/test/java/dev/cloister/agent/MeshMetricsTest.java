package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.policy.IpAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshMetricsTest {

  /** Takes rules and names, and does nothing. */
  private record Nowhere() implements Mesh.Surroundings {
    @Override
    public void rules(MeshRules rules) {}

    @Override
    public List<IpAddress> podIps() {
      return List.of();
    }

    @Override
    public void hosts(String lines) {}
  }

  @Test
  void countsByPeerAndLetsNoPeerWriteALineOfItsOwn(@TempDir Path directory) {
    MeshJournal journal = new MeshJournal(InstantSource.system());
    MeshProxy proxy =
        new MeshProxy(List.of("none"), directory.toString(), new MeshTraffic(journal));
    Mesh mesh = new Mesh(true, proxy, new Nowhere());
    String web = "web.default.shop.id.cloister.internal";
    journal.add(MeshEvent.Direction.IN, "", web, 6379, "10.0.0.2:1", "");
    journal.add(MeshEvent.Direction.IN, "", web, 6379, "10.0.0.2:2", "");
    journal.add(MeshEvent.Direction.IN, "CL-AGT-019", "CN=a\"} 9\\", 80, "10.0.0.3:1", "");
    String text = new MeshMetrics(mesh, journal).text();
    assertThat(text.lines())
        .contains(
            "cloister_mesh_state{state=\"waiting\"} 1",
            "cloister_mesh_state{state=\"up\"} 0",
            "cloister_mesh_proxy_starts_total 0",
            "cloister_mesh_connections_total{direction=\"in\",peer=\""
                + web
                + "\",port=\"6379\",code=\"\"} 2",
            "cloister_mesh_connections_total{direction=\"in\",peer=\"CN=a\\\"} 9\\\\\","
                + "port=\"80\",code=\"CL-AGT-019\"} 1");
  }
}
