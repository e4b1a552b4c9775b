package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.image.VerityRoot;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuestImageTest {

  @TempDir Path directory;

  @BeforeEach
  void writeImage() throws Exception {
    for (String file : GuestImage.FILES) {
      Files.writeString(directory.resolve(file), "content of " + file);
    }
    GuestImage.describe(
        directory,
        "debian13-test",
        "quiet cloister.tee=%TEE% cloister.verity=1,2",
        VerityRoot.of(Bytes.zeros(32), 5));
  }

  @Test
  void opensWhatWasDescribed() {
    GuestImage image = GuestImage.open(directory);
    image.verify();
    assertThat(image.name()).isEqualTo("debian13-test");
    assertThat(image.commandLine(GuestImage.Tee.SNP))
        .isEqualTo("quiet cloister.tee=snp cloister.verity=1,2");
    assertThat(image.commandLine(GuestImage.Tee.SIMULATED)).contains("cloister.tee=simulated");
    assertThat(image.verity()).isEqualTo(VerityRoot.of(Bytes.zeros(32), 5));
    assertThat(image.firmware()).hasContent("content of firmware.bin");
    assertThat(image.kernel()).hasContent("content of vmlinuz");
    assertThat(image.initrd()).hasContent("content of initrd.cpio");
    assertThat(image.root()).hasContent("content of root.img");
  }

  @Test
  void refusesAChangedFile() throws Exception {
    Files.writeString(directory.resolve(GuestImage.INITRD), "Content of initrd.cpio");
    Refusal.expect(
        GuestError.IMAGE_INVALID, "initrd.cpio", () -> GuestImage.open(directory).verify());
  }

  @Test
  void refusesAMissingFileOrDescription() throws Exception {
    Files.delete(directory.resolve(GuestImage.KERNEL));
    Refusal.expect(GuestError.IMAGE_INVALID, "vmlinuz", () -> GuestImage.open(directory));
    Files.delete(directory.resolve(GuestImage.DESCRIPTION));
    Refusal.expect(GuestError.IMAGE_INVALID, "image.json", () -> GuestImage.open(directory));
  }

  @Test
  void refusesADescriptionThatIsNotStrict() throws Exception {
    Path description = directory.resolve(GuestImage.DESCRIPTION);
    String text = Files.readString(description);
    for (String changed :
        new String[] {
          text.replace("\"schema\": 1", "\"schema\": 2"),
          text.replace("\"name\"", "\"title\""),
          text.replace("%TEE%", "snp"),
          text.replace("\"hashStartBlock\": 6", "\"hashStartBlock\": 4"),
          text.substring(1)
        }) {
      Files.writeString(description, changed);
      Refusal.expect(GuestError.IMAGE_INVALID, "image.json", () -> GuestImage.open(directory));
    }
  }
}
