package dev.cloister.collateral;

import dev.cloister.attestation.Authentic;
import dev.cloister.attestation.Authentication;
import dev.cloister.attestation.CollateralNeeds;
import dev.cloister.attestation.EarliestTime;
import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.PemCertificates;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.SigningKey;
import dev.cloister.attestation.SnpClaims;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.attestation.TdxCollateral;
import dev.cloister.attestation.TdxEvidence;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.attestation.Validity;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Takes what somebody else fetched into the store: evidence with its collateral. Nothing of it is
 * believed: evidence has to be authentic under the caller's root with what comes along, and only
 * what was needed for that, and therefore was checked, is stored. One use, one thread: {@link #add}
 * for each piece of evidence, then {@link #store} for all at once.
 */
public final class CollateralImport {

  /** How much evidence one bundle may hold, so that it never drives its own pieces out. */
  public static final int MAX_EVIDENCE = 256;

  /** What is missing without certificates that belong to the platform, and stay with its quote. */
  private static final List<String> PLATFORM_ROLES = List.of("pck", "pckCa", "rootCa");

  private final EvidenceVerifier verifier;
  private final Instant at;
  private final Map<String, Imported> pieces = new LinkedHashMap<>();
  private EarliestTime proven = EarliestTime.unknown();
  private int evidence;

  /**
   * @param verifier decides what is genuine
   * @param at the time at which everything must be valid
   */
  public CollateralImport(EvidenceVerifier verifier, Instant at) {
    this.verifier = verifier;
    this.at = at;
  }

  /**
   * A piece that was checked.
   *
   * @param piece the piece
   * @param validity from when to when it is current
   */
  public record Imported(Piece piece, Validity validity) {}

  /**
   * Checks evidence and all that comes along with it.
   *
   * @param root the root that it must end in
   * @param where the place in the bundle, for errors
   * @throws CloisterException with {@link CollateralError#BUNDLE_REFUSED}
   */
  public void add(Evidence complete, TrustAnchor root, String where) {
    evidence++;
    if (evidence > MAX_EVIDENCE) {
      throw refused(where, "more than " + MAX_EVIDENCE + " reports and quotes");
    }
    Authentication answer = verifier.authenticate(complete, root, at);
    switch (answer) {
      case Authentic authentic -> {
        Check check = new Check(root);
        List<Imported> found =
            switch (complete) {
              case SnpEvidence snp -> check.pieces(snp, (SnpClaims) authentic.claims());
              case TdxEvidence tdx -> check.pieces(tdx);
            };
        found.forEach(this::keep);
        proven = proven.with(answer);
      }
      case Rejected rejected -> throw refused(where, rejected.toString());
      case Inconclusive inconclusive ->
          throw refused(where, "missing: " + String.join(", ", inconclusive.missing()));
    }
  }

  private void keep(Imported imported) {
    pieces.putIfAbsent(imported.piece().name() + imported.piece().digest().toHex(), imported);
  }

  /**
   * Stores all that was added, and what it proves about time.
   *
   * @return what was stored
   * @throws CloisterException with {@link CollateralError#STORE}, or where the time is before what
   *     the store's pieces prove
   */
  public List<Imported> store(CollateralStore store) {
    store.requireNotBefore(at);
    List<Imported> all = List.copyOf(pieces.values());
    store.putAll(all.stream().map(Imported::piece).toList());
    store.raise(proven);
    return all;
  }

  private static CloisterException refused(String where, String why) {
    return new CloisterException(CollateralError.BUNDLE_REFUSED, where, why);
  }

  /** What certificates are for: the answer without one of them says it. */
  private final class Check {

    private final TrustAnchor root;

    Check(TrustAnchor root) {
      this.root = root;
    }

    private List<Imported> pieces(SnpEvidence evidence, SnpClaims claims) {
      Function<List<Bytes>, Evidence> with =
          chain -> new SnpEvidence(evidence.report(), chain, evidence.revocationLists());
      Map<Bytes, String> needed = needed(evidence.certificates(), with);
      CollateralNeeds.Amd needs = (CollateralNeeds.Amd) CollateralNeeds.of(evidence);
      SigningKey key = claims.report().signingKey();
      List<Imported> pieces = new ArrayList<>();
      List<Bytes> authorities = new ArrayList<>();
      needed.forEach((der, role) -> {
        boolean isLeaf = role.equals(key.text());
        if (!isLeaf) {
          authorities.add(der);
        } else if (claims.chipBound()) {
          String name = CollateralNames.chipKey(needs, claims.product());
          pieces.add(imported(name, der, Bytes.EMPTY, Validity.ofAmdCertificate(der)));
        }
      });
      if (!authorities.isEmpty()) {
        String name = CollateralNames.authorities(key, claims.product());
        Bytes chain = Bytes.ofUtf8(PemCertificates.write(authorities));
        pieces.add(imported(name, chain, Bytes.EMPTY, StoredCollateral.ofChain(chain)));
      }
      for (Bytes list : evidence.revocationLists()) {
        String name = CollateralNames.amdCrl(key, claims.product());
        pieces.add(imported(name, list, Bytes.EMPTY, Validity.ofAmdList(list)));
      }
      return pieces;
    }

    private List<Imported> pieces(TdxEvidence evidence) {
      TdxCollateral all = evidence.collateral();
      Map<Bytes, String> own =
          needed(evidence.certificates(), left -> new TdxEvidence(evidence.quote(), left, all));
      List<Bytes> kept = List.copyOf(own.keySet());
      Map<Bytes, String> signers =
          needed(
              all.certificates(), left -> new TdxEvidence(evidence.quote(), kept, with(all, left)));
      own.forEach((der, role) -> {
        if (!PLATFORM_ROLES.contains(role)) {
          signers.put(der, role);
        }
      });
      Bytes chain = Bytes.ofUtf8(PemCertificates.write(List.copyOf(signers.keySet())));
      CollateralNeeds.Intel needs = (CollateralNeeds.Intel) CollateralNeeds.of(evidence);
      return List.of(
          imported(
              CollateralNames.tcbInfo(needs),
              all.tcbInfo(),
              chain,
              Validity.ofTcbInfo(all.tcbInfo())),
          imported(
              CollateralNames.QE_IDENTITY,
              all.qeIdentity(),
              chain,
              Validity.ofQeIdentity(all.qeIdentity())),
          imported(
              CollateralNames.pckCrl(needs),
              all.pckCrl(),
              Bytes.EMPTY,
              Validity.ofIntelList(all.pckCrl())),
          imported(
              CollateralNames.ROOT_CA_CRL,
              all.rootCaCrl(),
              Bytes.EMPTY,
              Validity.ofIntelList(all.rootCaCrl())));
    }

    private static TdxCollateral with(TdxCollateral all, List<Bytes> certificates) {
      return new TdxCollateral(
          all.tcbInfo(), all.qeIdentity(), all.rootCaCrl(), all.pckCrl(), certificates);
    }

    /**
     * The certificates without which the evidence is not authentic, and what is missing then: those
     * that the verifier checked. Others may be anything.
     */
    private Map<Bytes, String> needed(
        List<Bytes> certificates, Function<List<Bytes>, Evidence> with) {
      List<Bytes> left = new ArrayList<>(certificates.stream().distinct().toList());
      Map<Bytes, String> needed = new LinkedHashMap<>();
      for (Bytes certificate : List.copyOf(left)) {
        List<Bytes> fewer = left.stream().filter(other -> !other.equals(certificate)).toList();
        switch (verifier.authenticate(with.apply(fewer), root, at)) {
          case Authentic _ -> left.remove(certificate);
          case Inconclusive(List<String> missing) -> needed.put(certificate, missing.getFirst());
          case Rejected rejected -> needed.put(certificate, rejected.path());
        }
      }
      return needed;
    }
  }

  private static Imported imported(String name, Bytes content, Bytes chain, Validity validity) {
    return new Imported(new Piece(name, content, chain, validity.from()), validity);
  }
}
