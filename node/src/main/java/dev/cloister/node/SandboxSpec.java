package dev.cloister.node;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Initdata;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What one VM is made of, every file by name. Nothing here is trusted, and nothing is derived: host
 * data that does not belong to the initdata, a disk under another disk's root, another kernel are
 * all expressible, and are what an attacking host would do.
 *
 * @param id name of the sandbox, 1 to 32 of a-z, 0-9 and '-'
 * @param boot what it boots
 * @param root the guest's root disk (serial {@code cloister-root})
 * @param hostData 32 bytes for the evidence; an honest node gives the SHA-256 of the initdata
 * @param initdata the document on the initdata disk, 1 byte to 1 MiB
 * @param disks image disks that are there from the start, 24 at most
 * @param hotplugSlots how many further disks may come while it runs, 0 to 24
 * @param memoryMib guest memory, 64 to 1,048,576 MiB
 * @param vcpus 1 to 64
 * @param network whether it is connected to the pod network
 * @param tee {@code snp} or {@code tdx}: the evidence that it has
 */
public record SandboxSpec(
    String id,
    BootFiles boot,
    Path root,
    Bytes hostData,
    Bytes initdata,
    List<ImageDisk> disks,
    int hotplugSlots,
    int memoryMib,
    int vcpus,
    boolean network,
    String tee) {

  static final int MAX_DISKS = 24;

  public SandboxSpec {
    SpecRules.id(id);
    disks = List.copyOf(disks);
    SpecRules.range("hostData", hostData.size(), 32, 32);
    SpecRules.range("initdata", initdata.size(), 1, Initdata.MAX_SIZE);
    SpecRules.range("disks", disks.size(), 0, MAX_DISKS);
    SpecRules.range("hotplugSlots", hotplugSlots, 0, MAX_DISKS);
    SpecRules.range("memoryMib", memoryMib, 64, 1 << 20);
    SpecRules.range("vcpus", vcpus, 1, 64);
    SpecRules.text("tee", tee, 32);
    Set<String> serials = new HashSet<>();
    for (ImageDisk disk : disks) {
      if (!serials.add(disk.serial())) {
        throw new CloisterException(
            NodeError.BAD_SPEC, "disks", "two disks have the serial " + disk.serial());
      }
    }
  }

  /** The same with other boot files. */
  public SandboxSpec withBoot(BootFiles other) {
    return new SandboxSpec(
        id, other, root, hostData, initdata, disks, hotplugSlots, memoryMib, vcpus, network, tee);
  }

  /** The same with another root disk. */
  public SandboxSpec withRoot(Path other) {
    return new SandboxSpec(
        id, boot, other, hostData, initdata, disks, hotplugSlots, memoryMib, vcpus, network, tee);
  }

  /** The same with another document on the initdata disk, while the host data stays. */
  public SandboxSpec withInitdata(Bytes other) {
    return new SandboxSpec(
        id, boot, root, hostData, other, disks, hotplugSlots, memoryMib, vcpus, network, tee);
  }

  /** The same with no image disk, and room for some to come while it runs. */
  public SandboxSpec withDisksToCome(int slots) {
    return new SandboxSpec(
        id, boot, root, hostData, initdata, List.of(), slots, memoryMib, vcpus, network, tee);
  }

  /** The same with other image disks. */
  public SandboxSpec withDisks(List<ImageDisk> others) {
    return new SandboxSpec(
        id, boot, root, hostData, initdata, others, hotplugSlots, memoryMib, vcpus, network, tee);
  }
}
