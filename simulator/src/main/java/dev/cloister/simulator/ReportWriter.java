package dev.cloister.simulator;

import dev.cloister.attestation.FirmwareVersion;
import dev.cloister.attestation.SnpReport;
import dev.cloister.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;

/** Writes attestation reports of version 5 (AMD 56860, table ATTESTATION_REPORT). */
final class ReportWriter {

  private static final int VERSION = 5;
  private static final int SIGNED = 0x2a0;
  private static final int SIGNATURE_NUMBER = 72;
  private static final int ECDSA_P384_SHA384 = 1;

  private ReportWriter() {}

  static Bytes signed(MeasuredLaunch launch, Bytes reportData, Bytes chipId, PrivateKey chipKey) {
    if (reportData.size() != 64) {
      throw new IllegalArgumentException("64 bytes of report data belong here");
    }
    ByteBuffer out = ByteBuffer.allocate(SnpReport.SIZE).order(ByteOrder.LITTLE_ENDIAN);
    Bytes tcb = SimulatedChip.TCB.toBytes();
    out.putInt(0x000, VERSION);
    out.putLong(0x008, SimulatedChip.GUEST_POLICY);
    out.putInt(0x034, ECDSA_P384_SHA384);
    put(out, 0x038, tcb);
    out.putLong(0x040, SimulatedChip.PLATFORM_INFO);
    put(out, 0x050, reportData);
    put(out, 0x090, launch.launchDigest());
    put(out, 0x0c0, launch.hostData());
    put(out, 0x140, launch.reportId());
    for (int at = 0x160; at < 0x180; at++) {
      out.put(at, (byte) 0xff);
    }
    put(out, 0x180, tcb);
    out.put(0x188, (byte) 0x19).put(0x189, (byte) 0x11).put(0x18a, (byte) 0x01);
    put(out, 0x1a0, chipId);
    put(out, 0x1e0, tcb);
    putVersion(out, 0x1e8);
    putVersion(out, 0x1ec);
    put(out, 0x1f0, tcb);
    out.putLong(0x1f8, SimulatedChip.MITIGATIONS);
    out.putLong(0x200, SimulatedChip.MITIGATIONS);

    Bytes signature = sign(Bytes.of(out.array(), 0, SIGNED), chipKey);
    put(out, SIGNED, signature.slice(0, 48).reversed());
    put(out, SIGNED + SIGNATURE_NUMBER, signature.slice(48, 96).reversed());
    return Bytes.of(out.array());
  }

  private static Bytes sign(Bytes message, PrivateKey key) {
    try {
      Signature signer = Signature.getInstance("SHA384withECDSAinP1363Format");
      signer.initSign(key);
      signer.update(message.toBuffer());
      return Bytes.of(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform signs on P-384", e);
    }
  }

  private static void putVersion(ByteBuffer out, int at) {
    FirmwareVersion version = SimulatedChip.FIRMWARE;
    out.put(at, (byte) version.build());
    out.put(at + 1, (byte) version.minor());
    out.put(at + 2, (byte) version.major());
  }

  private static void put(ByteBuffer out, int at, Bytes value) {
    out.put(at, value.toArray());
  }
}
