package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonParser;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.rpc.NodePods.FileVolume;
import dev.cloister.rpc.NodePods.RunPodRequest;
import dev.cloister.rpc.NodePods.VolumeFile;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodOrderTest {

  private static RunPodRequest request(String name) {
    return new RunPodRequest(
        name,
        "default",
        "1-2",
        Bytes.ofUtf8("{}"),
        List.of(new FileVolume("v", List.of(new VolumeFile("f", Bytes.zeros(3))))),
        "snp",
        "",
        List.of("web.default"),
        "pods");
  }

  @Test
  void comesBackAsItWasWritten() {
    PodOrder order =
        PodOrder.of("ab", request("web"), 7).ended(PodPhase.FAILED, "CL-NOD-012 ab: why");
    assertThat(
            PodOrder.read(
                JsonParser.parse(JsonWriter.canonicalBytes(order.toJson()), StateFile.BUDGET)))
        .isEqualTo(order);
  }

  @Test
  void refusesServicesThatAreNoNames() {
    for (String bad :
        List.of("", "a b", "a..b", "db,1.2.3.4", "db\nlog-queries", "DB", "a.b.c.d.e")) {
      RunPodRequest asked = request("web");
      RunPodRequest changed =
          new RunPodRequest(
              asked.name(),
              asked.namespace(),
              asked.uid(),
              asked.initdata(),
              asked.volumes(),
              asked.tee(),
              "",
              List.of(bad),
              "");
      assertThatThrownBy(() -> PodOrder.of("ab", changed, 7))
          .isInstanceOfSatisfying(
              CloisterException.class,
              e -> {
                assertThat(e.code()).isEqualTo(NodeError.BAD_SPEC);
                assertThat(e.where()).isEqualTo("services");
              });
    }
  }

  @Test
  void refusesANameWithALineEnd() {
    assertThatThrownBy(() -> PodOrder.of("ab", request("a\nb"), 7))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NodeError.BAD_SPEC);
              assertThat(e.where()).isEqualTo("name");
            });
  }
}
