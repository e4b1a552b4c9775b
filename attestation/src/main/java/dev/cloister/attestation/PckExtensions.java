package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.DerReader;
import java.util.ArrayList;
import java.util.List;

/**
 * What Intel writes into the certificate of a platform's key (Intel SGX PCK Certificate and CRL
 * Profile Specification, section "SGX extensions", base 1.2.840.113741.1.13.1).
 *
 * @param ppid identifier of the provisioned platform, 16 bytes
 * @param components the platform's 16 component SVNs, 0 to 255 each
 * @param pceSvn SVN of the provisioning certification enclave
 * @param cpuSvn 16 bytes, as the platform reports it
 * @param pceId 2 bytes
 * @param fmspc family, model, stepping, platform type and SKU, 6 bytes
 * @param sgxType how memory is protected
 * @param platform what only a platform with several packages has
 */
record PckExtensions(
    Bytes ppid,
    List<Integer> components,
    int pceSvn,
    Bytes cpuSvn,
    Bytes pceId,
    Bytes fmspc,
    SgxType sgxType,
    Platform platform) {

  /** How memory is protected. */
  enum SgxType {
    /** A tree of counters over a small part of memory. */
    STANDARD,
    /** Encryption only. */
    SCALABLE,
    /** Encryption and cryptographic integrity. */
    SCALABLE_WITH_INTEGRITY
  }

  /** What is known of the platform as a whole. */
  sealed interface Platform {}

  /** The certificate is of the processor authority, which says nothing about it. */
  record Unknown() implements Platform {}

  /**
   * The certificate is of the platform authority.
   *
   * @param instanceId the platform instance, 16 bytes
   * @param dynamic whether packages may be added
   * @param cachedKeys whether Intel keeps the platform's keys
   * @param smt whether threads of a core are in use
   */
  record Known(Bytes instanceId, boolean dynamic, boolean cachedKeys, boolean smt)
      implements Platform {}

  static final String OID = "1.2.840.113741.1.13.1";
  private static final String PATH = "certificates.pck." + OID;

  PckExtensions {
    components = List.copyOf(components);
  }

  /**
   * @param ofPlatform whether the platform authority issued it
   */
  static PckExtensions read(VendorCertificate pck, boolean ofPlatform) {
    try {
      return read(pck.extensions().value(OID, "pck"), ofPlatform);
    } catch (CloisterException e) {
      throw new CloisterException(AttestationError.CERTIFICATE_EXTENSION, PATH, e.detail(), e);
    }
  }

  private static PckExtensions read(Bytes value, boolean ofPlatform) {
    DerReader outer = DerReader.of(value, PATH, VendorCertificate.MAX_BYTES);
    DerReader all = outer.enter(DerReader.SEQUENCE);
    outer.end();
    Bytes ppid = octets(field(all, ".1"), 16);
    DerReader tcb = field(all, ".2");
    DerReader levels = tcb.enter(DerReader.SEQUENCE);
    tcb.end();
    List<Integer> components = new ArrayList<>();
    for (int i = 1; i <= 16; i++) {
      components.add(number(field(levels, ".2." + i), 255));
    }
    int pceSvn = number(field(levels, ".2.17"), 65535);
    Bytes cpuSvn = octets(field(levels, ".2.18"), 16);
    levels.end();
    Bytes pceId = octets(field(all, ".3"), 2);
    Bytes fmspc = octets(field(all, ".4"), 6);
    SgxType type = sgxType(field(all, ".5"));
    Platform platform = ofPlatform ? platform(all) : new Unknown();
    all.end();
    return new PckExtensions(ppid, components, pceSvn, cpuSvn, pceId, fmspc, type, platform);
  }

  private static Platform platform(DerReader all) {
    Bytes instance = octets(field(all, ".6"), 16);
    DerReader wrapper = field(all, ".7");
    DerReader configuration = wrapper.enter(DerReader.SEQUENCE);
    wrapper.end();
    boolean dynamic = truth(field(configuration, ".7.1"));
    boolean cached = truth(field(configuration, ".7.2"));
    boolean smt = truth(field(configuration, ".7.3"));
    configuration.end();
    return new Known(instance, dynamic, cached, smt);
  }

  /** The next field, which must be the one of this identifier: the order is the profile's. */
  private static DerReader field(DerReader fields, String suffix) {
    DerReader field = fields.enter(DerReader.SEQUENCE);
    String oid = field.oid();
    if (!oid.equals(OID + suffix)) {
      throw field.malformed(oid + " where " + OID + suffix + " belongs");
    }
    return field;
  }

  private static Bytes octets(DerReader field, int size) {
    Bytes value = field.octets();
    field.end();
    if (value.size() != size) {
      throw field.malformed(value.size() + " bytes instead of " + size);
    }
    return value;
  }

  private static int number(DerReader field, int max) {
    int value = field.integer(0, max);
    field.end();
    return value;
  }

  private static boolean truth(DerReader field) {
    boolean value = field.bool();
    field.end();
    return value;
  }

  private static SgxType sgxType(DerReader field) {
    Bytes value = field.content(0x0a);
    field.end();
    if (value.size() != 1 || value.at(0) >= SgxType.values().length) {
      throw field.malformed("an SGX type that is not known here");
    }
    return SgxType.values()[value.at(0)];
  }
}
