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
    QeReport report = quote.qeReport();
    int qe = at + 4 + 64 + 64 + 6;
    int authentication = qe + QeReport.SIZE + 64 + 2;
    int size = quote.qeAuthentication().size();
    page.number(at, 4, "SIGNATURE_SIZE", "")
        .add(at + 4, 64, "SIGNATURE", "by the attestation key")
        .add(at + 68, 64, "ATTESTATION_KEY", "bound by the QE's report data")
        .number(at + 132, 2, "CERTIFICATION_TYPE", "QE report and its certification")
        .add(qe + 16, 4, "QE MISCSELECT")
        .add(qe + 48, 16, "QE ATTRIBUTES", report.isDebuggable() ? "debuggable" : "")
        .add(qe + 64, 32, "QE MRENCLAVE")
        .add(qe + 128, 32, "QE MRSIGNER")
        .number(qe + 256, 2, "QE ISVPRODID", "")
        .number(qe + 258, 2, "QE ISVSVN", "")
        .add(qe + 320, 64, "QE REPORTDATA", "SHA-256 of attestation key and authentication data")
        .add(qe + 384, 64, "QE REPORT SIGNATURE", "by the key of the platform")
        .add(authentication, size, "QE AUTHENTICATION DATA")
        .number(authentication + size, 2, "CERTIFICATION_TYPE", "5: a chain in PEM");
    int trailing = raw.size() - authentication - size - 6 - quote.certification().size();
    page.oddIf(trailing > 0, trailing + " zeros follow the quote");
    page.oddIf(quote.certificationType() != 5, "the quote does not carry its certificates");
    page.oddIf(report.isDebuggable(), "the quoting enclave is debuggable");
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
