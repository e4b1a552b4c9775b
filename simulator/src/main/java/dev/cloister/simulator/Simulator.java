package dev.cloister.simulator;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.rpc.SimulatorMessages.GetVendorResponse;
import dev.cloister.rpc.SimulatorMessages.LaunchRequest;
import dev.cloister.rpc.SimulatorMessages.LaunchResponse;
import dev.cloister.rpc.SimulatorService;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The launcher: measures, starts QEMU, and serves each VM's report port until QEMU ends. When the
 * simulator ends, its VMs run on without evidence; the next one with the same state directory
 * serves them again. For any thread.
 */
public final class Simulator implements SimulatorService, AutoCloseable {

  private static final int MAX_VMS = 256;
  private static final long START_MILLIS = 30_000;
  // QEMU connects before it loads the kernel; a file that it can't load ends it within this time.
  private static final long SETTLE_MILLIS = 150;
  private static final int LOG_TAIL = 2048;

  private final SimulatedVendors vendors;
  private final Path records;
  private final SecureRandom random;
  private final Consumer<String> log;
  private final Map<String, ReportPort> ports = new HashMap<>();
  private final Set<String> starting = new HashSet<>();

  /**
   * Starts the launcher and serves again the VMs that an earlier one left running.
   *
   * @param vendors sign the evidence
   * @param records directory of what is remembered of each VM
   * @param random makes report ids
   * @param log takes lines for people
   */
  public Simulator(
      SimulatedVendors vendors, Path records, SecureRandom random, Consumer<String> log) {
    this.vendors = vendors;
    this.records = records;
    this.random = random;
    this.log = log;
    PrivateFiles.makeDirectory(records);
    adoptAll();
  }

  @Override
  public GetVendorResponse getVendor() {
    return new GetVendorResponse(
        vendors.snp().rootCertificate(),
        vendors.snp().rootKeyDigest(),
        vendors.tdx().rootCertificate(),
        vendors.tdx().rootKeyDigest());
  }

  @Override
  public LaunchResponse launch(LaunchRequest request) {
    LaunchRules.check(request);
    reserve(request.id());
    try {
      return start(request);
    } finally {
      synchronized (this) {
        starting.remove(request.id());
      }
    }
  }

  private synchronized void reserve(String id) {
    if (ports.containsKey(id) || !starting.add(id)) {
      throw new CloisterException(SimulatorError.ALREADY_RUNNING, id, "a VM of this id runs");
    }
    if (ports.size() + starting.size() > MAX_VMS) {
      starting.remove(id);
      throw new CloisterException(SimulatorError.TOO_MANY_VMS, id, "at most " + MAX_VMS);
    }
  }

  private LaunchResponse start(LaunchRequest request) {
    Path directory = Path.of(request.directory());
    PrivateFiles.makeDirectory(directory);
    BootFiles files =
        BootFiles.read(
            Path.of(request.firmware()), Path.of(request.kernel()), Path.of(request.initrd()));
    boolean started = false;
    try {
      Measured launch = Measured.of(request, files, reportId());
      Bytes digest = launch.launchDigest();
      ReportPort port = ReportPort.open(directory, vendors, launch, files::close);
      try {
        Process qemu = run(request, files, directory);
        awaitStart(qemu, port, directory);
        long pid = qemu.pid();
        keep(new VmRecord(request.id(), launch, pid, VmRecord.startOf(pid), directory), port);
        watch(qemu.toHandle(), () -> forget(request.id(), files));
        started = true;
        log.accept("launched " + request.id() + " pid " + pid + " digest " + digest.toHex());
        return new LaunchResponse(pid, digest);
      } finally {
        if (!started) {
          port.close();
        }
      }
    } finally {
      if (!started) {
        files.close();
      }
    }
  }

  private Bytes reportId() {
    byte[] id = new byte[32];
    random.nextBytes(id);
    return Bytes.of(id);
  }

