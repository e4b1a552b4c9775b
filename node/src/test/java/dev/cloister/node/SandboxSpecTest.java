package dev.cloister.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SandboxSpecTest {

  private static void refuses(String where, Runnable make) {
    assertThatThrownBy(make::run)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(NodeError.BAD_SPEC);
              assertThat(e.where()).isEqualTo(where);
            });
  }

  @Test
  void refusesAnIdThatCouldLeaveItsDirectory() {
    refuses("id", () -> Specs.simple("../x"));
    refuses("id", () -> Specs.simple("a/b"));
    refuses("id", () -> Specs.simple(""));
    refuses("id", () -> Specs.simple("a".repeat(33)));
  }

  @Test
  void refusesTwoDisksOfOneSerial() {
    refuses("disks", () -> Specs.simple("a").withDisks(List.of(Specs.disk('b'), Specs.disk('b'))));
  }

  @Test
  void refusesInitdataOfMoreThanAMebibyte() {
    refuses("initdata", () -> Specs.simple("a").withInitdata(Bytes.zeros((1 << 20) + 1)));
    refuses("initdata", () -> Specs.simple("a").withInitdata(Bytes.EMPTY));
  }

  @Test
  void refusesARootThatIsNoDigest() {
    refuses("disks[].root", () -> new ImageDisk("AB", Specs.disk('a').file()));
  }

  @Test
  void refusesACommandLineWithALineEnd() {
    BootFiles boot = Specs.simple("a").boot();
    refuses(
        "boot.commandLine",
        () -> new BootFiles(boot.firmware(), boot.kernel(), boot.initrd(), "a\nb"));
  }

  @Test
  void letsAnAttackerSayWhatDoesNotBelongTogether() {
    SandboxSpec honest = Specs.simple("a");
    SandboxSpec attack = honest.withInitdata(Bytes.ofUtf8("other"));
    assertThat(attack.hostData()).isEqualTo(honest.initdata().sha256());
    assertThat(attack.initdata()).isNotEqualTo(honest.initdata());
  }
}
