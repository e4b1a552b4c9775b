package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.util.Optional;

/**
 * An SEV-SNP attestation report of version 2 to 5 (AMD 56860, table ATTESTATION_REPORT): 1184
 * bytes, little-endian, of which the first 672 are signed. A report that parses is well formed,
 * with every reserved byte zero, also those that the signature does not cover; whether it is
 * genuine, {@link SnpAuthenticator} says. Immutable.
 */
public final class SnpReport {

  /** Length in bytes. */
  public static final int SIZE = 0x4a0;

  static final int SIGNED_SIZE = 0x2a0;
  private static final int SIGNATURE_NUMBER = 72;

  private final Bytes raw;
  private final TcbLayout layout;
  private final Optional<SnpProduct> product;
  private final SigningKey signingKey;

  private SnpReport(
      Bytes raw, TcbLayout layout, Optional<SnpProduct> product, SigningKey signingKey) {
    this.raw = raw;
    this.layout = layout;
    this.product = product;
    this.signingKey = signingKey;
  }

  /**
   * Reads a report.
   *
   * @param raw exactly 1184 bytes
   * @throws CloisterException with {@link AttestationError#REPORT_MALFORMED} and the field, {@link
   *     AttestationError#REPORT_VERSION_UNKNOWN}, {@link
   *     AttestationError#SIGNATURE_ALGORITHM_UNKNOWN}, {@link
   *     AttestationError#SIGNING_KEY_UNUSABLE} or {@link AttestationError#PRODUCT_UNKNOWN}
   */
  public static SnpReport parse(Bytes raw) {
    if (raw.size() != SIZE) {
      throw malformed("report", raw.size() + " bytes instead of " + SIZE);
    }
    long version = raw.u32le(0);
    if (version < 2 || version > 5) {
      throw refused(AttestationError.REPORT_VERSION_UNKNOWN, "version", "version " + version);
    }
    if (raw.u32le(0x034) != 1) {
      throw refused(
          AttestationError.SIGNATURE_ALGORITHM_UNKNOWN,
          "signatureAlgorithm",
          "algorithm " + raw.u32le(0x034));
    }
    checkReserved(raw, (int) version);
    SigningKey key = signingKey(raw);
    Optional<SnpProduct> product = product(raw, (int) version);
    TcbLayout layout = product.map(SnpProduct::layout).orElse(TcbLayout.MILAN_GENOA);
    SnpReport report = new SnpReport(raw, layout, product, key);
    report.checkTcbs();
    return report;
  }

  private static void checkReserved(Bytes raw, int version) {
    if (raw.u32le(0x048) >>> 5 != 0) {
      throw malformed("report.keyInfo", "reserved bits are not zero");
    }
    zero(raw, 0x04c, 0x050);
    zero(raw, version == 2 ? 0x188 : 0x18b, 0x1a0);
    zero(raw, 0x1eb, 0x1ec);
    zero(raw, 0x1ef, 0x1f0);
    zero(raw, version >= 5 ? 0x208 : 0x1f8, SIGNED_SIZE);
    zero(raw, SIGNED_SIZE + 48, SIGNED_SIZE + SIGNATURE_NUMBER);
    zero(raw, SIGNED_SIZE + SIGNATURE_NUMBER + 48, SIZE);
  }

  private static SigningKey signingKey(Bytes raw) {
    long info = raw.u32le(0x048);
    if ((info & 2) != 0) {
      throw refused(AttestationError.SIGNING_KEY_UNUSABLE, "keyInfo", "the chip key is masked");
    }
    int selector = (int) ((info >>> 2) & 7);
    return switch (selector) {
      case 0 -> SigningKey.VCEK;
      case 1 -> SigningKey.VLEK;
      default ->
          throw refused(
              AttestationError.SIGNING_KEY_UNUSABLE, "keyInfo", "signing key " + selector);
    };
  }

  private static Optional<SnpProduct> product(Bytes raw, int version) {
    if (version == 2) {
      return Optional.empty();
    }
    Optional<SnpProduct> product = SnpProduct.ofCpuid(raw.at(0x188), raw.at(0x189));
    if (product.isEmpty()) {
      throw refused(
          AttestationError.PRODUCT_UNKNOWN,
          "cpuid",
          "family 0x%02x model 0x%02x".formatted(raw.at(0x188), raw.at(0x189)));
    }
    return product;
  }

  private void checkTcbs() {
    currentTcb();
    reportedTcb();
    committedTcb();
    launchTcb();
  }

  private static void zero(Bytes raw, int from, int to) {
    if (!raw.slice(from, to).isAllZero()) {
      throw malformed("report[0x%03x]".formatted(from), "reserved bytes are not zero");
    }
  }

  private static CloisterException malformed(String where, String detail) {
    return new CloisterException(AttestationError.REPORT_MALFORMED, where, detail);
  }

  private static CloisterException refused(AttestationError code, String field, String detail) {
    return new CloisterException(code, "report." + field, detail);
  }

