package dev.cloister.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the arrows between the modules: a module uses only modules below it. */
class ArchitectureTest {

  private static final String PREFIX = "dev.cloister.";

  /** From the bottom to the top. */
  private static final List<String> ORDER =
      List.of(
          "encoding",
          "rpc",
          "attestation",
          "collateral",
          "image",
          "policy",
          "manifest",
          "channel",
          "kubernetes",
          "client",
          "guest",
          "agent",
          "coordinator",
          "simulator",
          "node",
          "cli",
          "e2e",
          "bench");

  /** Modules of the trusted base that run on a Java that has nothing but java.base. */
  private static final Set<String> JAVA_BASE_ONLY =
      Set.of("encoding", "rpc", "attestation", "policy", "manifest", "channel", "client", "agent");

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Every module of the tree, as it was compiled. */
  private static List<ModuleDescriptor> modules() {
    try (Stream<Path> directories = Files.list(ROOT)) {
      return directories
          .map(directory -> directory.resolve("target/classes"))
          .filter(classes -> Files.exists(classes.resolve("module-info.class")))
          .map(ArchitectureTest::read)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ModuleDescriptor read(Path classes) {
    try (InputStream in = Files.newInputStream(classes.resolve("module-info.class"))) {
      return ModuleDescriptor.read(in, () -> packages(classes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Set<String> packages(Path classes) {
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .map(classes::relativize)
          .filter(file -> file.getNameCount() > 1)
          .map(file -> file.subpath(0, file.getNameCount() - 1).toString().replace('/', '.'))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shortName(String module) {
    return module.substring(PREFIX.length());
  }

  private static Set<String> needed(ModuleDescriptor module) {
    return module.requires().stream()
        .filter(requires -> !requires.modifiers().contains(Requires.Modifier.STATIC))
        .map(Requires::name)
        .collect(Collectors.toSet());
  }

  @Test
  void everyModuleIsInTheOrderAndNamedAfterIt() {
    assertThat(modules())
        .allSatisfy(module -> assertThat(module.name()).startsWith(PREFIX))
        .extracting(module -> shortName(module.name()))
        .contains("encoding", "attestation", "cli", "e2e")
        .isSubsetOf(ORDER);
  }

  @Test
  void aModuleUsesOnlyModulesBelowIt() {
    for (ModuleDescriptor module : modules()) {
      int height = ORDER.indexOf(shortName(module.name()));
      for (String needed : needed(module)) {
        if (needed.startsWith(PREFIX)) {
          assertThat(ORDER.indexOf(shortName(needed)))
              .as("%s uses %s, which must lie below it", module.name(), needed)
              .isLessThan(height);
        }
      }
    }
  }

  @Test
  void theTrustedBaseNeedsNothingButJavaBase() {
    for (ModuleDescriptor module : modules()) {
      if (JAVA_BASE_ONLY.contains(shortName(module.name()))) {
        assertThat(needed(module))
            .as(module.name())
            .allMatch(needed -> needed.equals("java.base") || needed.startsWith(PREFIX));
      }
    }
  }

  @Test
  void theTrustedBaseUsesNoModuleFromOutsideIt() {
    Set<String> trusted = new TreeSet<>(JAVA_BASE_ONLY);
    for (ModuleDescriptor module : modules()) {
      if (trusted.contains(shortName(module.name()))) {
        assertThat(needed(module))
            .as(module.name())
            .filteredOn(needed -> needed.startsWith(PREFIX))
            .allMatch(needed -> trusted.contains(shortName(needed)));
      }
    }
  }

  @Test
  void encodingAndAttestationNeedNothingButTheJdkAndEncoding() {
    for (ModuleDescriptor module : modules()) {
      if (Set.of("encoding", "attestation").contains(shortName(module.name()))) {
        assertThat(needed(module)).as(module.name()).isSubsetOf("java.base", PREFIX + "encoding");
      }
    }
  }

  @Test
  void onlyCliAndE2eKnowTheSimulatorBesideTheNode() {
    for (ModuleDescriptor module : modules()) {
      if (needed(module).contains(PREFIX + "simulator")) {
        assertThat(shortName(module.name())).isIn("node", "cli", "e2e", "bench");
      }
    }
  }

  @Test
  void eachModuleHasOneFlatPackage() {
    for (ModuleDescriptor module : modules()) {
      assertThat(module.packages()).as(module.name()).containsExactly(module.name());
    }
  }

  @Test
  void everyModuleOfTheTreeIsSeenByTheseTests() throws IOException {
    try (Stream<Path> directories = Files.list(ROOT)) {
      List<String> found =
          directories
              .filter(d -> Files.exists(d.resolve("src/main/java/module-info.java")))
              .map(d -> d.getFileName().toString())
              .toList();
      assertThat(modules())
          .extracting(module -> shortName(module.name()))
          .containsExactlyInAnyOrderElementsOf(found);
    }
  }

  @Test
  void noModuleIsAnEmptyShell() throws IOException {
    for (ModuleDescriptor module : modules()) {
      Path sources = ROOT.resolve(shortName(module.name())).resolve("src/main/java");
      try (Stream<Path> files = Files.walk(sources)) {
        assertThat(files.filter(file -> file.toString().endsWith(".java")).count())
            .as(module.name())
            .isGreaterThan(2);
      }
    }
  }
}
