import dev.cloister.image.FileAttributes;
import dev.cloister.image.FileContent;
import dev.cloister.image.FileTree;
import dev.cloister.image.ImageConfig;
import dev.cloister.image.ImageDisk;
import dev.cloister.image.ImageStore;
import dev.cloister.image.OciLayout;
import dev.cloister.image.OciLayoutWriter;
import dev.cloister.image.ProgressListener;
import dev.cloister.image.Reference;
import dev.cloister.image.RegistryClient;
import dev.cloister.image.RegistryOptions;
import dev.cloister.image.ResolvedImage;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Makes an image of the host's own /usr, serves it with Debian's docker-registry on loopback, and
 * measures. Each number is the best of the rounds, which go through all measurements in turn; the
 * first rounds warm the compiler up for both sides. umoci takes part in the first two.
 */
final class Image {

  private static Path work;

  private static Process registry;

  private Image() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 3 && arguments[0].equals("--convert")) {
      convert(Reference.parse(arguments[1]), Path.of(arguments[2]));
      System.out.println(peakMemory());
      return;
    }
    if (arguments.length == 1 && arguments[0].equals("--nothing")) {
      System.out.println(peakMemory());
      return;
    }
    long mebibytes = option(arguments, "--mebibytes", 300);
    int rounds = (int) option(arguments, "--rounds", 10);
    work = Files.createTempDirectory("cloister-bench-image");
    Runtime.getRuntime().addShutdownHook(new Thread(Image::cleanUp));
    run(mebibytes << 20, rounds);
  }

  private static void run(long bytes, int rounds) throws Exception {
    Path layout = makeLayout(bytes);
    Path blob = largestBlob(layout);
    long unpacked = unpack(blob);
    print(
        "%d processors, load %s",
        Runtime.getRuntime().availableProcessors(),
        Files.readString(Path.of("/proc/loadavg")).strip());
    print("image: 1 layer, %d MiB packed, %d MiB unpacked", mib(Files.size(blob)), mib(unpacked));
    int port = freePort();
    registry = startRegistry(port);
    Reference reference = Reference.parse("127.0.0.1:" + port + "/bench:test");
    try (RegistryClient client = new RegistryClient(RegistryOptions.defaults())) {
      client.push(OciLayout.open(layout), "test", reference, ProgressListener.NONE);
    }
    if (rounds > 0) {
      measure(layout, blob, unpacked, reference, rounds);
    }
    memory(reference);
  }

  /** Nothing stays, also where somebody ends the benchmark early. */
  private static void cleanUp() {
    if (registry != null) {
      registry.destroy();
    }
    try {
      delete(work);
    } catch (IOException e) {
      System.err.println(work + " is left: " + e);
    }
  }

  private static void measure(
      Path layout, Path blob, long unpacked, Reference reference, int rounds) throws Exception {
    double[] best = new double[5];
    Arrays.fill(best, Double.MAX_VALUE);
    double cpu = Double.MAX_VALUE;
    for (int round = 0; round < rounds; round++) {
      best[0] = Math.min(best[0], seconds(() -> hash(unpacked)));
      best[1] = Math.min(best[1], seconds(() -> unpack(blob)));
      best[2] = Math.min(best[2], seconds(() -> write(unpacked)));
      long before = cpuMillis();
      best[3] = Math.min(best[3], seconds(() -> convert(reference, work.resolve("store"))));
      cpu = Math.min(cpu, (cpuMillis() - before) / 1e3);
      delete(work.resolve("store"));
      if (round < 2) {
        best[4] = Math.min(best[4], seconds(() -> umoci(layout)));
        delete(work.resolve("bundle"));
      }
    }
    double slowest = Math.max(best[0], Math.max(best[1], best[2]));
    print("SHA-256 alone            %6.2f s", best[0]);
    print("gunzip alone             %6.2f s", best[1]);
    print("disk alone               %6.2f s", best[2]);
    print("pull, check, convert     %6.2f s, %.2f s of processors", best[3], cpu);
    print("umoci unpack, mkfs.erofs %6.2f s", best[4]);
    print("slowest stage / together: %.0f %% (promised: at least 60)", 100 * slowest / best[3]);
    print("together / umoci + mkfs:  %.2f (promised: at most 1.00)", best[3] / best[4]);
    again(reference);
  }

  private static void again(Reference reference) throws Exception {
    Path store = work.resolve("store");
    ImageDisk first = convert(reference, store);
    Object inode = Files.getAttribute(first.path(), "unix:ino");
    double seconds = seconds(() -> convert(reference, store));
    ImageDisk second = convert(reference, store);
    boolean same = inode.equals(Files.getAttribute(second.path(), "unix:ino"));
    print("second use: %.3f s, the same file: %s", seconds, same);
    delete(store);
  }

  private static void memory(Reference reference) throws Exception {
    long nothing = child(List.of("--nothing"));
    long converting =
        child(List.of("--convert", reference.toString(), work.resolve("store").toString()));
    print(
        "memory with -Xmx24m: %d MiB resident at most, %d MiB of it the JVM's own, %d MiB beyond"
            + " (promised: at most 64)",
        mib(converting), mib(nothing), mib(converting - nothing));
  }

  private static long child(List<String> arguments) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("image.java"),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx24m",
                "-cp",
                classesOfThisProgram() + ":" + System.getProperty("java.class.path"),
                "Image"));
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("the child failed: " + output);
    }
    return Long.parseLong(output);
  }

  /** The compiler must not be in the measured process. */
  private static Path classesOfThisProgram() throws Exception {
    Path classes = work.resolve("classes");
    if (!Files.exists(classes)) {
      command(
          Path.of(System.getProperty("image.java")).resolveSibling("javac").toString(),
          "-d",
          classes.toString(),
          "-cp",
          System.getProperty("java.class.path"),
          System.getProperty("image.source"));
    }
    return classes;
  }

  private static ImageDisk convert(Reference reference, Path directory) {
    ImageStore store = ImageStore.open(directory);
    try (RegistryClient client = new RegistryClient(RegistryOptions.defaults())) {
      ResolvedImage image = store.resolve(reference, client);
      return store.disk(image, client, ProgressListener.NONE);
    }
  }

  private static void umoci(Path layout) throws Exception {
    String bundle = work.resolve("bundle").toString();
    command("umoci", "unpack", "--image", layout + ":test", bundle);
    command("mkfs.erofs", work.resolve("umoci.img").toString(), bundle + "/rootfs");
  }

  private static void hash(long bytes) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] piece = new byte[1 << 20];
    for (long done = 0; done < bytes; done += piece.length) {
      sha256.update(piece);
    }
    sha256.digest();
  }

  private static long unpack(Path blob) throws IOException {
    long count = 0;
    byte[] piece = new byte[1 << 17];
    try (InputStream in = new GZIPInputStream(Files.newInputStream(blob), 1 << 16)) {
      for (int got = in.read(piece); got >= 0; got = in.read(piece)) {
        count += got;
      }
    }
    return count;
  }

  private static void write(long bytes) throws Exception {
    command(
        "dd",
        "if=/dev/zero",
        "of=" + work.resolve("zeros"),
        "bs=1M",
        "count=" + mib(bytes),
        "status=none");
    Files.delete(work.resolve("zeros"));
  }

  private static Path makeLayout(long limit) throws IOException {
    FileTree tree = new FileTree(FileAttributes.ofRoot(0755, 0));
    long[] total = {0};
    Files.walkFileTree(
        Path.of("/usr"),
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            FileAttributes kept =
                FileAttributes.ofRoot(0755, attributes.lastModifiedTime().toMillis() / 1000);
            if (attributes.isSymbolicLink()) {
              tree.symlink(file.toString(), Files.readSymbolicLink(file).toString(), kept);
            } else if (attributes.isRegularFile() && Files.isReadable(file)) {
              tree.file(file.toString(), FileContent.of(file), kept);
              total[0] += attributes.size();
            }
            return total[0] < limit ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
          }
        });
    Path layout = work.resolve("layout");
    ImageConfig config = ImageConfig.ofEntrypoint(List.of("/usr/bin/true"));
    OciLayoutWriter.create(layout)
        .image("test", config, List.of(tree), OciLayoutWriter.Compression.GZIP);
    return layout;
  }

  private static Path largestBlob(Path layout) throws IOException {
    try (Stream<Path> blobs = Files.list(layout.resolve("blobs/sha256"))) {
      return blobs.max(Comparator.comparingLong(file -> file.toFile().length())).orElseThrow();
    }
  }

  private static Process startRegistry(int port) throws Exception {
    Path config = work.resolve("registry.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: "127.0.0.1:%d"}
        """
            .formatted(work.resolve("registry"), port));
    Process registry =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("registry.log").toFile())
            .start();
    for (int i = 0; i < 200; i++) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return registry;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    throw new IllegalStateException("the registry does not start");
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private static double seconds(Step step) throws Exception {
    long start = System.nanoTime();
    step.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static void command(String... words) throws Exception {
    Process process =
        new ProcessBuilder(words)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("output").toFile())
            .start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          words[0] + " failed: " + Files.readString(work.resolve("output")));
    }
  }

  private static long cpuMillis() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
  }

  private static long peakMemory() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IllegalStateException("no VmHWM");
  }

  private static long option(String[] arguments, String name, long otherwise) {
    int at = Arrays.asList(arguments).indexOf(name);
    return at < 0 ? otherwise : Long.parseLong(arguments[at + 1]);
  }

  private static long mib(long bytes) {
    return bytes >> 20;
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }

  private static void delete(Path directory) throws IOException {
    if (Files.exists(directory)) {
      try (Stream<Path> all = Files.walk(directory)) {
        for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) {
          Files.delete(path);
        }
      }
    }
  }
}
