package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.CloisterException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeSettingsTest {

  @Test
  void hasTheDocumentedDefaults() {
    NodeSettings settings = NodeSettings.of(List.of(), Map.of("HOME", "/home/a"));
    assertThat(settings)
        .isEqualTo(
            new NodeSettings(
                new NodeDirectories(
                    Path.of("/var/lib/cloister"),
                    Path.of("/run/cloister"),
                    Path.of("/home/a/.cache/cloister")),
                new NetworkSettings("cloister0", "10.88.64.0/20", Path.of("/usr/lib/cni")),
                java.util.Optional.empty(),
                "qemu-system-x86_64",
                java.util.Optional.empty(),
                Duration.ofSeconds(60),
                1));
  }

  @Test
  void takesEveryOptionFromTheCommandLine() {
    NodeSettings settings =
        NodeSettings.of(
            List.of(
                "--state",
                "/s",
                "--run",
                "/r",
                "--cache",
                "/c",
                "--bridge",
                "b0",
                "--subnet",
                "10.1.0.0/24",
                "--cni-plugins",
                "/p",
                "--guest-image",
                "/g",
                "--qemu",
                "/q",
                "--acceleration",
                "tcg",
                "--agent-timeout",
                "5",
                "--vcpus",
                "2"),
            Map.of());
    assertThat(settings)
        .isEqualTo(
            new NodeSettings(
                new NodeDirectories(Path.of("/s"), Path.of("/r"), Path.of("/c")),
                new NetworkSettings("b0", "10.1.0.0/24", Path.of("/p")),
                java.util.Optional.of(Path.of("/g")),
                "/q",
                java.util.Optional.of(Acceleration.TCG),
                Duration.ofSeconds(5),
                2));
  }

  @Test
  void prefersTheCommandLineToTheEnvironment() {
    Map<String, String> environment =
        Map.of("CLOISTER_RUN", "/env", "CLOISTER_CNI_PLUGINS", "/plugins");
    NodeSettings settings = NodeSettings.of(List.of("--run", "/argument"), environment);
    assertThat(settings.directories().run()).isEqualTo(Path.of("/argument"));
    assertThat(settings.network().plugins()).isEqualTo(Path.of("/plugins"));
  }

  @Test
  void refusesAnOptionThatItDoesNotKnow() {
    refuses("--colour", List.of("--colour", "red"));
    refuses("x", List.of("x"));
  }

  @Test
  void refusesAnOptionWithoutItsValue() {
    refuses("--run", List.of("--run"));
  }

  @Test
  void refusesAValueThatIsNone() {
    refuses("--acceleration", List.of("--acceleration", "hax"));
    refuses("--vcpus", List.of("--vcpus", "many"));
  }

  private static void refuses(String where, List<String> arguments) {
    assertThatThrownBy(() -> NodeSettings.of(arguments, Map.of()))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NodeError.BAD_OPTION);
              assertThat(e.where()).isEqualTo(where);
            });
  }
}
