package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebReaderTest {

  @TempDir Path directory;

  private Path write(byte[] deb) throws IOException {
    return Files.write(directory.resolve("test.deb"), deb);
  }

  private List<String> read(byte[] deb) throws IOException {
    List<String> seen = new ArrayList<>();
    DebReader.read(
        write(deb),
        (entry, content) ->
            seen.add(
                entry.kind()
                    + " "
                    + entry.path()
                    + " "
                    + Integer.toOctalString(entry.mode())
                    + " "
                    + entry.target()
                    + new String(content.readAllBytes(), StandardCharsets.UTF_8)));
    return seen;
  }

  private void refuse(String detail, byte[] deb) {
    assertThat(Refusal.expect(GuestError.ARCHIVE_MALFORMED, "test.deb", () -> read(deb)).detail())
        .contains(detail);
  }

  @Test
  void readsFilesDirectoriesAndLinksInOrder() throws Exception {
    byte[] deb =
        new TestDeb()
            .directory("./usr")
            .file("./usr/bin/tool", 0755, "run".getBytes(StandardCharsets.UTF_8))
            .symlink("./usr/bin/other", "tool")
            .hardLink("./usr/bin/same", "./usr/bin/tool")
            .build();
    assertThat(read(deb))
        .containsExactly(
            "DIRECTORY usr 755 ",
            "FILE usr/bin/tool 755 run",
            "SYMLINK usr/bin/other 777 tool",
            "HARD_LINK usr/bin/same 644 usr/bin/tool");
  }

  @Test
  void refusesPathsThatLeaveTheRoot() throws Exception {
    refuse("path", new TestDeb().file("./../etc/passwd", "x").build());
    refuse("path", new TestDeb().file("usr/../../x", "x").build());
    refuse("path", new TestDeb().file("usr//x", "x").build());
  }

  @Test
  void refusesDevices() throws Exception {
    refuse("neither file", new TestDeb().device("dev/null").build());
  }

  @Test
  void refusesMembersInAnotherOrder() throws Exception {
    byte[] version = TestDeb.member("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
    byte[] control = TestDeb.member("control.tar.xz", new byte[0]);
    byte[] data = TestDeb.member("data.tar.gz", new byte[0]);
    refuse("debian-binary", TestDeb.ar(control, version));
    refuse("control", TestDeb.ar(version, data));
    refuse("data.tar.xz", TestDeb.ar(version, control, data));
    refuse(
        "version",
        TestDeb.ar(TestDeb.member("debian-binary", "3.0\n".getBytes(StandardCharsets.US_ASCII))));
  }

  @Test
  void refusesWhatIsCutShort() throws Exception {
    byte[] deb = new TestDeb().file("usr/bin/tool", "run").build();
    for (int cut : new int[] {4, 30, 100, deb.length - 20}) {
      refuse("", Arrays.copyOf(deb, cut));
    }
  }

  @Test
  void refusesASizeThatIsNoNumber() throws Exception {
    byte[] deb = new TestDeb().file("usr/bin/tool", "run").build();
    deb[8 + 48] = '-';
    refuse("size", deb);
  }
}
