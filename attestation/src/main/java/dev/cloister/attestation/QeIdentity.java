package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;
import java.time.Instant;
import java.util.List;

/**
 * What Intel's enclave that signs quotes looks like (Intel PCS API version 4, "Get TDX QE
 * Identity", version 2).
 *
 * @param issueDate first second of its validity
 * @param nextUpdate last second of its validity
 * @param evaluationDataNumber rises with each recovery of Intel's trusted base
 * @param levels from the newest to the oldest
 */
record QeIdentity(
    Instant issueDate,
    Instant nextUpdate,
    int evaluationDataNumber,
    Bytes miscSelect,
    Bytes miscSelectMask,
    Bytes attributes,
    Bytes attributesMask,
    Bytes mrSigner,
    int isvProdId,
    List<TcbLevel.OfPart> levels) {

  static final String PATH = "collateral.qeIdentity";

  QeIdentity {
    levels = List.copyOf(levels);
  }

  /** The time in which it is valid. */
  Validity validity() {
    return new Validity(issueDate, nextUpdate);
  }

  /**
   * Reads the signed object.
   *
   * @throws CloisterException with {@link AttestationError#COLLATERAL_MALFORMED}
   */
  static QeIdentity read(Json content) {
    try {
      return read(JsonFields.of(content, PATH));
    } catch (CloisterException e) {
      throw SignedJson.malformed(PATH, e);
    }
  }

  private static QeIdentity read(JsonFields fields) {
    if (!fields.string("id").equals("TD_QE")) {
      throw SignedJson.malformed(fields.path("id"), "not the identity of the TD QE");
    }
    fields.integer("version", 2, 2);
    return new QeIdentity(
        SignedJson.time(fields, "issueDate"),
        SignedJson.time(fields, "nextUpdate"),
        (int) fields.integer("tcbEvaluationDataNumber", 0, Integer.MAX_VALUE),
        SignedJson.hex(fields, "miscselect", 4),
        SignedJson.hex(fields, "miscselectMask", 4),
        SignedJson.hex(fields, "attributes", 16),
        SignedJson.hex(fields, "attributesMask", 16),
        SignedJson.hex(fields, "mrsigner", 32),
        (int) fields.integer("isvprodid", 0, 65535),
        TcbLevel.OfPart.readAll(fields));
  }

  /** Refuses a report of another enclave. */
  void requireGenuine(QeReport report) {
    require("miscselect", miscSelect, masked(report.miscSelect(), miscSelectMask));
    require("attributes", attributes, masked(report.attributes(), attributesMask));
    require("mrsigner", mrSigner, report.mrSigner());
    if (report.isvProdId() != isvProdId || report.isDebuggable()) {
      throw new Refusal(
          AttestationError.QE_NOT_GENUINE,
          "quote.qeReport.isvprodid",
          Integer.toString(isvProdId),
          report.isDebuggable() ? "debuggable" : Integer.toString(report.isvProdId()));
    }
  }

  private static void require(String field, Bytes expected, Bytes found) {
    if (!expected.equals(found)) {
      throw new Refusal(
          AttestationError.QE_NOT_GENUINE,
          "quote.qeReport." + field,
          expected.toHex(),
          found.toHex());
    }
  }

  /** The bits that the mask names. */
  static Bytes masked(Bytes value, Bytes mask) {
    byte[] bits = value.toArray();
    for (int i = 0; i < bits.length; i++) {
      bits[i] &= (byte) mask.at(i);
    }
    return Bytes.of(bits);
  }
}
