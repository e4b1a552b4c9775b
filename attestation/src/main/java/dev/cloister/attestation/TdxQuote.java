package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;

/**
 * A TDX quote of version 4 or 5 (Intel TDX DCAP Quote Generation Library and Quote Verification
 * Library, appendix "Quote Format"), little-endian. A quote that parses is well formed: every
 * length nests exactly, and nothing but zeros follows. Whether it is genuine, {@link
 * TdxAuthenticator} says. Immutable.
 */
public final class TdxQuote {

  /** The largest quote that is read, in bytes; genuine ones have 5 to 8 kB, padding included. */
  public static final int MAX_BYTES = 32 * 1024;

  private static final int HEADER = 48;
  private static final int DESCRIPTOR = 6;
  private static final int ECDSA_P256 = 2;
  private static final int TDX = 0x81;
  private static final int QE_REPORT_DATA = 6;
  private static final Bytes INTEL = Bytes.ofHex("939a7233f79c4ca9940a0db3957f0607");

  private final Bytes raw;
  private final int version;
  private final TdReport body;
  private final Bytes signedPart;
  private final Bytes signature;
  private final Bytes attestationKey;
  private final QeReport qeReport;
  private final Bytes qeReportSignature;
  private final Bytes qeAuthentication;
  private final int certificationType;
  private final Bytes certification;

  private TdxQuote(Bytes raw, int version, TdReport body, Bytes signedPart, Reader signatures) {
    this.raw = raw;
    this.version = version;
    this.body = body;
    this.signedPart = signedPart;
    this.signature = signatures.take(64);
    this.attestationKey = signatures.take(64);
    int type = signatures.u16();
    if (type != QE_REPORT_DATA) {
      throw malformed("quote.signature.type", "certification data of type " + type);
    }
    Reader outer = signatures.enter();
    signatures.end();
    this.qeReport = new QeReport(outer.take(QeReport.SIZE));
    this.qeReportSignature = outer.take(64);
    this.qeAuthentication = outer.take(outer.u16());
    this.certificationType = outer.u16();
    Reader inner = outer.enter();
    outer.end();
    this.certification = inner.rest();
  }

  /**
   * Reads a quote.
   *
   * @throws CloisterException with {@link AttestationError#QUOTE_MALFORMED} and the field, or
   *     {@link AttestationError#QUOTE_VERSION_UNKNOWN}
   */
  public static TdxQuote parse(Bytes raw) {
    if (raw.size() > MAX_BYTES) {
      throw malformed("quote", raw.size() + " bytes where " + MAX_BYTES + " are allowed");
    }
    Reader reader = new Reader("quote", raw, 0, raw.size());
    int version = reader.u16();
    if (version != 4 && version != 5) {
      throw new CloisterException(
          AttestationError.QUOTE_VERSION_UNKNOWN, "quote.version", "version " + version);
    }
    checkHeader(reader);
    TdReport body = new TdReport(reader.take(version == 4 ? TdReport.SIZE_1_0 : bodySize(reader)));
    int signedSize = HEADER + (version == 4 ? 0 : DESCRIPTOR) + body.raw().size();
    Reader signatures = reader.enter();
    if (!reader.rest().isAllZero()) {
      throw malformed("quote", "something other than zeros follows the signature");
    }
    return new TdxQuote(raw, version, body, raw.slice(0, signedSize), signatures);
  }

  private static void checkHeader(Reader reader) {
    int keyType = reader.u16();
    if (keyType != ECDSA_P256) {
      throw malformed("quote.attestationKeyType", "key type " + keyType);
    }
    long tee = reader.u32();
    if (tee != TDX) {
      throw malformed("quote.teeType", "TEE type 0x" + Long.toHexString(tee));
    }
    reader.take(4);
    Bytes vendor = reader.take(16);
    if (!vendor.equals(INTEL)) {
      throw malformed("quote.qeVendorId", vendor.toHex());
    }
    reader.take(20);
  }

  /** The body descriptor of version 5: type and size have to fit. */
  private static int bodySize(Reader reader) {
    int type = reader.u16();
    long size = reader.u32();
    int expected =
        switch (type) {
          case 2 -> TdReport.SIZE_1_0;
          case 3 -> TdReport.SIZE_1_5;
          default -> throw malformed("quote.bodyType", "body type " + type);
        };
    if (size != expected) {
      throw malformed("quote.bodySize", size + " bytes in a body of type " + type);
    }
    return expected;
  }

  private static CloisterException malformed(String where, String detail) {
    return new CloisterException(AttestationError.QUOTE_MALFORMED, where, detail);
  }

  /** The bytes of the quote. */
  public Bytes raw() {
    return raw;
  }

  /** VERSION: 4 or 5. */
  public int version() {
    return version;
  }

  /** What the TDX module said. */
  public TdReport body() {
    return body;
  }

  /** Header, descriptor and body: what the attestation key signs. */
  Bytes signedPart() {
    return signedPart;
  }

  /** By the attestation key, 64 bytes. */
  Bytes signature() {
    return signature;
  }

  /** Both coordinates of the attestation key, 64 bytes. */
  Bytes attestationKey() {
    return attestationKey;
  }

  QeReport qeReport() {
    return qeReport;
  }

  /** By the key of the platform, 64 bytes. */
  Bytes qeReportSignature() {
    return qeReportSignature;
  }

  /** What the report data of the QE covers beside the attestation key. */
  Bytes qeAuthentication() {
    return qeAuthentication;
  }

  /** 5 for a chain in PEM; others name a chain that has to be fetched. */
  int certificationType() {
    return certificationType;
  }

  Bytes certification() {
    return certification;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TdxQuote that && raw.equals(that.raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  @Override
  public String toString() {
    return "TdxQuote[version " + version + ", mrTd " + body.mrTd().toHex() + "]";
  }

  /** Takes a range of bytes apart from its beginning. Used by one thread. */
  private static final class Reader {

    private final String path;
    private final Bytes bytes;
    private final int limit;
    private int at;

    Reader(String path, Bytes bytes, int from, int limit) {
      this.path = path;
      this.bytes = bytes;
      this.at = from;
      this.limit = limit;
    }

    Bytes take(int size) {
      require(size);
      at += size;
      return bytes.slice(at - size, at);
    }

    int u16() {
      require(2);
      at += 2;
      return bytes.u16le(at - 2);
    }

    long u32() {
      require(4);
      at += 4;
      return bytes.u32le(at - 4);
    }

    /** What follows, as long as the 32-bit length in front of it says. */
    Reader enter() {
      long size = u32();
      if (size > limit - at) {
        throw malformed(path + "[" + at + "]", "a length of " + size + " where less is left");
      }
      at += (int) size;
      return new Reader(path, bytes, at - (int) size, at);
    }

    Bytes rest() {
      return take(limit - at);
    }

    void end() {
      if (at != limit) {
        throw malformed(path + "[" + at + "]", "bytes that belong to nothing");
      }
    }

    private void require(int size) {
      if (size > limit - at) {
        throw malformed(path + "[" + at + "]", "the quote is too short");
      }
    }
  }
}
