package dev.cloister.rpc;

import dev.cloister.encoding.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * What node and guest ask the simulated security processor: messages of {@code simulator.proto} as
 * records. Reading refuses unknown and repeated fields; a field that is absent has the default of
 * protobuf.
 */
public final class SimulatorMessages {

  private SimulatorMessages() {}

  /**
   * {@code cloister.simulator.v1.LaunchRequest}.
   *
   * @param id sandbox id, [a-z0-9-]{1,64}
   * @param firmware paths of files on the host
   * @param kernel kernel
   * @param initrd initrd
   * @param commandLine command line
   * @param hostData 32 bytes: SHA-256 of the initdata
   * @param vcpus vcpus
   * @param tee "snp" or "tdx"; the evidence that this VM will have.
   * @param qemu The QEMU program, and its arguments without firmware, kernel, initrd, command line
   *     and -smp, and without the report port, which the launcher adds to the controller named
   *     "serial0".
   * @param arguments arguments
   * @param prefix Program and arguments that QEMU is started through, for example ip netns exec
   *     NAME; may be empty.
   * @param directory the sandbox's run directory: the launcher makes psp.sock and qemu.log there
   */
  public record LaunchRequest(
      String id,
      String firmware,
      String kernel,
      String initrd,
      String commandLine,
      Bytes hostData,
      int vcpus,
      String tee,
      String qemu,
      List<String> arguments,
      List<String> prefix,
      String directory)
      implements ProtoMessage {
    public LaunchRequest {
      arguments = List.copyOf(arguments);
      prefix = List.copyOf(prefix);
    }

    /** Reads one; refuses what is not exactly this message. */
    public static LaunchRequest read(ProtoReader in) {
      String id = "";
      String firmware = "";
      String kernel = "";
      String initrd = "";
      String commandLine = "";
      Bytes hostData = Bytes.EMPTY;
      int vcpus = 0;
      String tee = "";
      String qemu = "";
      List<String> arguments = new ArrayList<>();
      List<String> prefix = new ArrayList<>();
      String directory = "";
      while (in.next()) {
        switch (in.field()) {
          case 1 -> id = in.string();
          case 2 -> firmware = in.string();
          case 3 -> kernel = in.string();
          case 4 -> initrd = in.string();
          case 5 -> commandLine = in.string();
          case 6 -> hostData = in.bytes();
          case 7 -> vcpus = in.uint32();
          case 8 -> tee = in.string();
          case 9 -> qemu = in.string();
          case 10 -> arguments.add(in.many().string());
          case 11 -> prefix.add(in.many().string());
          case 12 -> directory = in.string();
          default -> throw in.unknown();
        }
      }
      return new LaunchRequest(
          id,
          firmware,
          kernel,
          initrd,
          commandLine,
          hostData,
          vcpus,
          tee,
          qemu,
          arguments,
          prefix,
          directory);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.string(1, id);
      out.string(2, firmware);
      out.string(3, kernel);
      out.string(4, initrd);
      out.string(5, commandLine);
      out.bytes(6, hostData);
      out.uint32(7, vcpus);
      out.string(8, tee);
      out.string(9, qemu);
      out.strings(10, arguments);
      out.strings(11, prefix);
      out.string(12, directory);
    }
  }

  /**
   * {@code cloister.simulator.v1.LaunchResponse}.
   *
   * @param pid pid
   * @param launchDigest 48 bytes: MEASUREMENT of SNP, MRTD of TDX
   */
  public record LaunchResponse(long pid, Bytes launchDigest) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static LaunchResponse read(ProtoReader in) {
      long pid = 0;
      Bytes launchDigest = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> pid = in.int64();
          case 2 -> launchDigest = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new LaunchResponse(pid, launchDigest);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.int64(1, pid);
      out.bytes(2, launchDigest);
    }
  }

  /**
   * {@code cloister.simulator.v1.GetVendorResponse}.
   *
   * @param rootCertificate DER
   * @param rootKeyDigest SHA-256 of the root's SubjectPublicKeyInfo
   * @param tdxRootCertificate The same of the vendor of TDX that is played.
   * @param tdxRootKeyDigest tdx_root_key_digest
   */
  public record GetVendorResponse(
      Bytes rootCertificate, Bytes rootKeyDigest, Bytes tdxRootCertificate, Bytes tdxRootKeyDigest)
      implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetVendorResponse read(ProtoReader in) {
      Bytes rootCertificate = Bytes.EMPTY;
      Bytes rootKeyDigest = Bytes.EMPTY;
      Bytes tdxRootCertificate = Bytes.EMPTY;
      Bytes tdxRootKeyDigest = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> rootCertificate = in.bytes();
          case 2 -> rootKeyDigest = in.bytes();
          case 3 -> tdxRootCertificate = in.bytes();
          case 4 -> tdxRootKeyDigest = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new GetVendorResponse(
          rootCertificate, rootKeyDigest, tdxRootCertificate, tdxRootKeyDigest);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bytes(1, rootCertificate);
      out.bytes(2, rootKeyDigest);
      out.bytes(3, tdxRootCertificate);
      out.bytes(4, tdxRootKeyDigest);
    }
  }

  /**
   * {@code cloister.simulator.v1.GetReportRequest}.
   *
   * @param reportData 64 bytes
   */
  public record GetReportRequest(Bytes reportData) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetReportRequest read(ProtoReader in) {
      Bytes reportData = Bytes.EMPTY;
      while (in.next()) {
        reportData =
            switch (in.field()) {
              case 1 -> in.bytes();
              default -> throw in.unknown();
            };
      }
      return new GetReportRequest(reportData);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bytes(1, reportData);
    }
  }

  /**
   * {@code cloister.simulator.v1.GetReportResponse}.
   *
   * @param report a report of SNP, or a quote of TDX
   * @param certificates of SNP the table of GHCB 4.1.8.1, of TDX the collateral
   */
  public record GetReportResponse(Bytes report, Bytes certificates) implements ProtoMessage {
    /** Reads one; refuses what is not exactly this message. */
    public static GetReportResponse read(ProtoReader in) {
      Bytes report = Bytes.EMPTY;
      Bytes certificates = Bytes.EMPTY;
      while (in.next()) {
        switch (in.field()) {
          case 1 -> report = in.bytes();
          case 2 -> certificates = in.bytes();
          default -> throw in.unknown();
        }
      }
      return new GetReportResponse(report, certificates);
    }

    @Override
    public void writeTo(ProtoWriter out) {
      out.bytes(1, report);
      out.bytes(2, certificates);
    }
  }
}
