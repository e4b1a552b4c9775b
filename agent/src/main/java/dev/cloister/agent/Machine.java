package dev.cloister.agent;

import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The devices of the VM, found by the names that the node gives them.
 *
 * @param root where the kernel's file systems are: the empty text, or a directory in tests
 */
record Machine(String root) {

  private static final long POLL_MILLIS = 20;

  /** The value of {@code cloister.tee} on the measured command line. */
  String tee() {
    String line = SmallFile.readOrEmpty(root + "/proc/cmdline");
    String found = "";
    int from = 0;
    while (from < line.length()) {
      int blank = line.indexOf(' ', from);
      int end = blank < 0 ? line.length() : blank;
      String word = line.substring(from, end);
      if (word.startsWith("cloister.tee=")) {
        if (!found.isEmpty()) {
          throw new CloisterException(AgentError.MACHINE, "cloister.tee", "it stands twice");
        }
        found = word.substring("cloister.tee=".length());
      }
      from = end + 1;
    }
    return found;
  }

  /** The character device of the virtio-serial port of this name. */
  Path port(String name) {
    String ports = root + "/sys/class/virtio-ports";
    for (String port : SmallFile.list(ports)) {
      if (SmallFile.readOrEmpty(ports + "/" + port + "/name").equals(name)) {
        return Path.of(root + "/dev/" + port);
      }
    }
    throw new CloisterException(AgentError.MACHINE, name, "there is no such port");
  }

  /**
   * The disk with this virtio serial, waiting for it up to a time.
   *
   * @return its name, for example {@code vdb}
   */
  String disk(String serial, long waitMillis) {
    long end = System.nanoTime() + waitMillis * 1_000_000;
    while (true) {
      String disks = root + "/sys/block";
      for (String disk : SmallFile.list(disks)) {
        if (disk.startsWith("vd")
            && SmallFile.readOrEmpty(disks + "/" + disk + "/serial").equals(serial)) {
          return disk;
        }
      }
      if (System.nanoTime() - end >= 0) {
        throw new CloisterException(AgentError.DISK, serial, "no disk has this serial");
      }
      pause();
    }
  }

  /** Waits until a file is there. */
  void awaitFile(String path, long waitMillis) {
    long end = System.nanoTime() + waitMillis * 1_000_000;
    while (!new java.io.File(root + path).exists()) {
      if (System.nanoTime() - end >= 0) {
        throw new CloisterException(AgentError.MACHINE, path, "it did not come in time");
      }
      pause();
    }
  }

  /** The network interface with this address, as {@code 02:00:...}. */
  String networkInterface(String mac) {
    String all = root + "/sys/class/net";
    for (String device : SmallFile.list(all)) {
      if (SmallFile.readOrEmpty(all + "/" + device + "/address").equals(mac)) {
        return device;
      }
    }
    throw new CloisterException(AgentError.MACHINE, mac, "no network interface has this address");
  }

  /** Major and minor number of a disk, as {@code 254:16}. */
  String deviceNumber(String disk) throws IOException {
    return SmallFile.read(root + "/sys/block/" + disk + "/dev");
  }

  static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloisterException(AgentError.MACHINE, "", "interrupted", e);
    }
  }
}
