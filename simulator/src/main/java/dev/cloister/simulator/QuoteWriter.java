package dev.cloister.simulator;

import dev.cloister.attestation.TdxQuote;
import dev.cloister.encoding.Bytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.KeyPair;
import java.security.PrivateKey;

/**
 * Writes quotes of version 4 (Intel TDX DCAP Quote Generation Library and Quote Verification
 * Library, appendix "Quote Format"), as a quoting enclave with one attestation key.
 */
final class QuoteWriter {

  private static final int HEADER = 48;
  private static final int BODY = 584;
  private static final int QE_REPORT = 384;
  private static final int SPKI_HEAD = 27;
  private static final int QE_REPORT_DATA = 6;
  private static final int PEM_CHAIN = 5;
  private static final String PLAIN = "SHA256withECDSAinP1363Format";
  private static final Bytes INTEL = Bytes.ofHex("939a7233f79c4ca9940a0db3957f0607");
  private static final Bytes AUTHENTICATION = Bytes.ofUtf8("SIMULATED").sha256();

  private final PrivateKey attestationKey;
  private final Bytes certification;

  /**
   * @param attestation the attestation key
   * @param pckKey the platform's key, which vouches for the enclave
   * @param pckChain PEM: the platform's certificate, its authority, the root
   */
  QuoteWriter(KeyPair attestation, PrivateKey pckKey, Bytes pckChain) {
    this.attestationKey = attestation.getPrivate();
    Bytes spki = Bytes.of(attestation.getPublic().getEncoded());
    Bytes point = spki.slice(SPKI_HEAD, spki.size());
    Bytes report = qeReport(Bytes.concat(point, AUTHENTICATION).sha256());
    Bytes inner =
        Bytes.concat(
            report,
            IntelCertificateWriter.sign(PLAIN, pckKey, report),
            u16(AUTHENTICATION.size()),
            AUTHENTICATION,
            u16(PEM_CHAIN),
            u32(pckChain.size()),
            pckChain);
    this.certification = Bytes.concat(point, u16(QE_REPORT_DATA), u32(inner.size()), inner);
  }

  /**
   * A quote.
   *
   * @param launch what was measured of the TD
   * @param reportData 64 bytes
   */
  Bytes signed(MeasuredTd launch, Bytes reportData) {
    if (reportData.size() != 64) {
      throw new IllegalArgumentException("64 bytes of report data belong here");
    }
    Bytes message = Bytes.concat(header(), body(launch, reportData));
    Bytes signature = IntelCertificateWriter.sign(PLAIN, attestationKey, message);
    Bytes quote =
        Bytes.concat(
            message, u32(signature.size() + certification.size()), signature, certification);
    if (quote.size() > TdxQuote.MAX_BYTES) {
      throw new IllegalStateException("a quote of " + quote.size() + " bytes");
    }
    return quote;
  }

  private static Bytes header() {
    ByteBuffer out = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    out.putShort(0, (short) 4).putShort(2, (short) 2).putInt(4, 0x81);
    out.put(12, INTEL.toArray());
    return Bytes.of(out.array());
  }

  private static Bytes body(MeasuredTd launch, Bytes reportData) {
    ByteBuffer out = ByteBuffer.allocate(BODY).order(ByteOrder.LITTLE_ENDIAN);
    out.put(0, SimulatedTdxPlatform.TEE_TCB_SVN.toArray());
    out.put(16, SimulatedTdxPlatform.MR_SEAM.toArray());
    out.putLong(120, SimulatedTdxPlatform.TD_ATTRIBUTES);
    out.putLong(128, SimulatedTdxPlatform.XFAM);
    out.put(136, launch.measurements().mrTd().toArray());
    out.put(184, launch.hostData().toArray());
    for (int i = 0; i < 4; i++) {
      out.put(328 + 48 * i, launch.measurements().rtmrs().get(i).toArray());
    }
    out.put(520, reportData.toArray());
    return Bytes.of(out.array());
  }

  private static Bytes qeReport(Bytes bound) {
    ByteBuffer out = ByteBuffer.allocate(QE_REPORT).order(ByteOrder.LITTLE_ENDIAN);
    out.put(0, SimulatedTdxPlatform.CPU_SVN.toArray());
    out.put(48, SimulatedTdxPlatform.QE_ATTRIBUTES.toArray());
    out.put(64, Bytes.ofUtf8("SIMULATED quoting enclave's code").sha256().toArray());
    out.put(128, SimulatedTdxPlatform.QE_MR_SIGNER.toArray());
    out.putShort(256, (short) SimulatedTdxPlatform.QE_PRODUCT);
    out.putShort(258, (short) SimulatedTdxPlatform.QE_SVN);
    out.put(320, bound.toArray());
    return Bytes.of(out.array());
  }

  private static Bytes u16(int value) {
    return Bytes.of(new byte[] {(byte) value, (byte) (value >>> 8)});
  }

  private static Bytes u32(int value) {
    ByteBuffer out = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value);
    return Bytes.of(out.array());
  }
}