  /** The bytes of the report. */
  public Bytes raw() {
    return raw;
  }

  /** VERSION: 2 to 5. */
  public int version() {
    return (int) raw.u32le(0);
  }

  /** GUEST_SVN, from the ID block. */
  public long guestSvn() {
    return raw.u32le(0x004);
  }

  /** POLICY. */
  public GuestPolicy guestPolicy() {
    return new GuestPolicy(raw.u64le(0x008));
  }

  /** FAMILY_ID, 16 bytes. */
  public Bytes familyId() {
    return raw.slice(0x010, 0x020);
  }

  /** IMAGE_ID, 16 bytes. */
  public Bytes imageId() {
    return raw.slice(0x020, 0x030);
  }

  /** VMPL: 0 to 3; 0xFFFFFFFF where the host asked. */
  public long vmpl() {
    return raw.u32le(0x030);
  }

  /** CURRENT_TCB. */
  public CurrentTcb currentTcb() {
    return new CurrentTcb(tcb(0x038, "currentTcb"));
  }

  /** PLATFORM_INFO. */
  public PlatformInfo platformInfo() {
    return new PlatformInfo(raw.u64le(0x040));
  }

  /** AUTHOR_KEY_EN: whether AUTHOR_KEY_DIGEST is that of a key. */
  public boolean hasAuthorKey() {
    return (raw.at(0x048) & 1) != 0;
  }

  /** SIGNING_KEY. */
  public SigningKey signingKey() {
    return signingKey;
  }

  /** REPORT_DATA, 64 bytes that the asker chose. */
  public Bytes reportData() {
    return raw.slice(0x050, 0x090);
  }

  /** MEASUREMENT, the launch digest, 48 bytes. */
  public Bytes measurement() {
    return raw.slice(0x090, 0x0c0);
  }

  /** HOST_DATA, 32 bytes that the host gave at launch. */
  public Bytes hostData() {
    return raw.slice(0x0c0, 0x0e0);
  }

  /** ID_KEY_DIGEST, 48 bytes, zero without ID block. */
  public Bytes idKeyDigest() {
    return raw.slice(0x0e0, 0x110);
  }

  /** AUTHOR_KEY_DIGEST, 48 bytes, zero without author key. */
  public Bytes authorKeyDigest() {
    return raw.slice(0x110, 0x140);
  }

  /** REPORT_ID, 32 bytes, one per VM. */
  public Bytes reportId() {
    return raw.slice(0x140, 0x160);
  }

  /** REPORT_ID_MA, 32 bytes, all FF without migration agent. */
  public Bytes migrationAgentReportId() {
    return raw.slice(0x160, 0x180);
  }

  /** REPORTED_TCB. */
  public ReportedTcb reportedTcb() {
    return new ReportedTcb(tcb(0x180, "reportedTcb"));
  }

  /** The product that CPUID names; nothing in version 2, which has no CPUID. */
  public Optional<SnpProduct> product() {
    return product;
  }

  /** CHIP_ID, 64 bytes; all zero where the host masks it. */
  public Bytes chipId() {
    return raw.slice(0x1a0, 0x1e0);
  }

  /** COMMITTED_TCB. */
  public CommittedTcb committedTcb() {
    return new CommittedTcb(tcb(0x1e0, "committedTcb"));
  }

  /** CURRENT_MAJOR, _MINOR, _BUILD. */
  public FirmwareVersion currentFirmware() {
    return new FirmwareVersion(raw.at(0x1ea), raw.at(0x1e9), raw.at(0x1e8));
  }

  /** COMMITTED_MAJOR, _MINOR, _BUILD. */
  public FirmwareVersion committedFirmware() {
    return new FirmwareVersion(raw.at(0x1ee), raw.at(0x1ed), raw.at(0x1ec));
  }

  /** LAUNCH_TCB. */
  public LaunchTcb launchTcb() {
    return new LaunchTcb(tcb(0x1f0, "launchTcb"));
  }

  /** LAUNCH_MIT_VECTOR; zero before version 5. */
  public long launchMitigations() {
    return raw.u64le(0x1f8);
  }

  /** CURRENT_MIT_VECTOR; zero before version 5. */
  public long currentMitigations() {
    return raw.u64le(0x200);
  }

  Bytes signedPart() {
    return raw.slice(0, SIGNED_SIZE);
  }

  /** R and S of the signature, 48 bytes big-endian each. */
  Bytes signature() {
    int second = SIGNED_SIZE + SIGNATURE_NUMBER;
    return Bytes.concat(
        raw.slice(SIGNED_SIZE, SIGNED_SIZE + 48).reversed(),
        raw.slice(second, second + 48).reversed());
  }

  private TcbVersion tcb(int offset, String field) {
    return TcbVersion.parse(raw.slice(offset, offset + 8), layout, "report." + field);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SnpReport that && raw.equals(that.raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  @Override
  public String toString() {
    return "SnpReport[version " + version() + ", measurement " + measurement().toHex() + "]";
  }
}
