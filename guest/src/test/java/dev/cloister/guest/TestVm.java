package dev.cloister.guest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Boots an image in emulation until the VM ends by itself, with its console in a file.
 *
 * @param image the image
 * @param commandLine what the kernel is told
 * @param root the root disk, which need not be the image's
 */
record TestVm(GuestImage image, String commandLine, Path root) {

  /** Far more than a boot needs on a busy machine. */
  private static final Duration LIMIT = Duration.ofSeconds(150);

  static TestVm of(GuestImage image) {
    return new TestVm(image, image.commandLine(GuestImage.Tee.SIMULATED), image.root());
  }

  TestVm withRoot(Path other) {
    return new TestVm(image, commandLine, other);
  }

  TestVm withCommandLine(String from, String to) {
    return new TestVm(image, commandLine.replaceFirst(from, to), root);
  }

  /** What the console showed when the VM had ended. */
  String run(String rootSerial) throws IOException, InterruptedException {
    Path console = Files.createTempFile("console", ".log");
    Path output = Files.createTempFile("qemu", ".log");
    Process qemu =
        new ProcessBuilder(command(console, rootSerial))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      boolean ended = qemu.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
      String text = Files.readString(console, StandardCharsets.ISO_8859_1);
      if (!ended) {
        throw new IOException("the VM did not end within " + LIMIT + ":\n" + text);
      }
      return text + Files.readString(output);
    } finally {
      qemu.destroyForcibly();
      Files.delete(console);
      Files.delete(output);
    }
  }

  String run() throws IOException, InterruptedException {
    return run("cloister-root");
  }

  private List<String> command(Path console, String rootSerial) {
    List<String> command =
        new ArrayList<>(
            List.of("qemu-system-x86_64", "-accel", "tcg,thread=multi,tb-size=32", "-M", "q35"));
    command.addAll(List.of("-cpu", "max", "-m", "256", "-smp", "1", "-nodefaults"));
    command.addAll(List.of("-no-user-config", "-display", "none", "-no-reboot"));
    command.addAll(List.of("-bios", image.firmware().toString()));
    command.addAll(List.of("-kernel", image.kernel().toString()));
    command.addAll(List.of("-initrd", image.initrd().toString(), "-append", commandLine));
    command.addAll(
        List.of("-drive", "if=none,id=root,format=raw,readonly=on,file=" + root.toString()));
    command.addAll(List.of("-device", "virtio-blk-pci,drive=root,serial=" + rootSerial));
    command.addAll(List.of("-device", "virtio-serial-pci,id=serial0"));
    command.addAll(List.of("-chardev", "file,id=console,path=" + console));
    command.addAll(List.of("-device", "virtconsole,chardev=console"));
    return command;
  }
}
