package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.JsonWriter;
import dev.cloister.policy.BundleLayout;
import dev.cloister.policy.Composer;
import dev.cloister.policy.ContainerPolicy;
import dev.cloister.policy.HostInputs;
import dev.cloister.policy.InstanceId;
import dev.cloister.policy.PodPolicy;
import dev.cloister.policy.Release;
import dev.cloister.policy.StdinPolicy;
import java.io.File;
import java.util.List;
import java.util.Map;

/**
 * Makes, starts and takes away containers with crun, from the composed configuration alone. The
 * container's first process becomes a child of the agent (the init made it a subreaper), which
 * waits for it itself.
 */
final class Containers {

  private static final String ROOT = "/run/cloister/crun";
  private static final int LOG_BYTES = 64 * 1024;
  private static final int READ_ONLY_UPPER_MIB = 1;

  private final PodPolicy policy;
  private final VerityDisks disks;
  private final PodVolumes volumes;
  private final InPods inPods;
  private final HostsFiles hosts;
  private final String directory;
  private int made;

  Containers(
      PodPolicy policy,
      VerityDisks disks,
      PodVolumes volumes,
      InPods inPods,
      HostsFiles hosts,
      String directory) {
    this.inPods = inPods;
    this.hosts = hosts;
    this.policy = policy;
    this.disks = disks;
    this.volumes = volumes;
    this.directory = directory;
  }

  /** Makes an instance: its root, its bundle, its namespaces. Nothing of it runs yet. */
  ContainerRun create(InstanceId id, ContainerPolicy container, HostInputs inputs) {
    refuseUnsupported(container);
    long begun = System.nanoTime();
    String name = nextName();
    String place = directory + "/" + name;
    SmallFile.makeDirectory(place);
    ContainerRun run = new ContainerRun(id, container, name, place);
    try {
      String rootfs = mountRoot(container, place);
      inPods.open(run);
      BundleLayout layout = layout(container, inputs, place, rootfs, name);
      SmallFile.write(
          place + "/config.json",
          JsonWriter.canonical(Composer.runtimeConfig(policy, container, inputs, layout)));
      createWithCrun(run);
    } catch (CloisterException e) {
      discard(run);
      throw e;
    }
    run.tookToCreate((System.nanoTime() - begun) / 1000);
    return run;
  }

  private synchronized String nextName() {
    return "c" + ++made;
  }

  private void refuseUnsupported(ContainerPolicy container) {
    String where = "containers[" + container.name() + "]";
    if (container.tty()) {
      throw new CloisterException(AgentError.UNSUPPORTED, where + ".tty", "terminals");
    }
    if (container.stdin() != StdinPolicy.NONE) {
      throw new CloisterException(AgentError.UNSUPPORTED, where + ".stdin", "standard input");
    }
    if (policy.pod().sharePid()) {
      throw new CloisterException(
          AgentError.UNSUPPORTED, "pod.sharePid", "a process namespace for the whole pod");
    }
  }

  /** The image below, guest memory above. A read-only root has room for mount points only. */
  private String mountRoot(ContainerPolicy container, String place) {
    int mib = container.rootfs().readOnly() ? READ_ONLY_UPPER_MIB : container.rootfs().upperMib();
    String memory = place + "/memory";
    SmallFile.makeDirectory(memory);
    Kernel.mount("tmpfs", memory, "tmpfs", Kernel.NO_DEVICES, "mode=0700,size=" + mib + "m");
    SmallFile.makeDirectory(memory + "/upper");
    SmallFile.makeDirectory(memory + "/work");
    Kernel.changeMode(memory + "/upper", 0755);
    String rootfs = place + "/rootfs";
    SmallFile.makeDirectory(rootfs);
    Kernel.mount(
        "overlay",
        rootfs,
        "overlay",
        Kernel.NO_DEVICES,
        "lowerdir="
            + disks.mountPoint(container.image())
            + ",upperdir="
            + memory
            + "/upper"
            + ",workdir="
            + memory
            + "/work");
    return rootfs;
  }

