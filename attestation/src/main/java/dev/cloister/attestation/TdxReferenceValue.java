package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What an owner asks of a machine and a trust domain with TDX. Immutable.
 *
 * @param image name of the guest image, for people, 1 to 128 letters
 * @param root the root that evidence must end in
 * @param mrTd what the TD was built from, 48 bytes, never all zero
 * @param rtmrs four lists, of RTMR0 to RTMR3, of 48 bytes each: one of each list must be there
 * @param guest how the TD must have been built
 * @param platform how the machine must be set up
 * @param tcb what may be said about its firmware
 */
public record TdxReferenceValue(
    String image,
    TrustAnchor root,
    Bytes mrTd,
    List<List<Bytes>> rtmrs,
    GuestRules guest,
    PlatformRules platform,
    TcbRules tcb)
    implements ReferenceValue {

  /** Features that go-to guests use: x87 to AVX-512, AMX, CET and what belongs to them. */
  public static final long USUAL_XFAM = 0x6dbe7L;

  /**
   * How the TD must have been built.
   *
   * @param allow weakening attributes that may be set
   * @param require strengthening attributes that must be set
   * @param xfam extended features that may be on
   * @param mrOwner MROWNER, 48 bytes
   * @param mrOwnerConfig MROWNERCONFIG, 48 bytes
   * @param mrServiceTds MRSERVICETD, 48 bytes each: one of them must be there; zeros for none
   */
  public record GuestRules(
      Set<TdAttributes.Attribute> allow,
      Set<TdAttributes.Attribute> require,
      long xfam,
      Bytes mrOwner,
      Bytes mrOwnerConfig,
      List<Bytes> mrServiceTds) {
    public GuestRules {
      allow = Set.copyOf(allow);
      require = Set.copyOf(require);
      mrServiceTds = List.copyOf(mrServiceTds);
    }

    /** No weakening attribute, no owner, no service TD. */
    public static GuestRules plain() {
      return new GuestRules(
          Set.of(),
          Set.of(TdAttributes.Attribute.SEPT_VE_DISABLE),
          USUAL_XFAM,
          Bytes.zeros(48),
          Bytes.zeros(48),
          List.of(Bytes.zeros(48)));
    }
  }

  /**
   * How the machine must be set up.
   *
   * @param allow weakening features that may be on
   * @param require strengthening features that must be on
   * @param mrSeams measurements of TDX modules, 48 bytes each; empty for any that Intel signed
   * @param fmspcs kinds of platforms, 6 bytes each; empty for any
   * @param piids platform instances, 16 bytes each; empty for any
   */
  public record PlatformRules(
      Set<PlatformFeature> allow,
      Set<PlatformFeature> require,
      List<Bytes> mrSeams,
      List<Bytes> fmspcs,
      List<Bytes> piids) {
    public PlatformRules {
      allow = Set.copyOf(allow);
      require = Set.copyOf(require);
      mrSeams = List.copyOf(mrSeams);
      fmspcs = List.copyOf(fmspcs);
      piids = List.copyOf(piids);
    }

    /** Threads may be on, the keys may be cached; of any platform. */
    public static PlatformRules plain() {
      return new PlatformRules(
          Set.of(PlatformFeature.SMT, PlatformFeature.CACHED_KEYS),
          Set.of(),
          List.of(),
          List.of(),
          List.of());
    }
  }

  /** What Intel certifies about how a machine is set up. */
  public enum PlatformFeature {
    /** Threads of a core are in use. Weakens. */
    SMT("smt", true),
    /** Packages may be added to the platform. Weakens. */
    DYNAMIC_PLATFORM("dynamicPlatform", true),
    /** Intel keeps the platform's keys. Weakens. */
    CACHED_KEYS("cachedKeys", true),
    /** Memory has cryptographic integrity. */
    MEMORY_INTEGRITY("memoryIntegrity", false);

    private final String text;
    private final boolean weakens;

    PlatformFeature(String text, boolean weakens) {
      this.text = text;
      this.weakens = weakens;
    }

    /** Its name in JSON. */
    public String text() {
      return text;
    }

    /** Whether it makes a machine weaker, so that it has to be allowed. */
    public boolean weakens() {
      return weakens;
    }
  }

  /**
   * What may be said about the firmware. {@link TcbStatus#UP_TO_DATE} is always accepted.
   *
   * @param accept what else is, each for a time
   * @param minimumEvaluationDataNumber lowest number of TCB info and QE identity
   */
  public record TcbRules(List<Acceptance> accept, int minimumEvaluationDataNumber) {
    public TcbRules {
      accept = List.copyOf(accept);
    }

    /** Nothing but what is up to date. */
    public static TcbRules strict() {
      return new TcbRules(List.of(), 0);
    }
  }

  /**
   * A status that is accepted for a time.
   *
   * @param status the status
   * @param until the last moment at which it is
   * @param anyAdvisory whether it does not matter what is lacking
   * @param advisories else: identifiers of what may be lacking
   */
  public record Acceptance(
      TcbStatus status, Instant until, boolean anyAdvisory, List<String> advisories) {
    public Acceptance {
      advisories = List.copyOf(advisories);
    }

    boolean covers(TcbEvaluation tcb, Instant at) {
      return status == tcb.status()
          && !at.isAfter(until)
          && (anyAdvisory || advisories.containsAll(tcb.advisories()));
    }
  }

  /**
   * @throws CloisterException with {@link AttestationError#REFERENCE_VALUE_INVALID}
   */
  public TdxReferenceValue {
    rtmrs = rtmrs.stream().map(List::copyOf).toList();
    check(!(root instanceof TrustAnchor.Amd), "root", "the root is not one of TDX");
    check(!image.isEmpty() && image.length() <= 128, "image", "1 to 128 letters belong here");
    check(mrTd.size() == 48 && !mrTd.isAllZero(), "mrTd", "48 bytes belong here, not all zero");
    check(rtmrs.size() == 4, "rtmr0", "four registers belong here");
    for (int i = 0; i < 4; i++) {
      check(!rtmrs.get(i).isEmpty(), "rtmr" + i, "no value is allowed");
      checkSizes("rtmr" + i, 48, rtmrs.get(i));
    }
    checkSizes("mrOwner", 48, List.of(guest.mrOwner()));
    checkSizes("mrOwnerConfig", 48, List.of(guest.mrOwnerConfig()));
    check(!guest.mrServiceTds().isEmpty(), "mrServiceTds", "no value is allowed");
    checkSizes("mrServiceTds", 48, guest.mrServiceTds());
    checkSizes("mrSeams", 48, platform.mrSeams());
    checkSizes("fmspcs", 6, platform.fmspcs());
    checkSizes("piids", 16, platform.piids());
    for (Acceptance acceptance : tcb.accept()) {
      check(acceptance.status() != TcbStatus.REVOKED, "tcb.accept", "Revoked cannot be accepted");
    }
  }

  /**
   * A reference value with the strictest rules that an ordinary machine meets.
   *
   * @param rtmrs values of RTMR0 to RTMR2, 48 bytes each; RTMR3 stays zero
   */
  public static TdxReferenceValue plain(
      String image, TrustAnchor root, Bytes mrTd, List<Bytes> rtmrs) {
    return new TdxReferenceValue(
        image,
        root,
        mrTd,
        List.of(
            List.of(rtmrs.get(0)),
            List.of(rtmrs.get(1)),
            List.of(rtmrs.get(2)),
            List.of(Bytes.zeros(48))),
        GuestRules.plain(),
        PlatformRules.plain(),
        TcbRules.strict());
  }

  @Override
  public EvidenceType type() {
    return EvidenceType.TDX;
  }

  @Override
  public Bytes launchDigest() {
    return mrTd;
  }

  @Override
  public Json.Obj toJson() {
    return TdxReferenceValueJson.write(this);
  }

  private static void checkSizes(String field, int size, List<Bytes> values) {
    for (Bytes value : values) {
      check(value.size() == size, field, size + " bytes belong here");
    }
  }

  private static void check(boolean holds, String field, String detail) {
    if (!holds) {
      throw new CloisterException(
          AttestationError.REFERENCE_VALUE_INVALID, "referenceValue." + field, detail);
    }
  }
}
