package dev.cloister.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Workloads of other projects derive, or are refused with file, line and path. */
class RealWorkloadsTest {

  private static final Set<String> CONFIG_MAPS =
      Set.of(
          "configmap.yaml",
          "footloose-configmap.yaml",
          "inotify-configmap.yaml",
          "k8s-policy-configmap.yaml");

  @TestFactory
  Stream<DynamicTest> derivesOrRefusesEachWithItsPlace() {
    return WorkloadVectors.all().stream()
        .map(file -> DynamicTest.dynamicTest(file.name(), () -> check(file)));
  }

  private static void check(SourceFile file) {
    // Their runtime class is another one and some are templates: filled in, they go further.
    String text =
        file.content()
            .toUtf8()
            .replace("runtimeClassName: kata", "")
            .replaceAll("\\$\\{[a-zA-Z_]+}|\\$ITEM|POD_NAME|CTR_NAME", "filled-in");
    List<SourceFile> inputs = new ArrayList<>(List.of(SourceFile.of(file.name(), text)));
    for (SourceFile other : WorkloadVectors.all()) {
      if (CONFIG_MAPS.contains(other.name()) && !other.name().equals(file.name())) {
        inputs.add(other);
      }
    }
    try {
      Generation generation = Samples.generator().generate(inputs);
      assertThat(Samples.generator().generate(generation.files()).files())
          .isEqualTo(generation.files());
    } catch (CloisterException e) {
      assertThat(e.code()).isInstanceOf(KubernetesError.class);
      assertThat(((KubernetesError) e.code()).kind())
          .isNotEqualTo(dev.cloister.encoding.ErrorCode.Kind.INTERNAL);
      if (e.code() != KubernetesError.NO_WORKLOAD) {
        assertThat(e.where()).matches("[^ ]+\\.yaml:[0-9]+:[0-9]+( .*)?");
      }
    }
  }
}