  private static Process run(LaunchRequest request, BootFiles files, Path directory) {
    List<String> command = new ArrayList<>();
    // A session of its own, so that a signal to the simulator's terminal does not reach QEMU.
    command.add("setsid");
    command.addAll(request.prefix());
    command.add(request.qemu());
    command.addAll(request.arguments());
    command.addAll(files.arguments(request.commandLine()));
    command.addAll(List.of("-smp", Integer.toString(request.vcpus())));
    // Commas in option values are doubled, or what follows them would be options.
    String socket = directory.resolve("psp.sock").toString().replace(",", ",,");
    command.addAll(List.of("-chardev", "socket,id=cloister-psp,reconnect=1,path=" + socket));
    command.add("-device");
    command.add("virtserialport,bus=serial0.0,chardev=cloister-psp,name=cloister.psp");
    try {
      return new ProcessBuilder(command)
          .redirectInput(Path.of("/dev/null").toFile())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("qemu.log").toFile()))
          .start();
    } catch (IOException e) {
      throw new CloisterException(
          SimulatorError.QEMU_FAILED, request.qemu(), String.valueOf(e.getMessage()), e);
    }
  }

  /** QEMU connects to the port when it has read its arguments. */
  private static void awaitStart(Process qemu, ReportPort port, Path directory) {
    try {
      long end = System.nanoTime() + START_MILLIS * 1_000_000;
      while (System.nanoTime() < end) {
        boolean connected = port.awaitConnection(20);
        if (connected && !qemu.waitFor(SETTLE_MILLIS, TimeUnit.MILLISECONDS)) {
          return;
        }
        if (!qemu.isAlive()) {
          throw new CloisterException(
              SimulatorError.QEMU_FAILED,
              directory.resolve("qemu.log").toString(),
              "ended with status " + qemu.exitValue() + ": " + tail(directory));
        }
      }
      qemu.destroyForcibly();
      throw new CloisterException(
          SimulatorError.QEMU_FAILED,
          directory.resolve("qemu.log").toString(),
          "did not start within " + START_MILLIS + " ms");
    } catch (InterruptedException e) {
      qemu.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new CloisterException(SimulatorError.QEMU_FAILED, "", "interrupted", e);
    }
  }

  private static String tail(Path directory) {
    try (RandomAccessFile file =
        new RandomAccessFile(directory.resolve("qemu.log").toFile(), "r")) {
      file.seek(Math.max(0, file.length() - LOG_TAIL));
      byte[] end = new byte[LOG_TAIL];
      int read = Math.max(0, file.read(end));
      return new String(end, 0, read, StandardCharsets.UTF_8).strip().replace('\n', ' ');
    } catch (IOException e) {
      return "without a word";
    }
  }

  private void adoptAll() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(records, "*.json")) {
      for (Path file : files) {
        adopt(file);
      }
    } catch (IOException e) {
      throw PrivateFiles.unusable(records, e);
    }
  }

  private void adopt(Path file) {
    try {
      VmRecord record = VmRecord.read(file);
      if (record.process().isEmpty()) {
        Files.deleteIfExists(file);
        return;
      }
      ReportPort port = ReportPort.open(record.directory(), vendors, record.launch(), () -> {});
      synchronized (this) {
        ports.put(record.id(), port);
      }
      record.process().ifPresent(qemu -> watch(qemu, () -> forget(record.id())));
      log.accept("serves " + record.id() + " pid " + record.pid() + " again");
    } catch (IOException | CloisterException e) {
      log.accept("cannot serve " + file.getFileName() + " again: " + e.getMessage());
    }
  }

  private static void watch(ProcessHandle qemu, Runnable onExit) {
    Thread.ofVirtual()
        .name("qemu-" + qemu.pid())
        .start(() -> {
          qemu.onExit().join();
          onExit.run();
        });
  }

  private void keep(VmRecord record, ReportPort port) {
    record.write(records.resolve(record.id() + ".json"));
    synchronized (this) {
      ports.put(record.id(), port);
    }
  }

  private void forget(String id, BootFiles files) {
    files.close();
    forget(id);
  }

  private void forget(String id) {
    ReportPort port;
    synchronized (this) {
      port = ports.remove(id);
    }
    if (port != null) {
      port.close();
      try {
        Files.deleteIfExists(records.resolve(id + ".json"));
      } catch (IOException e) {
        log.accept("cannot forget " + id + ": " + e.getMessage());
      }
      log.accept("ended " + id);
    }
  }

  /** Ends all ports; the VMs run on and are served again by the next simulator. */
  @Override
  public void close() {
    List<ReportPort> open;
    synchronized (this) {
      open = List.copyOf(ports.values());
      ports.clear();
    }
    open.forEach(ReportPort::close);
  }
}
