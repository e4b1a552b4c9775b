package dev.cloister.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.Connection;
import dev.cloister.manifest.Connections;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is derived from {@code examples/guestbook} is what its page says. */
class GuestbookTest {

  private static final Path EXAMPLE = Path.of("..", "examples", "guestbook");

  private static List<GeneratedWorkload> workloads() throws IOException {
    List<SourceFile> files = new ArrayList<>();
    for (String name : List.of("guestbook.yaml", "settings.yaml")) {
      files.add(new SourceFile(name, Bytes.of(Files.readAllBytes(EXAMPLE.resolve(name)))));
    }
    return Samples.generator().generate(files).workloads();
  }

  @Test
  void onlyTheFrontIsOpenAndOnlyItMayCallTheDatabase() throws IOException {
    GeneratedWorkload front = workloads().getFirst();
    GeneratedWorkload db = workloads().getLast();
    assertThat(front.connections())
        .isEqualTo(
            new Connections(
                List.of(new InboundPort(8080, Protocol.TCP, InboundMode.PUBLIC)),
                List.of(new Connection("db", 6379, "default/db", 6379, "db.default.svc")),
                List.of()));
    assertThat(db.connections())
        .isEqualTo(
            new Connections(
                List.of(
                    new InboundPort(6379, Protocol.TCP, InboundMode.MESH),
                    new InboundPort(15020, Protocol.TCP, InboundMode.MESH)),
                List.of(),
                List.of()));
    assertThat(db.callers()).isEqualTo(Map.of(6379, List.of("default/front")));
  }

  @Test
  void hasTwoFrontsAndADatabaseWithANameOfItsOwn() throws IOException {
    GeneratedWorkload front = workloads().getFirst();
    GeneratedWorkload db = workloads().getLast();
    assertThat(front.replicas()).isEqualTo(2);
    assertThat(front.services()).containsExactly("front.default");
    assertThat(db.podName(0)).isEqualTo("db-0");
    assertThat(db.governor()).isEqualTo("db");
  }

  @Test
  void leavesNothingToDecideButTheTagsOfItsImages() throws IOException {
    for (GeneratedWorkload workload : workloads()) {
      assertThat(workload.warnings()).extracting(Warning::code).containsOnly(WarningCode.TAG);
      assertThat(workload.policy().pod().network().inbound()).isEmpty();
    }
  }
}
