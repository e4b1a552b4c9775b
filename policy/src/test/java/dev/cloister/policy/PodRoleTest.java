package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.encoding.JsonWriter;
import org.junit.jupiter.api.Test;

/** What a pod is to its deployment, and which of its containers may speak for the Coordinator. */
class PodRoleTest {

  private static final String WORKLOAD = JsonWriter.canonical(Policies.pod().toJson());
  private static final String COORDINATOR =
      WORKLOAD
          .replace("\"join\":true", "\"join\":false")
          .replace("\"role\":\"workload\"", "\"role\":\"coordinator\"");

  private static PodPolicy parse(String document) {
    return PodPolicy.parse(Bytes.ofUtf8(document));
  }

  /** The document in which the container speaks for the Coordinator. */
  private static String speaking(String document, String container) {
    int name = document.indexOf("\"name\":\"" + container + "\"");
    int at = document.indexOf("\"speaksAs\":\"workload\"", name);
    return document.substring(0, at)
        + "\"speaksAs\":\"coordinator\""
        + document.substring(at + "\"speaksAs\":\"workload\"".length());
  }

  private static void assertRefused(String document, ErrorCode code, String path) {
    assertThatThrownBy(() -> parse(document))
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).as(e.getMessage()).isEqualTo(code);
              assertThat(e.where()).as(e.getMessage()).isEqualTo(path);
            });
  }

  @Test
  void readsACoordinator() {
    PodPolicy policy = parse(speaking(COORDINATOR, "web"));
    assertThat(policy.pod().role()).isEqualTo(PodRole.COORDINATOR);
    assertThat(policy.pod().join()).isFalse();
    assertThat(policy.container("web").speaksAs()).isEqualTo(SpeaksAs.COORDINATOR);
    assertThat(policy.container("setup").speaksAs()).isEqualTo(SpeaksAs.WORKLOAD);
    assertThat(PodPolicy.parse(policy.toBytes())).isEqualTo(policy);
  }

  @Test
  void readsAWorkloadThatDoesNotJoin() {
    PodPolicy policy = parse(WORKLOAD.replace("\"join\":true", "\"join\":false"));
    assertThat(policy.pod().role()).isEqualTo(PodRole.WORKLOAD);
    assertThat(policy.pod().join()).isFalse();
  }

  @Test
  void refusesACoordinatorThatJoins() {
    assertRefused(
        speaking(COORDINATOR, "web").replace("\"join\":false", "\"join\":true"),
        PolicyError.CONTRADICTION,
        "pod.join");
  }

  @Test
  void refusesAWorkloadWhoseContainerSpeaksForTheCoordinator() {
    assertRefused(speaking(WORKLOAD, "web"), PolicyError.CONTRADICTION, "containers[web].speaksAs");
  }

  @Test
  void refusesAnInitContainerOrSidecarThatSpeaksForTheCoordinator() {
    assertRefused(
        speaking(COORDINATOR, "setup"), PolicyError.CONTRADICTION, "containers[setup].speaksAs");
    assertRefused(
        speaking(COORDINATOR, "proxy"), PolicyError.CONTRADICTION, "containers[proxy].speaksAs");
  }

  @Test
  void refusesACoordinatorWithNoOrTwoSpeakers() {
    assertRefused(COORDINATOR, PolicyError.CONTRADICTION, "pod.role");
    PodPolicy one = parse(speaking(COORDINATOR, "web"));
    String text = JsonWriter.canonical(one.toJson());
    int at = text.lastIndexOf("{\"argv\":", text.indexOf("/bin/web"));
    int end = text.indexOf("],\"pod\":", at);
    String web = text.substring(at, end);
    String two =
        text.substring(0, end)
            + ","
            + web.replace("\"name\":\"web\"", "\"name\":\"api\"")
            + text.substring(end);
    assertRefused(two, PolicyError.CONTRADICTION, "pod.role");
  }

  @Test
  void refusesOtherWordsAndTypes() {
    assertRefused(
        WORKLOAD.replace("\"role\":\"workload\"", "\"role\":\"peer\""),
        PolicyError.VALUE,
        "pod.role");
    assertRefused(
        WORKLOAD.replace("\"join\":true", "\"join\":\"true\""),
        EncodingError.JSON_WRONG_TYPE,
        "pod.join");
  }
}
