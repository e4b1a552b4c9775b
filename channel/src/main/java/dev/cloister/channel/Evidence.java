package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonFields;

/**
 * Evidence as it travels. Nothing in it is trusted because it is there.
 *
 * @param type what the report is, {@code snp} or {@code tdx}: 1 to 16 bytes of UTF-8
 * @param report the report, 1 to {@value #MAX_REPORT} bytes
 * @param certificates what it is checked with (for {@code snp} the table of GHCB 4.1.8.1, for
 *     {@code tdx} the collateral), up to {@value #MAX_CERTIFICATES} bytes
 * @param initdata the initdata document of the attester's VM, 1 to {@value #MAX_INITDATA} bytes;
 *     receivers compare its SHA-256 with the report's host data
 */
public record Evidence(String type, Bytes report, Bytes certificates, Bytes initdata) {

  /** The most bytes of a report. */
  public static final int MAX_REPORT = 16 << 10;

  /** The most bytes of certificates. */
  public static final int MAX_CERTIFICATES = 64 << 10;

  /** The most bytes of an initdata document. */
  public static final int MAX_INITDATA = 1 << 20;

  static final int MAX_TYPE = 16;

  public Evidence {
    requireSize("type", Bytes.ofUtf8(type).size(), 1, MAX_TYPE);
    requireSize("report", report.size(), 1, MAX_REPORT);
    requireSize("certificates", certificates.size(), 0, MAX_CERTIFICATES);
    requireSize("initdata", initdata.size(), 1, MAX_INITDATA);
  }

  /** The same as JSON, its bytes in base64: in answers to {@code /attest} and of the in-pod API. */
  public Json.Obj toJson() {
    return Json.object()
        .put("type", type)
        .put("report", report.toBase64())
        .put("certificates", certificates.toBase64())
        .put("initdata", initdata.toBase64())
        .build();
  }

  /**
   * Reads what {@link #toJson} writes, and nothing else.
   *
   * @param malformed the code of the document that it stands in
   * @throws CloisterException with that code, naming the field that is too long or too short, or
   *     with one of {@link dev.cloister.encoding.EncodingError}
   */
  public static Evidence read(JsonFields fields, ErrorCode malformed) {
    String type = fields.string("type");
    Reader reader = new Reader(fields, malformed);
    reader.requireSize("type", Bytes.ofUtf8(type).size(), 1, MAX_TYPE);
    Evidence evidence =
        new Evidence(
            type,
            reader.bytes("report", 1, MAX_REPORT),
            reader.bytes("certificates", 0, MAX_CERTIFICATES),
            reader.bytes("initdata", 1, MAX_INITDATA));
    fields.end();
    return evidence;
  }

  private record Reader(JsonFields fields, ErrorCode malformed) {
    Bytes bytes(String name, int least, int most) {
      Bytes bytes = Bytes.ofBase64(fields.string(name));
      requireSize(name, bytes.size(), least, most);
      return bytes;
    }

    void requireSize(String name, int size, int least, int most) {
      if (size < least || size > most) {
        throw new CloisterException(
            malformed, fields.path(name), size + " bytes, expected " + least + " to " + most);
      }
    }
  }

  private static void requireSize(String name, int size, int least, int most) {
    if (size < least || size > most) {
      throw new IllegalArgumentException(name + " of " + size + " bytes");
    }
  }
}
