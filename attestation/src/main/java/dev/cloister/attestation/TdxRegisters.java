package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * RTMR0 to RTMR2 of a TD that QEMU starts and EDK2's OVMF boots with a kernel given to it (UEFI
 * 2.10, section 38.4.1: which register holds what; EDK2, OvmfPkg/Tcg/TdTcg2Dxe and SecurityPkg: in
 * which order). RTMR0 is what firmware from before edk2-stable202505 makes of it; later ones, whose
 * events depend on more of QEMU's options, are read from an {@link EventLog}.
 */
public final class TdxRegisters {

  private static final Bytes GLOBAL = FirmwareTable.guid("8be4df61-93ca-11d2-aa0d-00e098032b8c");
  private static final Bytes SECURITY = FirmwareTable.guid("d719b2cb-3d3a-4596-a3bc-dad00e67656f");
  private static final Bytes SEPARATOR = Bytes.zeros(4).sha384();

  private TdxRegisters() {}

  /**
   * A register after events.
   *
   * @param digests 48 bytes each
   * @return 48 bytes
   */
  public static Bytes extended(List<Bytes> digests) {
    Bytes register = Bytes.zeros(48);
    for (Bytes digest : digests) {
      register = Bytes.concat(register, digest).sha384();
    }
    return register;
  }

  /**
   * RTMR0: the firmware's configuration, with Secure Boot off and no boot entry beside the
   * firmware's own.
   *
   * @param firmware the firmware file
   * @throws dev.cloister.encoding.CloisterException with {@link
   *     AttestationError#FIRMWARE_MALFORMED}
   */
  public static Bytes rtmr0(Bytes firmware, GuestMemory memory, AcpiFiles acpi) {
    return extended(firmwareEvents(firmware, memory, acpi));
  }

  /** The digests of its events. */
  static List<Bytes> firmwareEvents(Bytes firmware, GuestMemory memory, AcpiFiles acpi) {
    TdvfFirmware tdvf = TdvfFirmware.parse(firmware);
    List<Bytes> digests = new ArrayList<>();
    digests.add(TdHob.of(tdvf, memory).sha384());
    digests.add(tdvf.only(TdvfFirmware.Kind.CONFIGURATION).content().sha384());
    for (String name : List.of("SecureBoot", "PK", "KEK")) {
      digests.add(emptyVariable(GLOBAL, name).sha384());
    }
    for (String name : List.of("db", "dbx")) {
      digests.add(emptyVariable(SECURITY, name).sha384());
    }
    digests.add(SEPARATOR);
    digests.addAll(List.of(acpi.loader().sha384(), acpi.rsdp().sha384(), acpi.tables().sha384()));
    digests.add(Bytes.zeros(2).sha384());
    digests.add(setupEntry().sha384());
    return digests;
  }

  /**
   * RTMR1: the kernel, and what the firmware did until the kernel left it.
   *
   * @param kernel the kernel file as the firmware gets it
   * @throws dev.cloister.encoding.CloisterException with {@link AttestationError#KERNEL_MALFORMED}
   */
  public static Bytes rtmr1(Bytes kernel) {
    return extended(
        List.of(
            new PeImage(kernel).authenticodeSha384(),
            Bytes.ofUtf8("Calling EFI Application from Boot Option").sha384(),
            SEPARATOR,
            Bytes.ofUtf8("Exit Boot Services Invocation").sha384(),
            Bytes.ofUtf8("Exit Boot Services Returned with Success").sha384()));
  }

  /**
   * The same where QEMU, before 10.0, wrote into the kernel's setup header.
   *
   * @param initrdSize in bytes; 0 where there is none
   */
  public static Bytes rtmr1WithWrittenHeader(Bytes kernel, long initrdSize, GuestMemory memory) {
    return rtmr1(LinuxSetupHeader.written(kernel, initrdSize, memory));
  }

  /** RTMR2 of a kernel without initrd: its command line, as the kernel's EFI stub measures it. */
  public static Bytes rtmr2(String commandLine) {
    return extended(List.of(loadOptions(commandLine).sha384()));
  }

  /**
   * RTMR2: command line and initrd, as the kernel's EFI stub measures them. The firmware adds to
   * the command line that there is an initrd.
   *
   * @param initrd SHA-384 of the file, which is not empty
   */
  public static Bytes rtmr2(String commandLine, Bytes initrd) {
    return extended(List.of(loadOptions(commandLine + " initrd=initrd").sha384(), initrd));
  }

  /** The firmware widens each byte to 16 bits, and ends with a NUL where there is any. */
  private static Bytes loadOptions(String text) {
    ByteArrayOutputStream wide = new ByteArrayOutputStream();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      wide.write(b);
      wide.write(0);
    }
    if (wide.size() > 0) {
      wide.writeBytes(new byte[2]);
    }
    return Bytes.of(wide.toByteArray());
  }

  /** UEFI_VARIABLE_DATA of a variable that is not set. */
  private static Bytes emptyVariable(Bytes vendor, String name) {
    ByteBuffer data = ByteBuffer.allocate(32 + 2 * name.length()).order(ByteOrder.LITTLE_ENDIAN);
    data.put(vendor.toArray()).putLong(name.length()).putLong(0);
    data.put(name.getBytes(StandardCharsets.UTF_16LE));
    return Bytes.of(data.array());
  }

  /** EFI_LOAD_OPTION of the firmware's own setup program: hidden, an application, in its volume. */
  private static Bytes setupEntry() {
    Bytes path =
        Bytes.concat(
            Bytes.of(new byte[] {4, 7, 20, 0}),
            FirmwareTable.guid("7cb8bdc9-f8eb-4f34-aaea-3ee4af6516a1"),
            Bytes.of(new byte[] {4, 6, 20, 0}),
            FirmwareTable.guid("462caa21-7614-4503-836e-8ab6f4662331"),
            Bytes.of(new byte[] {0x7f, (byte) 0xff, 4, 0}));
    Bytes head = Bytes.of(new byte[] {9, 1, 0, 0, (byte) path.size(), 0});
    return Bytes.concat(head, Bytes.of("UiApp\0".getBytes(StandardCharsets.UTF_16LE)), path);
  }
}
