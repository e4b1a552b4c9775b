import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Boots a guest image and, in turn with it, the same machine whose init only powers off. Prints the
 * seconds of both and their ratio. The end of a boot is the agent's answer to Hello, or a line on the
 * console that holds the text of {@code --marker}. Nobody answers the agent's request for evidence, so
 * it waits there; the answer to Hello comes before.
 */
final class Boot {

  private static final long LIMIT_SECONDS = 60;

  /** Bytes that open a session on the port, and that answer it: a word and 16 random bytes. */
  private static final int SESSION = 32;

  /**
   * A static x86-64 program of 192 bytes: write(1, "reached\n", 8), reboot(POWER_OFF). ELF header, one
   * program header (load all of it at 0x400000, read and execute), code, text.
   */
  private static final String NOTHING =
      "7f454c4602010100000000000000000002003e000100000078004000000000004000000000000000"
          + "00000000000000000000000040003800010000000000000001000000050000000000000000000000"
          + "00004000000000000000400000000000c000000000000000c0000000000000000010000000000000"
          // mov eax,1; mov edi,1; mov esi,0x4000b0; mov edx,8; syscall
          + "b801000000bf01000000beb0004000ba080000000f05"
          // mov eax,169; mov edi,0xfee1dead; mov esi,672274793; mov edx,0x4321fedc; syscall; jmp .
          + "b8a9000000bfaddee1febe69191228badcfe21430f05ebfe"
          + "0000000000000000000072656163686564" + "0a0000000000000000";

  private final Path image;
  private final String marker;
  private final String append;
  private final int memory;
  private final Path work;

  /** How long a VM goes on behind the end of its boot, for who wants the console. */
  private final long lingerMillis;

  private Boot(
      Path image, String marker, String append, int memory, Path work, long lingerMillis) {
    this.image = image;
    this.marker = marker;
    this.append = append;
    this.memory = memory;
    this.work = work;
    this.lingerMillis = lingerMillis;
  }

