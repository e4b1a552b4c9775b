package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageTreeTest {

  @TempDir Path directory;

  private Path unpack(TestDeb deb) throws IOException {
    Path file = Files.write(directory.resolve("x.deb"), deb.build());
    Path root = directory.resolve("root");
    PackageTree.unpack(List.of(file), root, path -> !path.startsWith("usr/share/"));
    return root;
  }

  @Test
  void unpacksWhatIsWantedWithItsModes() throws Exception {
    Path root =
        unpack(
            new TestDeb()
                .file("usr/bin/tool", 0755, "run".getBytes(StandardCharsets.UTF_8))
                .file("usr/share/doc/x", "no")
                .hardLink("usr/bin/same", "usr/bin/tool")
                .symlink("usr/bin/link", "tool"));
    assertThat(PackageTree.mode(root.resolve("usr/bin/tool"))).isEqualTo(0755);
    assertThat(root.resolve("bin/same")).hasContent("run");
    assertThat(root.resolve("usr/bin/link")).isSymbolicLink().hasContent("run");
    assertThat(root.resolve("usr/share")).doesNotExist();
  }

  @Test
  void refusesToWriteThroughALinkOfAPackage() {
    Refusal.expect(
        GuestError.ARCHIVE_MALFORMED,
        "x.deb",
        () ->
            unpack(
                new TestDeb()
                    .symlink("usr/trap", directory.toString())
                    .file("usr/trap/written", "x")));
    assertThat(directory.resolve("written")).doesNotExist();
  }

  @Test
  void keepsAPartAndMakesItOnlyOnce() throws Exception {
    BuildParts parts = new BuildParts(directory.resolve("parts"));
    AtomicInteger made = new AtomicInteger();
    BuildParts.Maker maker =
        part -> Files.writeString(part.resolve("file"), "made " + made.incrementAndGet());
    Path first = parts.get("thing", Bytes.ofUtf8("a").sha256(), maker);
    assertThat(parts.get("thing", Bytes.ofUtf8("a").sha256(), maker)).isEqualTo(first);
    assertThat(first.resolve("file")).hasContent("made 1");
    assertThat(parts.get("thing", Bytes.ofUtf8("b").sha256(), maker).resolve("file"))
        .hasContent("made 2");
  }

  @Test
  void leavesNoHalfMadePartBehindAFailure() throws Exception {
    BuildParts parts = new BuildParts(directory.resolve("parts"));
    Bytes key = Bytes.ofUtf8("a").sha256();
    Refusal.expect(
        GuestError.STORAGE_FAILED,
        "thing-",
        () ->
            parts.get(
                "thing",
                key,
                part -> {
                  Files.writeString(part.resolve("file"), "half");
                  throw new IOException("disk full");
                }));
    Path made = parts.get("thing", key, part -> Files.writeString(part.resolve("other"), "whole"));
    assertThat(made.resolve("file")).doesNotExist();
    assertThat(made.resolve("other")).hasContent("whole");
  }

  @Test
  void saysWhatAFailedStepPrinted() throws Exception {
    Path root = directory.resolve("empty");
    Files.createDirectories(root.resolve("proc"));
    CloisterException failed =
        Refusal.expect(
            GuestError.STEP_FAILED,
            "/usr/bin/nosuch",
            () ->
                new IsolatedRoot(root)
                    .run("/", List.of("/usr/bin/nosuch"), java.time.Duration.ofSeconds(20)));
    assertThat(failed.detail()).contains("exit code").contains("nosuch");
  }
}
