package dev.cloister.channel;

import dev.cloister.encoding.Bytes;

/**
 * Evidence as it travels. Nothing in it is trusted because it is there.
 *
 * @param type what the report is, for example {@code snp}: 1 to 16 bytes of UTF-8
 * @param report the report, 1 to {@value #MAX_REPORT} bytes
 * @param certificates its certificates (for {@code snp} the table of GHCB 4.1.8.1), up to {@value
 *     #MAX_CERTIFICATES} bytes
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

  private static void requireSize(String name, int size, int least, int most) {
    if (size < least || size > most) {
      throw new IllegalArgumentException(name + " of " + size + " bytes");
    }
  }
}
