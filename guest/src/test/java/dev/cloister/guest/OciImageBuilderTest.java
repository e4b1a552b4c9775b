package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OciImageBuilderTest {

  private static final String RECIPE =
      """
      {"schema":1,"images":[{"name":"tool","packages":["libtool","tool"],
       "directories":[{"path":"data","uid":7,"gid":8}],
       "files":[{"path":"etc/tool.conf","mode":"0600","text":"x=1\\n"}],
       "links":{"usr/bin/t":"tool"},
       "config":{"entrypoint":["/usr/bin/tool"],"user":"7:8","ports":["80/tcp"],
                 "environment":{"B":"2","A":"1"}}}]}
      """;

  @TempDir Path directory;

  private static OciRecipe recipe(String text) {
    return OciRecipe.parse(Bytes.ofUtf8(text), "recipe");
  }

  private TestArchive archive(boolean withLibrary) throws Exception {
    TestArchive files = new TestArchive(directory.resolve("archive"));
    files.add(
        ArchiveSuite.TRIXIE,
        "tool",
        "1-1",
        "",
        new TestDeb()
            .file("./usr/bin/tool", 0755, TestElf.needing("libtool.so.1"))
            .hardLink("./usr/bin/again", "./usr/bin/tool")
            .file("./usr/share/doc/tool/copyright", "left out")
            .build());
    TestDeb library = new TestDeb();
    if (withLibrary) {
      library.file("./" + LibraryClosure.DIRECTORY + "/libtool.so.1", 0644, TestElf.needing());
    }
    files.add(ArchiveSuite.TRIXIE, "libtool", "1-1", "", library.build());
    return files;
  }

  private OciImage build(DebianArchive archive, String cache) {
    Path lock = directory.resolve("images.lock");
    GuestLock.refresh(lock, recipe(RECIPE).packages(), archive, BuildProgress.silent());
    return new OciImageBuilder(directory.resolve(cache), archive)
        .build(lock, recipe(RECIPE), BuildProgress.silent())
        .get(0);
  }

  @Test
  void holdsPayloadsAndTheRecipesFiles() throws Exception {
    OciImage image = build(archive(true).publish(), "cache");
    List<String> entries = new ArrayList<>();
    try (Stream<Path> blobs = Files.list(image.layout().resolve("blobs/sha256"))) {
      Path layer =
          blobs.max(java.util.Comparator.comparingLong(b -> b.toFile().length())).orElseThrow();
      try (TarArchiveInputStream tar = new TarArchiveInputStream(Files.newInputStream(layer))) {
        for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
          entries.add(
              e.getName()
                  + " "
                  + Integer.toOctalString(e.getMode() & 07777)
                  + " "
                  + e.getLongUserId()
                  + ":"
                  + e.getLongGroupId()
                  + " "
                  + e.getLinkName());
        }
      }
    }
    assertThat(entries)
        .isSorted()
        .contains(
            "data/ 755 7:8 ",
            "etc/tool.conf 600 0:0 ",
            "tmp/ 1777 0:0 ",
            "lib 777 0:0 usr/lib",
            "usr/bin/again 755 0:0 ",
            "usr/bin/t 777 0:0 tool",
            "usr/bin/tool 755 0:0 ")
        .noneMatch(name -> name.contains("copyright"));
    String config = "";
    try (Stream<Path> blobs = Files.list(image.layout().resolve("blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        String text = Files.readString(blob, StandardCharsets.ISO_8859_1);
        config = text.contains("\"Entrypoint\"") ? text : config;
      }
    }
    assertThat(config)
        .contains("\"Env\":[\"A=1\",\"B=2\"]")
        .contains("\"User\":\"7:8\"")
        .contains("\"ExposedPorts\":{\"80/tcp\":{}}");
  }

  @Test
  void isTheSameToTheBitFromAnotherCache() throws Exception {
    DebianArchive archive = archive(true).publish();
    OciImage first = build(archive, "one");
    OciImage second = build(archive, "two");
    assertThat(second.manifestDigest()).isEqualTo(first.manifestDigest());
    assertThat(first.layout()).isNotEqualTo(second.layout());
    try (Stream<Path> files = Files.walk(first.layout())) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(second.layout().resolve(first.layout().relativize(file).toString()))
            .hasSameBinaryContentAs(file);
      }
    }
  }

  @Test
  void refusesAProgramWithoutItsLibrary() throws Exception {
    DebianArchive archive = archive(false).publish();
    Refusal.expect(GuestError.LIBRARY_MISSING, "tool: libtool.so.1", () -> build(archive, "cache"));
  }

  @Test
  void locksAnewWhenALockedPackageHasLeftTheArchive() throws Exception {
    TestArchive files = archive(true);
    Path gone = files.add(ArchiveSuite.TRIXIE_UPDATES, "tool", "2-1", "", new TestDeb().build());
    DebianArchive archive = files.publish();
    Path lock = directory.resolve("images.lock");
    GuestLock before =
        GuestLock.refresh(lock, recipe(RECIPE).packages(), archive, BuildProgress.silent());
    Files.delete(gone);
    files.add(
        ArchiveSuite.TRIXIE_SECURITY, "tool", "3-1", "", new TestDeb().file("x", "new").build());
    files.publish();
    List<String> steps = new ArrayList<>();

    new OciImageBuilder(directory.resolve("cache"), archive)
        .build(lock, recipe(RECIPE), (step, done, total) -> steps.add(step));

    assertThat(GuestLock.open(lock)).isNotEqualTo(before);
    assertThat(GuestLock.open(lock).select(List.of("tool")).get(0).version()).isEqualTo("3-1");
    assertThat(steps).anyMatch(step -> step.startsWith("tool 2-1 has left the archive"));
  }

  @Test
  void refusesRecipesThatAreNotStrict() {
    refuse("images[0].nme", RECIPE.replace("\"name\"", "\"nme\":1,\"name\""));
    refuse("images[0].files[0].mode", RECIPE.replace("0600", "rw"));
    refuse("", RECIPE.replace("etc/tool.conf", "/etc/tool.conf"));
    refuse("", RECIPE.replace("etc/tool.conf", "etc/../tool.conf"));
    refuse("", RECIPE.replace("usr/bin/t\"", "../t\""));
    refuse("", RECIPE.replace("\"name\":\"tool\"", "\"name\":\"../tool\""));
  }

  private static void refuse(String where, String text) {
    Refusal.expect(GuestError.RECIPE_INVALID, where, () -> recipe(text));
  }
}
