package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.util.List;
import java.util.Set;

/**
 * What an owner asks of a machine and a VM with SEV-SNP. Immutable.
 *
 * @param image name of the guest image, for people, 1 to 128 letters
 * @param root the root that evidence must end in
 * @param product the processor
 * @param launchDigest 48 bytes, never all zero
 * @param vcpus number of virtual CPUs that the digest is for, 1 to 512
 * @param guest rules that the VM must have been started under
 * @param platform how the machine must be set up
 * @param signers who may have signed
 */
public record SnpReferenceValue(
    String image,
    TrustAnchor root,
    SnpProduct product,
    Bytes launchDigest,
    int vcpus,
    GuestRules guest,
    PlatformRules platform,
    SignerRules signers)
    implements ReferenceValue {

  /**
   * Rules that the VM must have been started under.
   *
   * @param minimumAbiMajor lowest major ABI version that the guest policy may ask for
   * @param minimumAbiMinor lowest minor ABI version
   * @param allow weakening rules that may be set
   * @param require strengthening rules that must be set
   * @param minimumSvn lowest GUEST_SVN
   * @param vmpl the privilege level that must have asked, 0 to 3
   * @param idKeyDigests 48 bytes each: one of them must have signed the launch; empty for any
   * @param authorKeyDigests 48 bytes each; empty for any
   */
  public record GuestRules(
      int minimumAbiMajor,
      int minimumAbiMinor,
      Set<GuestPolicy.Allowance> allow,
      Set<GuestPolicy.Requirement> require,
      long minimumSvn,
      int vmpl,
      List<Bytes> idKeyDigests,
      List<Bytes> authorKeyDigests) {
    public GuestRules {
      allow = Set.copyOf(allow);
      require = Set.copyOf(require);
      idKeyDigests = List.copyOf(idKeyDigests);
      authorKeyDigests = List.copyOf(authorKeyDigests);
    }

    /** What a plain VM is started with: threads may be shared, nothing else is allowed. */
    public static GuestRules plain() {
      return new GuestRules(
          0, 0, Set.of(GuestPolicy.Allowance.SMT), Set.of(), 0, 0, List.of(), List.of());
    }
  }

  /**
   * How the machine must be set up.
   *
   * @param allow weakening features that may be on
   * @param require strengthening features that must be on
   * @param minimumTcb lowest current, reported, committed and launch TCB, component by component
   * @param minimumFirmware lowest version of the security processor's firmware
   * @param allowProvisionalFirmware whether firmware may run that could still be rolled back
   * @param launchMitigations bits that LAUNCH_MIT_VECTOR must have
   * @param currentMitigations bits that CURRENT_MIT_VECTOR must have
   */
  public record PlatformRules(
      Set<PlatformInfo.Feature> allow,
      Set<PlatformInfo.Feature> require,
      TcbVersion minimumTcb,
      FirmwareVersion minimumFirmware,
      boolean allowProvisionalFirmware,
      long launchMitigations,
      long currentMitigations) {
    public PlatformRules {
      allow = Set.copyOf(allow);
      require = Set.copyOf(require);
    }

    /** Threads may be on, memory must have been checked for aliases, at least these levels. */
    public static PlatformRules plain(TcbVersion minimumTcb) {
      return new PlatformRules(
          Set.of(PlatformInfo.Feature.SMT),
          Set.of(PlatformInfo.Feature.ALIAS_CHECK),
          minimumTcb,
          new FirmwareVersion(0, 0, 0),
          false,
          0,
          0);
    }
  }

  /**
   * Who may have signed.
   *
   * @param keys kinds of keys, not empty
   * @param chipIds chips, 64 bytes each (8 on Turin); empty for any
   * @param clouds names in VLEK certificates; empty for any
   * @param requireRevocation whether a current revocation list must have been there
   * @param acceptKnownBroken products whose reports can be forged and that are accepted all the
   *     same
   */
  public record SignerRules(
      Set<SigningKey> keys,
      List<Bytes> chipIds,
      List<String> clouds,
      boolean requireRevocation,
      Set<SnpProduct> acceptKnownBroken) {
    public SignerRules {
      keys = Set.copyOf(keys);
      chipIds = List.copyOf(chipIds);
      clouds = List.copyOf(clouds);
      acceptKnownBroken = Set.copyOf(acceptKnownBroken);
    }

    /** Keys of chips, of any chip, with a revocation list, of no broken product. */
    public static SignerRules plain() {
      return new SignerRules(Set.of(SigningKey.VCEK), List.of(), List.of(), true, Set.of());
    }
  }

  /**
   * @throws CloisterException with {@link AttestationError#REFERENCE_VALUE_INVALID}, or {@link
   *     AttestationError#PRODUCT_BROKEN}
   */
  public SnpReferenceValue {
    check(!(root instanceof TrustAnchor.Intel), "root", "the root is not one of SEV-SNP");
    check(!image.isEmpty() && image.length() <= 128, "image", "1 to 128 letters belong here");
    check(launchDigest.size() == 48, "launchDigest", "48 bytes belong here");
    check(!launchDigest.isAllZero(), "launchDigest", "the digest is zero");
    check(vcpus >= 1 && vcpus <= 512, "vcpus", "1 to 512 belong here");
    check(
        platform.minimumTcb().layout() == product.layout(),
        "minimumTcb",
        "the components are those of another product");
    check(!signers.keys().isEmpty(), "signingKeys", "no key is allowed");
    if (product.knownBroken()
        && !(root instanceof TrustAnchor.Simulated)
        && !signers.acceptKnownBroken().contains(product)) {
      throw new CloisterException(
          AttestationError.PRODUCT_BROKEN,
          "referenceValue.acceptKnownBroken",
          product.text() + " is broken and must be named here to be accepted");
    }
    int chipSize = product.layout() == TcbLayout.TURIN ? 8 : 64;
    for (Bytes chip : signers.chipIds()) {
      check(chip.size() == chipSize && !chip.isAllZero(), "chipIds", chipSize + " bytes each");
    }
  }

  /**
   * A reference value with the strictest rules that an ordinary machine meets.
   *
   * @param minimumTcb lowest firmware levels, in the layout of the product
   */
  public static SnpReferenceValue plain(
      String image,
      TrustAnchor root,
      SnpProduct product,
      Bytes launchDigest,
      int vcpus,
      TcbVersion minimumTcb) {
    return new SnpReferenceValue(
        image,
        root,
        product,
        launchDigest,
        vcpus,
        GuestRules.plain(),
        PlatformRules.plain(minimumTcb),
        SignerRules.plain());
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.SNP;
  }

  @Override
  public Json.Obj toJson() {
    return SnpReferenceValueJson.write(this);
  }

  private static void check(boolean holds, String field, String detail) {
    if (!holds) {
      throw new CloisterException(
          AttestationError.REFERENCE_VALUE_INVALID, "referenceValue." + field, detail);
    }
  }
}
