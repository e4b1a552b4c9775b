package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AgentJarTest {

  @TempDir Path directory;

  private Path jar(String name, long time, String... entries) throws IOException {
    Path file = directory.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String entry : entries) {
        ZipEntry header = new ZipEntry(entry);
        header.setTime(time);
        zip.putNextEntry(header);
        zip.write(entry.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        zip.closeEntry();
      }
    }
    return file;
  }

  @Test
  void mergesSortedUncompressedAndWithoutDescriptors() throws Exception {
    Path one =
        jar(
            "one.jar",
            1_700_000_000_000L,
            "META-INF/MANIFEST.MF",
            "META-INF/services/java.security.Provider",
            "b/B.class",
            "module-info.class");
    Path two =
        jar("two.jar", 1_700_000_000_000L, "a/A.class", "a/package-info.class", "META-INF/maven/x");
    AgentJar.write(List.of(one, two), directory.resolve("agent.jar"));
    try (ZipFile merged = new ZipFile(directory.resolve("agent.jar").toFile())) {
      assertThat(merged.stream().map(ZipEntry::getName)).containsExactly("a/A.class", "b/B.class");
      assertThat(merged.stream().map(ZipEntry::getMethod)).containsOnly(ZipEntry.STORED);
    }
    assertThat(AgentJar.classNames(List.of(one, two))).containsExactly("a/A", "b/B");
  }

  @Test
  void givesTheSameBytesWhateverTheDatesOfTheParts() throws Exception {
    Path early = jar("early.jar", 1_600_000_000_000L, "b/B.class", "a/A.class");
    Path late = jar("late.jar", 1_700_000_000_000L, "a/A.class", "b/B.class");
    assertThat(AgentJar.merge(List.of(early))).isEqualTo(AgentJar.merge(List.of(late)));
  }

  @Test
  void refusesOneClassInTwoJars() throws Exception {
    Path one = jar("one.jar", 1_700_000_000_000L, "a/A.class");
    Path two = jar("two.jar", 1_700_000_000_000L, "a/A.class");
    assertThatThrownBy(() -> AgentJar.merge(List.of(one, two)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a/A.class");
  }
}
