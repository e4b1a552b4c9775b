package dev.cloister.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The class list of the image is a file; a class that was renamed would be missed at start only.
 */
class ClassListTest {

  @Test
  void namesClassesOfThisModuleThatThereAre() throws Exception {
    String own = "dev/cloister/coordinator/";
    List<String> listed =
        Files.readAllLines(Path.of("image", "classes.lst")).stream()
            .filter(line -> line.startsWith(own))
            .toList();
    assertThat(listed).contains(own + "CoordinatorProcess", own + "HttpsEndpoint");
    assertThat(listed)
        .as("made anew by bench/coordinator-classes")
        .allSatisfy(name ->
            assertThat(CoordinatorProcess.class.getResource("/" + name + ".class")).isNotNull());
  }
}
