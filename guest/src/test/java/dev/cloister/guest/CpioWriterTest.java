package dev.cloister.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CpioWriterTest {

  private static String write() {
    CpioWriter cpio = new CpioWriter();
    cpio.directory("dev", 0755);
    cpio.file("init", 0755, "abcde".getBytes(StandardCharsets.US_ASCII));
    return new String(cpio.finish(), StandardCharsets.US_ASCII);
  }

  @Test
  void writesHeadersAndPaddingAsTheKernelReadsThem() {
    String text = write();
    // Header of 110 bytes and name with its zero, padded to a multiple of four.
    assertThat(text)
        .startsWith(
            "070701"
                + "00000001"
                + "000041ED"
                + "00000000".repeat(2)
                + "00000002"
                + "00000000"
                + "00000000"
                + "00000000".repeat(4)
                + "00000004"
                + "00000000"
                + "dev\0");
    int second = 116;
    assertThat(text.substring(second))
        .startsWith(
            "070701"
                + "00000002"
                + "000081ED"
                + "00000000".repeat(2)
                + "00000001"
                + "00000000"
                + "00000005"
                + "00000000".repeat(4)
                + "00000005"
                + "00000000"
                + "init\0\0abcde\0\0\0"
                + "070701");
    assertThat(text.length() % 4).isZero();
    assertThat(text).contains("TRAILER!!!\0");
  }

  @Test
  void listsModulesInLoadingOrder() {
    byte[] initrd =
        Initrd.write(
            new byte[] {1}, new java.util.LinkedHashMap<>(Map.of("only.ko", new byte[] {2})));
    assertThat(new String(initrd, StandardCharsets.ISO_8859_1))
        .contains("modules/only.ko\0")
        .contains("modules/list\0")
        .contains("only.ko\n");
  }
}
