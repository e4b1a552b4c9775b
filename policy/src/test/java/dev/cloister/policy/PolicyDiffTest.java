package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicyDiffTest {

  private static final String BEFORE = JsonWriter.canonical(Policies.pod().toJson());

  private static List<String> diff(String changed) {
    assertThat(changed).isNotEqualTo(BEFORE);
    PodPolicy after = PodPolicy.parse(Bytes.ofUtf8(changed));
    List<String> lines = new java.util.ArrayList<>();
    for (PolicyDiff.Difference difference : PolicyDiff.compare(Policies.pod(), after)) {
      lines.add(difference.toString());
    }
    return lines;
  }

  private static String lastReplaced(String from, String to) {
    int at = BEFORE.lastIndexOf(from);
    return BEFORE.substring(0, at) + to + BEFORE.substring(at + from.length());
  }

  @Test
  void findsNoDifferenceBetweenEqualPolicies() {
    assertThat(PolicyDiff.compare(Policies.pod(), Policies.pod())).isEmpty();
  }

  @Test
  void namesTheVariableThatChanged() {
    assertThat(diff(lastReplaced("\"MODE\":\"strict\"", "\"MODE\":\"off\"")))
        .containsExactly("containers[web].env[MODE]: \"strict\" -> \"off\"");
  }

  @Test
  void namesTheVariableThatIsGone() {
    assertThat(diff(lastReplaced("\"MODE\":\"strict\",", "")))
        .containsExactly("containers[web].env[MODE]: \"strict\" -> absent");
  }

  @Test
  void showsATemplateAsAWhole() {
    assertThat(diff(lastReplaced("[{\"fact\":\"podIP\"},\":8080\"]", "\"0.0.0.0:8080\"")))
        .containsExactly(
            "containers[web].argv[2]: [{\"fact\":\"podIP\"},\":8080\"] -> \"0.0.0.0:8080\"");
  }

  @Test
  void namesAContainerThatWasAdded() {
    assertThat(diff(lastReplaced("\"name\":\"web\"", "\"name\":\"evil\"")))
        .containsExactly(
            "containers[web]: declared -> absent", "containers[evil]: absent -> declared");
  }

  @Test
  void namesTheOrderThatChanged() {
    PodPolicy pod = Policies.pod();
    List<ContainerPolicy> turned =
        List.of(pod.containers().get(1), pod.containers().get(0), pod.containers().get(2));
    PodPolicy after = new PodPolicy(pod.pod(), pod.volumes(), turned, pod.waivers());
    assertThat(PolicyDiff.compare(pod, after))
        .containsExactly(
            new PolicyDiff.Difference("containers", "setup, proxy, web", "proxy, setup, web"));
  }
}