  private BundleLayout layout(
      ContainerPolicy container, HostInputs inputs, String place, String rootfs, String name) {
    hosts.add(place + "/hosts", Composer.hosts(policy, inputs));
    SmallFile.write(place + "/hostname", Composer.hostname(inputs));
    SmallFile.write(place + "/resolv.conf", Composer.resolvConf(policy, inputs));
    SmallFile.write(place + "/message", "");
    Kernel.changeMode(place + "/message", 0666);
    Map<String, String> sources = volumes.prepare(container, inputs.facts());
    return new BundleLayout(
        rootfs,
        sources,
        volumes.subPaths(container),
        PodNetwork.namespace("net"),
        PodNetwork.namespace("ipc"),
        PodNetwork.namespace("uts"),
        "",
        volumes.shm(),
        place + "/hosts",
        place + "/hostname",
        place + "/resolv.conf",
        place + "/message",
        InPod.directory(place),
        "/pod/" + name);
  }

  private static void createWithCrun(ContainerRun run) {
    String place = run.directory();
    ProcessBuilder crun =
        new ProcessBuilder(
            "crun",
            "--root",
            ROOT,
            "--log",
            place + "/crun.log",
            "create",
            "--bundle",
            place,
            "--pid-file",
            place + "/pid",
            run.name());
    crun.redirectInput(new File("/dev/null"));
    crun.redirectOutput(sink(run, "stdout", run.policy().logs().stdout()));
    crun.redirectError(sink(run, "stderr", run.policy().logs().stderr()));
    int code = Programs.finish("crun", crun);
    if (code != 0) {
      throw Programs.failed("crun", code, SmallFile.readOrEmpty(place + "/crun.log"));
    }
    run.hasPid(Integer.parseInt(SmallFile.readOrEmpty(place + "/pid")));
  }

  private static File sink(ContainerRun run, String stream, Release release) {
    if (release == Release.NONE) {
      return new File("/dev/null");
    }
    OutputBuffer buffer = new OutputBuffer(LOG_BYTES, true);
    run.addOutput(stream, buffer);
    String fifo = run.directory() + "/" + stream;
    OutputPump.start(fifo, buffer);
    return new File(fifo);
  }

  /** Lets a created instance run. */
  void start(ContainerRun run) {
    long begun = System.nanoTime();
    Programs.run(
        run.directory(),
        List.of(
            "crun", "--root", ROOT, "--log", run.directory() + "/crun.log", "start", run.name()));
    run.tookToStart((System.nanoTime() - begun) / 1000);
  }

  /** Starts a listed command in a running instance; crun ends with its exit code. */
  Process exec(ContainerRun run, String key, String processJson) {
    String file = run.directory() + "/" + key + ".json";
    SmallFile.write(file, processJson);
    ProcessBuilder crun =
        new ProcessBuilder(
            "crun",
            "--root",
            ROOT,
            "exec",
            "--process",
            file,
            "--pid-file",
            run.directory() + "/" + key + ".pid",
            run.name());
    crun.redirectInput(new File("/dev/null"));
    return Programs.start("crun", crun);
  }

  /** Takes away what is left of an instance, whatever state it is in. */
  void discard(ContainerRun run) {
    run.abandonOutputs();
    hosts.remove(run.directory() + "/hosts");
    inPods.close(run);
    try {
      Programs.run(
          run.directory(), List.of("crun", "--root", ROOT, "delete", "--force", run.name()));
    } catch (CloisterException e) {
      Console.say("after " + run.policy().name() + ": " + e.detail());
    }
    unmount(run.directory() + "/rootfs");
    unmount(run.directory() + "/memory");
    SmallFile.deleteTree(new File(run.directory()));
  }

  private static void unmount(String path) {
    try {
      Kernel.unmount(path);
    } catch (CloisterException _) {
      // It was not mounted yet: the instance failed before.
    }
  }
}