  public static void main(String[] arguments) throws Exception {
    String marker = "";
    String append = "";
    int runs = 5;
    int memory = 256;
    Path image = null;
    Path keep = null;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--marker" -> marker = arguments[++i];
        case "--append" -> append = " " + arguments[++i];
        case "--console" -> keep = Path.of(arguments[++i]);
        case "--runs" -> runs = Integer.parseInt(arguments[++i]);
        case "--memory" -> memory = Integer.parseInt(arguments[++i]);
        default -> image = Path.of(arguments[i]);
      }
    }
    if (image == null) {
      System.err.println("usage: bench/boot [--marker TEXT] [--runs N] IMAGE_DIRECTORY");
      System.exit(2);
    }
    Path work = Files.createTempDirectory("boot");
    try {
      new Boot(image, marker, append, memory, work, keep == null ? 0 : 15_000).compare(runs);
      if (keep != null) {
        Files.copy(work.resolve("console.log"), keep, StandardCopyOption.REPLACE_EXISTING);
      }
    } finally {
      for (Path file : Files.list(work).toList()) {
        Files.delete(file);
      }
      Files.delete(work);
    }
  }

  private void compare(int runs) throws Exception {
    Path nothing = work.resolve("nothing.cpio");
    ByteArrayOutputStream initrd = new ByteArrayOutputStream();
    initrd.writeBytes(Files.readAllBytes(image.resolve("initrd.cpio")));
    initrd.writeBytes(cpio("init", HexFormat.of().parseHex(NOTHING)));
    Files.write(nothing, initrd.toByteArray());
    Files.write(
        work.resolve("initdata"),
        ByteBuffer.allocate(4096).put("CLINITD1".getBytes(StandardCharsets.US_ASCII)).putLong(2)
            .put("{}".getBytes(StandardCharsets.US_ASCII)).array());
    List<Took> bare = new ArrayList<>();
    List<Took> whole = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      bare.add(run(nothing, "reached"));
      whole.add(run(image.resolve("initrd.cpio"), marker));
      System.out.printf(
          Locale.ROOT,
          "run %d: init that does nothing %.2f s (CPU %.2f), agent %.2f s (CPU %.2f), QEMU %d MiB%n",
          i + 1, bare.getLast().wall(), bare.getLast().cpu(), whole.getLast().wall(),
          whole.getLast().cpu(), whole.getLast().residentMib());
    }
    print("wall", bare, whole, Took::wall);
    print("CPU", bare, whole, Took::cpu);
  }

  private static void print(
      String what, List<Took> bare, List<Took> whole, ToDoubleFunction<Took> measure) {
    double[] b = bare.stream().mapToDouble(measure).sorted().toArray();
    double[] w = whole.stream().mapToDouble(measure).sorted().toArray();
    int middle = b.length / 2;
    System.out.printf(
        Locale.ROOT,
        "%s: minimum %.2f s and %.2f s, ratio %.2f; median %.2f s and %.2f s, ratio %.2f%n",
        what, b[0], w[0], w[0] / b[0], b[middle], w[middle], w[middle] / b[middle]);
  }

  /** What a boot took: seconds, seconds of processor time of QEMU, its resident memory. */
  private record Took(double wall, double cpu, long residentMib) {}

  /** From QEMU's start to the end of the boot. */
  private Took run(Path initrd, String text) throws Exception {
    Path socket = work.resolve("agent.sock");
    Path console = work.resolve("console.log");
    Files.deleteIfExists(socket);
    Files.deleteIfExists(console);
    Files.createFile(console);
    long start = System.nanoTime();
    Process qemu =
        new ProcessBuilder(command(initrd, socket, console))
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("qemu.log").toFile())
            .start();
    try {
      if (text.isEmpty()) {
        answer(socket, console, qemu);
      } else {
        awaitText(console, text, qemu);
      }
      double wall = (System.nanoTime() - start) / 1e9;
      Took took = new Took(wall, cpuSeconds(qemu), residentMib(qemu));
      Thread.sleep(lingerMillis);
      return took;
    } finally {
      qemu.destroyForcibly();
      qemu.waitFor(10, TimeUnit.SECONDS);
    }
  }

  private static double cpuSeconds(Process process) {
    return process.info().totalCpuDuration().map(d -> d.toMillis() / 1e3).orElse(Double.NaN);
  }

  private static long residentMib(Process process) throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    for (String line : Files.exists(status) ? Files.readAllLines(status) : List.<String>of()) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
      }
    }
    return 0;
  }

  private List<String> command(Path initrd, Path socket, Path console) throws IOException {
    Matcher line =
        Pattern.compile("\"commandLine\": \"([^\"]*)\"")
            .matcher(Files.readString(image.resolve("image.json")));
    if (!line.find()) {
      throw new IOException("no command line in image.json");
    }
    return Arrays.asList(
        "qemu-system-x86_64", "-accel", "tcg,thread=multi,tb-size=32", "-M", "q35", "-cpu", "max",
        "-m", Integer.toString(memory), "-smp", "1", "-nodefaults", "-no-user-config", "-display", "none",
        "-no-reboot", "-bios", image.resolve("firmware.bin").toString(),
        "-kernel", image.resolve("vmlinuz").toString(), "-initrd", initrd.toString(),
        "-append", line.group(1).replace("%TEE%", "simulated") + append,
        "-drive", "if=none,id=root,format=raw,readonly=on,file=" + image.resolve("root.img"),
        "-device", "virtio-blk-pci,drive=root,serial=cloister-root",
        "-device", "virtio-serial-pci,id=serial0",
        "-chardev", "file,id=console,path=" + console, "-device", "virtconsole,chardev=console",
        "-chardev", "socket,id=agent,server=on,wait=off,path=" + socket,
        "-device", "virtserialport,chardev=agent,name=cloister.agent",
        "-chardev", "socket,id=psp,server=on,wait=off,path=" + work.resolve("psp.sock"),
        "-device", "virtserialport,chardev=psp,name=cloister.psp",
        "-chardev", "null,id=streams",
        "-device", "virtserialport,chardev=streams,name=cloister.streams",
        "-drive", "if=none,id=initdata,format=raw,readonly=on,file=" + work.resolve("initdata"),
        "-device", "virtio-blk-pci,drive=initdata,serial=cloister-initdata");
  }

  private static void awaitText(Path console, String text, Process qemu) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!Files.readString(console, StandardCharsets.ISO_8859_1).contains(text)) {
      if (System.nanoTime() > end || !qemu.isAlive()) {
        throw new IOException("no '" + text + "' on the console:\n" + Files.readString(console));
      }
      Thread.sleep(2);
    }
  }

  /** Opens a session and sends a ttrpc request for Hello at once; the agent reads it when it opens its port. */
  private static void answer(Path socket, Path console, Process qemu) throws Exception {
    while (!Files.exists(socket)) {
      if (!qemu.isAlive()) {
        throw new IOException("QEMU ended");
      }
      Thread.sleep(1);
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      byte[] request = request("cloister.agent.v1.Agent", "Hello");
      ByteBuffer frame = ByteBuffer.allocate(SESSION + 10 + request.length);
      frame.put("\u0001CLOISTER-HELLO\n".getBytes(StandardCharsets.ISO_8859_1)).put(new byte[16]);
      frame.putInt(request.length).putInt(1).put((byte) 1).put((byte) 0).put(request).flip();
      while (frame.hasRemaining()) {
        channel.write(frame);
      }
      Thread limit =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      Thread.sleep(LIMIT_SECONDS * 1000);
                      qemu.destroyForcibly();
                    } catch (InterruptedException e) {
                      Thread.currentThread().interrupt();
                    }
                  });
      ByteBuffer reply = ByteBuffer.allocate(SESSION + 10);
      int read = 0;
      while (reply.hasRemaining() && read >= 0) {
        read = channel.read(reply);
      }
      limit.interrupt();
      if (reply.hasRemaining()) {
        throw new IOException("no answer; console:\n" + Files.readString(console));
      }
    }
  }

  private static byte[] request(String service, String method) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String text : List.of(service, method)) {
      out.write(text.equals(service) ? 0x0a : 0x12);
      out.write(text.length());
      out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
    return out.toByteArray();
  }

  /** A cpio archive of one program; the kernel unpacks it over the first archive. */
  private static byte[] cpio(String name, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (String entry : List.of(name, "TRAILER!!!")) {
      byte[] data = entry.equals(name) ? content : new byte[0];
      int mode = entry.equals(name) ? 0100755 : 0;
      int[] fields = {9999, mode, 0, 0, 1, 0, data.length, 0, 0, 0, 0, entry.length() + 1, 0};
      out.writeBytes("070701".getBytes(StandardCharsets.US_ASCII));
      for (int field : fields) {
        out.writeBytes(String.format("%08X", field).getBytes(StandardCharsets.US_ASCII));
      }
      out.writeBytes((entry + "\0").getBytes(StandardCharsets.US_ASCII));
      pad(out);
      out.writeBytes(data);
      pad(out);
    }
    return out.toByteArray();
  }

  private static void pad(ByteArrayOutputStream out) {
    while (out.size() % 4 != 0) {
      out.write(0);
    }
  }
}
