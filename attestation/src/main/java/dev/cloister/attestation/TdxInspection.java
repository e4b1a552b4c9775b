package dev.cloister.attestation;

import dev.cloister.attestation.Inspection.Page;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.List;
import java.util.stream.Collectors;

/** Explains a quote field by field (Intel TDX DCAP, "Quote Format"). */
final class TdxInspection {

  private final Bytes raw;
  private final Page page;

  private TdxInspection(Bytes raw) {
    this.raw = raw;
    this.page = new Page(raw);
  }

  static Inspection of(Bytes raw) {
    TdxInspection inspection = new TdxInspection(raw);
    inspection.addHeader();
    int body = raw.u16le(0) >= 5 ? 54 : 48;
    if (raw.size() >= body + TdReport.SIZE_1_0) {
      inspection.addBody(body);
    }
    try {
      inspection.addSignature(TdxQuote.parse(raw));
    } catch (CloisterException e) {
      inspection.page.oddIf(true, e.code().code() + " " + e.where() + ": " + e.detail());
    }
    return inspection.page.end("tdx");
  }

  private void addHeader() {
    page.number(0, 2, "VERSION", "")
        .number(2, 2, "ATTESTATION_KEY_TYPE", raw.u16le(2) == 2 ? "ECDSA P-256" : "not supported")
        .number(4, 4, "TEE_TYPE", "TDX")
        .add(8, 4, "reserved", "once QE and PCE SVN; signed, not used")
        .add(12, 16, "QE_VENDOR_ID", "Intel's is 939a7233f79c4ca9940a0db3957f0607")
        .add(28, 20, "USER_DATA", "of the quoting enclave; signed, not used");
    if (raw.u16le(0) >= 5 && raw.size() >= 54) {
      page.number(48, 2, "BODY_TYPE", "2: TDX 1.0, 3: TDX 1.5").number(50, 4, "BODY_SIZE", "");
    }
  }

  private void addBody(int at) {
    TdReport body = new TdReport(raw.slice(at, at + TdReport.SIZE_1_0));
    page.add(at, 16, "TEE_TCB_SVN", module(body.teeTcbSvn()))
        .add(at + 16, 48, "MRSEAM", "measurement of the TDX module")
        .add(at + 64, 48, "MRSIGNERSEAM", "zero for Intel's module")
        .add(at + 112, 8, "SEAMATTRIBUTES")
        .add(at + 120, 8, "TDATTRIBUTES", attributes(body.attributes()))
        .add(at + 128, 8, "XFAM", "extended features that the TD may use")
        .add(at + 136, 48, "MRTD", "what the TD was built from")
        .add(at + 184, 48, "MRCONFIGID", "given by the host at launch")
        .add(at + 232, 48, "MROWNER", "given by the host at launch")
        .add(at + 280, 48, "MROWNERCONFIG", "given by the host at launch");
    List<String> registers =
        List.of(
            "firmware's configuration",
            "boot loader and kernel",
            "command line and initrd",
            "left to the guest");
    for (int i = 0; i < 4; i++) {
      page.add(at + 328 + 48 * i, 48, "RTMR" + i, registers.get(i));
    }
    page.add(at + 520, 64, "REPORTDATA", "chosen by the asker");
    if (raw.u16le(0) >= 5 && raw.u16le(48) == 3 && raw.size() >= at + TdReport.SIZE_1_5) {
      page.add(at + 584, 16, "TEE_TCB_SVN_2", "now: " + module(raw.slice(at + 584, at + 600)))
          .add(at + 600, 48, "MRSERVICETD", "service TDs bound to this one; zero without");
      page.oddIf(
          !raw.slice(at + 584, at + 600).equals(body.teeTcbSvn()),
          "TEE_TCB_SVN_2: the TDX module was updated since the TD was launched");
      page.oddIf(
          !raw.slice(at + 600, at + 648).isAllZero(),
          "MRSERVICETD: a service TD is bound to this TD");
    }
    addOdd(body);
  }

  private void addOdd(TdReport body) {
    TdAttributes attributes = body.attributes();
    page.oddIf(
        attributes.attributes().contains(TdAttributes.Attribute.DEBUG),
        "TDATTRIBUTES lets the host debug the TD: it keeps no secret from the host");
    page.oddIf(
        !attributes.attributes().contains(TdAttributes.Attribute.SEPT_VE_DISABLE),
        "TDATTRIBUTES: taking a page away raises an exception in the TD, which hosts can misuse");
    page.oddIf(!attributes.isWellFormed(), "TDATTRIBUTES has unknown bits set");
    page.oddIf((body.xfam() & 3) != 3, "XFAM: bits 0 and 1 must be set");
    page.oddIf(!body.mrSignerSeam().isAllZero(), "MRSIGNERSEAM: the TDX module is not Intel's");
    page.oddIf(
        body.rtmr(1).isAllZero() && body.rtmr(2).isAllZero(),
        "RTMR1 and RTMR2 are zero: nothing says what was booted");
  }

