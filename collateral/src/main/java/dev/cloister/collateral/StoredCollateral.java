package dev.cloister.collateral;

import dev.cloister.attestation.Authentic;
import dev.cloister.attestation.Authentication;
import dev.cloister.attestation.CollateralNeeds;
import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.SigningKey;
import dev.cloister.attestation.SnpClaims;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.TdxCollateral;
import dev.cloister.attestation.TdxEvidence;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.attestation.Validity;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Fills in from the store what evidence lacks, without any network. What the evidence brings along
 * stays as it is, right or wrong; a piece that is not valid at the time of the check, or too old,
 * is left out, so that it is missing and not stale. For any thread.
 */
public final class StoredCollateral {

  private final CollateralStore store;
  private final EvidenceVerifier verifier;
  private final Optional<Duration> maxAge;

  /**
   * @param verifier says what is missing
   * @param maxAge how old a piece may be, counted from {@link Piece#fetched}; nothing where its own
   *     dates are enough
   */
  public StoredCollateral(
      CollateralStore store, EvidenceVerifier verifier, Optional<Duration> maxAge) {
    this.store = store;
    this.verifier = verifier;
    this.maxAge = maxAge;
  }

  /**
   * Evidence after it was filled.
   *
   * @param evidence with what the store had
   * @param taken the names of the pieces that are of the store
   */
  public record Filled(Evidence evidence, List<String> taken) {
    public Filled {
      taken = List.copyOf(taken);
    }
  }

  /**
   * The evidence with what it lacks, as far as the store has it. Evidence that cannot be read stays
   * as it is.
   *
   * @param root the root that it must end in
   * @param at the time at which everything must be valid
   */
  public Filled fill(Evidence evidence, TrustAnchor root, Instant at) {
    Filling filling = new Filling(root, at);
    try {
      Evidence filled =
          switch (evidence) {
            case SnpEvidence snp ->
                filling.fill(snp, (CollateralNeeds.Amd) CollateralNeeds.of(snp));
            case TdxEvidence tdx ->
                filling.fill(tdx, (CollateralNeeds.Intel) CollateralNeeds.of(tdx));
          };
      return new Filled(filled, List.copyOf(filling.taken));
    } catch (CloisterException e) {
      if (e.code() == CollateralError.STORE) {
        throw e;
      }
      return new Filled(evidence, List.of());
    }
  }

  /** One filling. Used by one thread. */
  private final class Filling {

    private final TrustAnchor root;
    private final Instant at;
    private final Set<String> taken = new LinkedHashSet<>();

    Filling(TrustAnchor root, Instant at) {
      this.root = root;
      this.at = at;
    }

    private SnpEvidence fill(SnpEvidence evidence, CollateralNeeds.Amd needs) {
      SnpEvidence whole = evidence;
      if (verifier.authenticate(whole, root, at) instanceof Inconclusive(List<String> missing)) {
        whole = withCertificates(whole, needs, missing);
      }
      Authentication answer = verifier.authenticate(whole, root, at);
      return answer instanceof Authentic(SnpClaims claims) && whole.revocationLists().isEmpty()
          ? withList(whole, claims)
          : whole;
    }

    private SnpEvidence withCertificates(
        SnpEvidence evidence, CollateralNeeds.Amd needs, List<String> missing) {
      List<Bytes> certificates = new ArrayList<>(evidence.certificates());
      for (SnpProduct product : needs.products()) {
        Optional<Piece> leaf =
            missing.contains(SigningKey.VCEK.text())
                ? current(CollateralNames.chipKey(needs, product), Validity::ofAmdCertificate)
                : Optional.empty();
        leaf.ifPresent(piece -> certificates.add(piece.content()));
        String authorities = CollateralNames.authorities(needs.key(), product);
        current(authorities, StoredCollateral::ofChain)
            .ifPresent(piece -> certificates.addAll(Piece.certificates(piece.content())));
      }
      return new SnpEvidence(
          evidence.report(), certificates.stream().distinct().toList(), evidence.revocationLists());
    }

    private SnpEvidence withList(SnpEvidence evidence, SnpClaims claims) {
      String name = CollateralNames.amdCrl(claims.report().signingKey(), claims.product());
      return current(name, Validity::ofAmdList)
          .map(list ->
              new SnpEvidence(evidence.report(), evidence.certificates(), List.of(list.content())))
          .orElse(evidence);
    }

    private TdxEvidence fill(TdxEvidence evidence, CollateralNeeds.Intel needs) {
      TdxCollateral sent = evidence.collateral();
      List<Bytes> signers = new ArrayList<>(sent.certificates());
      boolean lacksSigner =
          verifier.authenticate(evidence, root, at) instanceof Inconclusive(List<String> missing)
              && missing.contains("tcbSigning");
      Bytes info =
          filled(sent.tcbInfo(), CollateralNames.tcbInfo(needs), Validity::ofTcbInfo, signers);
      Bytes identity =
          filled(sent.qeIdentity(), CollateralNames.QE_IDENTITY, Validity::ofQeIdentity, signers);
      if (lacksSigner && signers.size() == sent.certificates().size()) {
        current(CollateralNames.tcbInfo(needs), Validity::ofTcbInfo)
            .or(() -> current(CollateralNames.QE_IDENTITY, Validity::ofQeIdentity))
            .ifPresent(piece -> signers.addAll(piece.signers()));
      }
      return new TdxEvidence(
          evidence.quote(),
          evidence.certificates(),
          new TdxCollateral(
              info,
              identity,
              filled(
                  sent.rootCaCrl(),
                  CollateralNames.ROOT_CA_CRL,
                  Validity::ofIntelList,
                  new ArrayList<>()),
              filled(
                  sent.pckCrl(),
                  CollateralNames.pckCrl(needs),
                  Validity::ofIntelList,
                  new ArrayList<>()),
              signers.stream().distinct().toList()));
    }

    /** What was sent, or else what the store has, whose signers come along. */
    private Bytes filled(
        Bytes sent, String name, Function<Bytes, Validity> dates, List<Bytes> signers) {
      if (!sent.isEmpty()) {
        return sent;
      }
      Optional<Piece> kept = current(name, dates);
      kept.ifPresent(piece -> signers.addAll(piece.signers()));
      return kept.map(Piece::content).orElse(Bytes.EMPTY);
    }

    /** The piece of this name that was issued last of those that are valid at the time. */
    private Optional<Piece> current(String name, Function<Bytes, Validity> dates) {
      Optional<Piece> best = Optional.empty();
      Instant issued = Instant.MIN;
      for (Piece piece : store.all(name)) {
        Optional<Validity> validity =
            validity(piece, dates).filter(time -> time.includes(at) && isYoung(piece));
        if (validity.isPresent() && validity.get().from().isAfter(issued)) {
          issued = validity.get().from();
          best = Optional.of(piece);
        }
      }
      best.ifPresent(piece -> taken.add(piece.name()));
      return best;
    }

    private boolean isYoung(Piece piece) {
      return maxAge
          .map(most -> Duration.between(piece.fetched(), at).compareTo(most) <= 0)
          .orElse(true);
    }
  }

  private static Optional<Validity> validity(Piece piece, Function<Bytes, Validity> dates) {
    try {
      return Optional.of(dates.apply(piece.content()));
    } catch (CloisterException e) {
      return Optional.empty();
    }
  }

  /** The time in which all certificates of a chain are valid. */
  static Validity ofChain(Bytes pem) {
    Stream<Validity> all = Piece.certificates(pem).stream().map(Validity::ofAmdCertificate);
    return all.reduce(Validity::and).orElseThrow();
  }
}
