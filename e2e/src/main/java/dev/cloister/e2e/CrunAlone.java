package dev.cloister.e2e;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.guest.CpioWriter;
import dev.cloister.guest.GuestImage;
import dev.cloister.node.BootFiles;
import dev.cloister.policy.BundleLayout;
import dev.cloister.policy.Composer;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.HostInputs;
import dev.cloister.policy.IpAddress;
import dev.cloister.policy.MountPolicy;
import dev.cloister.policy.PodFacts;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.Resolver;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The example's containers started by crun without an agent: the same kernel, verified root,
 * devices and OCI configurations; the initrd has {@code bench/crun.c} as its init, which puts files
 * and namespaces where the configurations name them. For one thread.
 */
final class CrunAlone {

  private static final String PLACE = "/run/bench/";
  private static final String ID = "crun-alone";
  private static final long LIMIT_SECONDS = 180;
  private static final Pattern LINE =
      Pattern.compile("crun-alone ([a-z]+) ([0-9]+) ([0-9]+) ([0-9]+)");

  private final Stage stage;
  private final int rounds;

  CrunAlone(Stage stage, int rounds) {
    this.stage = stage;
    this.rounds = rounds;
  }

  List<ContainerBenchmark.Start> run() {
    Path initrd = initrd(compile());
    HostilePod pod =
        HostilePod.start(stage, ID, stage.pod(), spec -> spec.withBoot(with(spec.boot(), initrd)));
    try (pod) {
      String console = stage.terminal().during("crun alone", () -> awaitEnd(pod));
      return read(console);
    }
  }

  private static BootFiles with(BootFiles honest, Path initrd) {
    return new BootFiles(honest.firmware(), honest.kernel(), initrd, honest.commandLine());
  }

  /** The benchmark's init, made of the guest's own. */
  private Path compile() {
    Path home = stage.locations().home();
    Path program = stage.work().resolve("crun-init");
    Path messages = stage.work().resolve("cc.out");
    Timing.seconds(
        Map.of(),
        messages,
        List.of(
            "cc",
            "-static",
            "-O2",
            "-I" + home.resolve(Path.of("guest", "src", "main", "c")),
            "-o",
            program.toString(),
            home.resolve("bench").resolve("crun.c").toString()));
    return program;
  }

  /** The kernel unpacks one archive after the other; a later file takes an earlier one's place. */
  private Path initrd(Path program) {
    GuestImage guest = stage.guest();
    Path file = stage.work().resolve("crun-alone.cpio");
    CpioWriter cpio = new CpioWriter();
    try {
      cpio.file("init", 0755, Files.readAllBytes(program));
      cpio.directory("bench", 0755);
      StringBuilder list = new StringBuilder();
      PodPolicy policy = stage.workload().policy();
      for (ContainerPolicy container : policy.containers()) {
        String name = container.name();
        int times = name.equals(ContainerBenchmark.REPEATED) ? rounds : 1;
        list.append("%s %s %d\n".formatted(name, container.image().serial(), times));
        byte[] config =
            JsonWriter.canonical(
                    Composer.runtimeConfig(policy, container, inputs(), layout(container)))
                .getBytes(StandardCharsets.UTF_8);
        cpio.file("bench/" + name + ".json", 0644, config);
      }
      cpio.file("bench/list", 0644, list.toString().getBytes(StandardCharsets.UTF_8));
      Files.copy(guest.initrd(), file);
      Files.write(file, cpio.finish(), StandardOpenOption.APPEND);
      return file;
    } catch (IOException e) {
      throw Stage.failed(file.toString(), e);
    }
  }

  private HostInputs inputs() {
    PodFacts facts =
        new PodFacts(
            stage.workload().podName(0),
            stage.workload().namespace(),
            "00000000-0000-0000-0000-000000000000",
            "node",
            stage.workload().podName(0),
            List.of(IpAddress.parse("10.0.0.2")),
            List.of(IpAddress.parse("10.0.0.1")));
    return new HostInputs(facts, Resolver.EMPTY, List.of());
  }

  private static BundleLayout layout(ContainerPolicy container) {
    Map<String, String> volumes = new HashMap<>();
    Map<String, String> subPaths = new HashMap<>();
    for (MountPolicy mount : container.mounts()) {
      volumes.put(mount.volume(), PLACE + "volume");
      subPaths.put(mount.at(), PLACE + "volume");
    }
    String file = PLACE + "file";
    return new BundleLayout(
        PLACE + container.name() + "/rootfs",
        volumes,
        subPaths,
        "/run/netns/pod",
        "/run/netns/pod-ipc",
        "/run/netns/pod-uts",
        "",
        PLACE + "volume",
        file,
        file,
        file,
        file,
        PLACE + "volume",
        "/pod/" + container.name());
  }

  private String awaitEnd(HostilePod pod) {
    try {
      CloisterException _ = pod.sandbox().ended().get(LIMIT_SECONDS, TimeUnit.SECONDS);
      Path pods = stage.locations().state().resolve("node").resolve("pods");
      return Files.readString(pods.resolve(ID).resolve("console.log"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw Stage.failed("console", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(E2eError.STEP_FAILED, ID, "interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new CloisterException(E2eError.STEP_FAILED, ID, "the VM does not end", e);
    }
  }

  private static List<ContainerBenchmark.Start> read(String console) {
    List<ContainerBenchmark.Start> starts = new ArrayList<>();
    Matcher line = LINE.matcher(console);
    while (line.find()) {
      starts.add(
          new ContainerBenchmark.Start(
              line.group(1),
              Integer.parseInt(line.group(2)),
              Long.parseLong(line.group(3)),
              Long.parseLong(line.group(4))));
    }
    if (!console.contains("crun-alone end")) {
      throw new CloisterException(E2eError.STEP_FAILED, ID, "its console ended with: " + console);
    }
    return starts;
  }
}
