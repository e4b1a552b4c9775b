package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElfFileTest {

  @TempDir Path directory;

  @Test
  void readsNeededLibraries() {
    assertThat(ElfFile.of(TestElf.needing("libc.so.6", "libm.so.6"), "x").neededLibraries())
        .containsExactly("libc.so.6", "libm.so.6");
    assertThat(ElfFile.of(TestElf.needing(), "x").neededLibraries()).isEmpty();
  }

  @Test
  void readsModuleInformation() {
    List<String> info = List.of("license=GPL", "depends=a,b-c");
    assertThat(ElfFile.of(TestElf.module(info), "x").moduleInfo()).isEqualTo(info);
  }

  @Test
  void refusesEveryCutOfAFileAndOtherKinds() {
    byte[] program = TestElf.needing("libc.so.6");
    for (int size = 0; size < program.length - 1; size += 7) {
      byte[] cut = Arrays.copyOf(program, size);
      Refusal.expect(GuestError.ELF_MALFORMED, "x", () -> ElfFile.of(cut, "x").neededLibraries());
    }
    byte[] narrow = program.clone();
    narrow[4] = 1;
    Refusal.expect(GuestError.ELF_MALFORMED, "x", () -> ElfFile.of(narrow, "x"));
    Refusal.expect(
        GuestError.ELF_MALFORMED,
        "x",
        () -> ElfFile.of("#!/bin/sh".getBytes(StandardCharsets.UTF_8), "x"));
  }

  @Test
  void refusesModulesWithoutInformation() {
    Refusal.expect(
        GuestError.ELF_MALFORMED,
        "x",
        () -> ElfFile.of(TestElf.needing("libc.so.6"), "x").moduleInfo());
  }

  private void library(String name, String... needed) throws Exception {
    Path file = directory.resolve(LibraryClosure.DIRECTORY).resolve(name);
    Files.createDirectories(file.getParent());
    Files.write(file, TestElf.needing(needed));
  }

  @Test
  void findsTheLibrariesOfLibraries() throws Exception {
    library("liba.so.1", "libb.so.2", LibraryClosure.LOADER);
    library("libb.so.2", "liba.so.1");
    Path program = Files.write(directory.resolve("tool"), TestElf.needing("liba.so.1"));
    LibraryClosure closure = new LibraryClosure(directory, List.of());
    closure.add(program);
    assertThat(closure.resolve().keySet()).containsExactly("liba.so.1", "libb.so.2");
  }

  @Test
  void refusesAProgramWhoseLibraryIsNowhere() throws Exception {
    Path program = Files.write(directory.resolve("tool"), TestElf.needing("libz.so.9"));
    LibraryClosure closure = new LibraryClosure(directory, List.of());
    closure.add(program);
    Refusal.expect(GuestError.LIBRARY_MISSING, "libz.so.9", closure::resolve);
  }

  private void module(String name, String depends) throws Exception {
    Path file = directory.resolve("usr/lib/modules/6.12/kernel").resolve(name + ".ko.xz");
    Files.createDirectories(file.getParent());
    Files.write(file, TestDeb.xz(TestElf.module(List.of("name=" + name, "depends=" + depends))));
  }

  private KernelModules modules() throws Exception {
    Files.writeString(
        directory.resolve("usr/lib/modules/6.12/modules.builtin"), "kernel/fs/ext4/ext4.ko\n");
    return KernelModules.of(directory);
  }

  @Test
  void putsModulesBehindWhatTheyNeed() throws Exception {
    module("dm-mod", "");
    module("dm-bufio", "dm_mod");
    module("dm-verity", "dm-bufio,dm-mod,ext4");
    Map<String, byte[]> closure = modules().closure(List.of("dm_verity", "dm-mod"));
    assertThat(closure.keySet()).containsExactly("dm-mod.ko", "dm-bufio.ko", "dm-verity.ko");
  }

  @Test
  void refusesAModuleThatIsNowhereOrNeedsItself() throws Exception {
    module("a", "b");
    module("b", "a");
    module("c", "nosuch");
    KernelModules modules = modules();
    Refusal.expect(GuestError.MODULE_MISSING, "a", () -> modules.closure(List.of("a")));
    Refusal.expect(GuestError.MODULE_MISSING, "nosuch", () -> modules.closure(List.of("c")));
  }
}
