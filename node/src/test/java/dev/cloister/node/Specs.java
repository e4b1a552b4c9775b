package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import java.nio.file.Path;
import java.util.List;

/** Sandboxes for tests. */
final class Specs {

  private static final Path SOME_FILE = Path.of("/etc/hostname");

  private Specs() {}

  static SandboxSpec simple(String id) {
    Bytes initdata = Bytes.ofUtf8("{}");
    return new SandboxSpec(
        id,
        new BootFiles(SOME_FILE, SOME_FILE, SOME_FILE, "console=hvc0"),
        SOME_FILE,
        initdata.sha256(),
        initdata,
        List.of(),
        2,
        64,
        1,
        true,
        "snp");
  }

  static ImageDisk disk(char digit) {
    return new ImageDisk(String.valueOf(digit).repeat(64), SOME_FILE);
  }
}
