package dev.cloister.cli;

import dev.cloister.attestation.AcpiFiles;
import dev.cloister.attestation.GuestMemory;
import dev.cloister.attestation.TdxBuild;
import dev.cloister.attestation.TdxRegisters;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A launch under TDX, as options or a line of a batch name it.
 *
 * @param firmware the firmware file
 * @param boot what the firmware starts
 * @param order in which the host measures pages
 * @param memory of the guest, where it is known
 * @param acpi what QEMU tells the firmware of the machine, where it is known
 * @param headerWritten whether QEMU writes into the kernel's setup header
 */
record TdxLaunch(
    Path firmware,
    BootSource boot,
    TdxBuild.PageOrder order,
    Optional<GuestMemory> memory,
    Optional<Acpi> acpi,
    boolean headerWritten) {

  /** The name of what is measured of the firmware itself. */
  static final String MR_TD = "mrTd";

  private static final int MAX_ACPI = 8 << 20;

  /** The files of QEMU with the machine's tables. */
  record Acpi(Path loader, Path rsdp, Path tables) {

    AcpiFiles read() {
      return new AcpiFiles(
          Disk.read(loader, MAX_ACPI), Disk.read(rsdp, MAX_ACPI), Disk.read(tables, MAX_ACPI));
    }
  }

  /**
   * What a quote will have, by its name there: {@code mrTd}; {@code rtmr0} where memory and tables
   * are known; {@code rtmr1} and {@code rtmr2} where there is a kernel.
   */
  Map<String, Bytes> registers() {
    Bytes image = BootSource.firmware(firmware);
    Map<String, Bytes> registers = new LinkedHashMap<>();
    registers.put(MR_TD, TdxBuild.mrTd(image, order));
    if (acpi.isPresent()) {
      registers.put("rtmr0", TdxRegisters.rtmr0(image, neededMemory(), acpi.get().read()));
    }
    if (boot instanceof BootSource.Kernel kernel) {
      registers.put("rtmr1", kernelRegister(kernel));
      registers.put("rtmr2", commandLineRegister(kernel));
    }
    return registers;
  }

  private Bytes kernelRegister(BootSource.Kernel kernel) {
    Bytes file = BootSource.kernel(kernel.file());
    return headerWritten
        ? TdxRegisters.rtmr1WithWrittenHeader(file, initrdSize(kernel), neededMemory())
        : TdxRegisters.rtmr1(file);
  }

  private static Bytes commandLineRegister(BootSource.Kernel kernel) {
    return initrdSize(kernel) == 0
        ? TdxRegisters.rtmr2(kernel.commandLine())
        : TdxRegisters.rtmr2(
            kernel.commandLine(), Disk.digest(kernel.initrd().orElseThrow(), "SHA-384"));
  }

  private static long initrdSize(BootSource.Kernel kernel) {
    return kernel.initrd().map(TdxLaunch::size).orElse(0L);
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new CloisterException(
          CliError.FILE_NOT_READABLE, file.toString(), "there is no such file", e);
    }
  }

  private GuestMemory neededMemory() {
    return memory.orElseThrow(() ->
        new CloisterException(CliError.WRONG_USE, "memory", "say how much memory the guest has"));
  }
}