  private void addSignature(TdxQuote quote) {
    int at = quote.signedPart().size();
    int qe = at + 4 + 64 + 64 + 6;
    page.number(at, 4, "SIGNATURE_SIZE", "")
        .add(at + 4, 64, "SIGNATURE", "by the attestation key")
        .add(at + 68, 64, "ATTESTATION_KEY", "bound by the QE's report data")
        .number(at + 132, 2, "CERTIFICATION_TYPE", "QE report and its certification")
        .number(at + 134, 4, "CERTIFICATION_SIZE", "");
    addEnclave(qe, quote.qeReport());
    addCertification(qe + QeReport.SIZE + 64, quote);
  }

  /** The report of the quoting enclave (Intel SDM volume 3D, table "Layout of REPORT"). */
  private void addEnclave(int qe, QeReport report) {
    page.add(qe, 16, "QE CPUSVN", "not used: the platform's certificate says it")
        .add(qe + 16, 4, "QE MISCSELECT")
        .add(qe + 20, 12, "QE reserved")
        .add(qe + 32, 16, "QE ISVEXTPRODID", "not used")
        .add(qe + 48, 16, "QE ATTRIBUTES", report.isDebuggable() ? "debuggable" : "")
        .add(qe + 64, 32, "QE MRENCLAVE", "not used: Intel updates the enclave under one MRSIGNER")
        .add(qe + 96, 32, "QE reserved")
        .add(qe + 128, 32, "QE MRSIGNER")
        .add(qe + 160, 32, "QE reserved")
        .add(qe + 192, 64, "QE CONFIGID", "not used")
        .number(qe + 256, 2, "QE ISVPRODID", "2: signs TDX quotes")
        .number(qe + 258, 2, "QE ISVSVN", "")
        .number(qe + 260, 2, "QE CONFIGSVN", "not used")
        .add(qe + 262, 42, "QE reserved")
        .add(qe + 304, 16, "QE ISVFAMILYID", "not used")
        .add(qe + 320, 64, "QE REPORTDATA", "SHA-256 of attestation key and authentication data")
        .add(qe + 384, 64, "QE REPORT SIGNATURE", "by the key of the platform");
    page.oddIf(report.isDebuggable(), "the quoting enclave is debuggable");
  }

  private void addCertification(int at, TdxQuote quote) {
    int size = quote.qeAuthentication().size();
    int inner = at + 2 + size;
    int length = quote.certification().size();
    int trailing = raw.size() - inner - 6 - length;
    page.number(at, 2, "QE AUTHENTICATION SIZE", "")
        .add(at + 2, size, "QE AUTHENTICATION DATA", "bound by the QE's report data")
        .number(inner, 2, "CERTIFICATION_TYPE", certificationType(quote.certificationType()))
        .number(inner + 2, 4, "CERTIFICATION_SIZE", "")
        .add(inner + 6, length, "CERTIFICATION_DATA", platform(quote))
        .add(raw.size() - trailing, trailing, "zeros", "nothing of the quote; padding");
    page.oddIf(trailing > 0, trailing + " zeros follow the quote");
    page.oddIf(quote.certificationType() != 5, "the quote does not carry its certificates");
  }

  private static String certificationType(int type) {
    return switch (type) {
      case 1 -> "PPID, plain: names a certificate";
      case 2 -> "PPID, encrypted with RSA-2048: names a certificate";
      case 3 -> "PPID, encrypted with RSA-3072: names a certificate";
      case 4 -> "the platform's certificate in PEM, without its chain";
      case 5 -> "a chain in PEM";
      default -> "not supported";
    };
  }

  /** What the platform's certificate says, where the quote carries one that can be read. */
  private static String platform(TdxQuote quote) {
    try {
      CollateralNeeds.Intel needs = CollateralNeeds.intel(quote);
      return "of a platform with FMSPC "
          + needs.fmspc().toHex()
          + (needs.ofPlatform() ? ", by the platform authority" : ", by the processor authority");
    } catch (CloisterException e) {
      return "no certificate of a platform that can be read";
    }
  }

  private static String module(Bytes svn) {
    return "TDX module " + svn.at(1) + ", SVN " + svn.at(0) + ", SEAM loader " + svn.at(2);
  }

  private static String attributes(TdAttributes attributes) {
    return attributes.attributes().stream()
        .map(TdAttributes.Attribute::text)
        .collect(Collectors.joining(", "));
  }
}
