package dev.cloister.collateral;

import dev.cloister.attestation.Authentic;
import dev.cloister.attestation.Authentication;
import dev.cloister.attestation.CollateralNeeds;
import dev.cloister.attestation.EarliestTime;
import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.Inconclusive;
import dev.cloister.attestation.Rejected;
import dev.cloister.attestation.SigningKey;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.TdxCollateral;
import dev.cloister.attestation.TdxEvidence;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Completes evidence with what its vendor publishes. A piece from the store is used only while it
 * is young enough, and never in place of one that could not be fetched: nothing is silently stale.
 * What was fetched is stored only when the evidence is authentic with it. For any thread; blocks.
 */
public final class CollateralFinder {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final VendorServices services;
  private final CollateralStore store;
  private final EvidenceVerifier verifier;
  private final Duration maxAge;
  private final InstantSource clock;
  private final Fetcher fetcher;

  /**
   * @param verifier decides what is genuine
   * @param maxAge how old a piece of the store may be, counted from when it was fetched
   * @param clock tells now
   * @param pause waits between questions to an overloaded service
   */
  public CollateralFinder(
      VendorServices services,
      CollateralStore store,
      EvidenceVerifier verifier,
      Duration maxAge,
      InstantSource clock,
      Pause pause) {
    this(services, store, verifier, maxAge, clock, new Fetcher(PATIENCE, clock, pause));
  }

  CollateralFinder(
      VendorServices services,
      CollateralStore store,
      EvidenceVerifier verifier,
      Duration maxAge,
      InstantSource clock,
      Fetcher fetcher) {
    this.services = services;
    this.store = store;
    this.verifier = verifier;
    this.maxAge = maxAge;
    this.clock = clock;
    this.fetcher = fetcher;
  }

  /**
   * The same evidence with everything that is needed to check it.
   *
   * @param root the root that it must end in
   * @param at the time at which everything must be valid
   * @throws CloisterException with a {@link CollateralError}, where the evidence cannot be read, or
   *     where the time is before what the store's pieces prove
   */
  public Evidence complete(Evidence evidence, TrustAnchor root, Instant at) {
    store.requireNotBefore(at);
    Attempt kept = attempt(evidence, root, at, true);
    if (kept.answer() instanceof Authentic) {
      return kept.complete();
    }
    if (kept.fromStore()) {
      Attempt fresh = attempt(evidence, root, at, false);
      if (fresh.answer() instanceof Authentic) {
        return fresh.complete();
      }
      throw refused(fresh.answer());
    }
    throw refused(kept.answer());
  }

  private static CloisterException refused(Authentication answer) {
    return switch (answer) {
      case Rejected rejected ->
          new CloisterException(CollateralError.NOT_GENUINE, rejected.path(), rejected.toString());
      case Inconclusive inconclusive ->
          new CloisterException(
              CollateralError.NOT_GENUINE,
              "evidence",
              "still missing: " + String.join(", ", inconclusive.missing()));
      case Authentic _ -> throw new IllegalStateException("it is authentic");
    };
  }

  /** Evidence as completed once, and what is said of it. */
  private record Attempt(Evidence complete, Authentication answer, boolean fromStore) {}

  private Attempt attempt(Evidence evidence, TrustAnchor root, Instant at, boolean mayUseStore) {
    Search search = new Search(mayUseStore);
    Evidence complete = search.complete(evidence);
    Authentication answer = verifier.authenticate(complete, root, at);
    if (answer instanceof Authentic) {
      store.putAll(search.fetched);
      store.raise(EarliestTime.unknown().with(answer));
    }
    return new Attempt(complete, answer, search.fromStore);
  }

  /** Pieces for one piece of evidence. Used by one thread. */
  private final class Search {

    private final boolean mayUseStore;
    private final List<Piece> fetched = new ArrayList<>();
    private boolean fromStore;

    Search(boolean mayUseStore) {
      this.mayUseStore = mayUseStore;
    }

    Evidence complete(Evidence evidence) {
      return switch (evidence) {
        case SnpEvidence snp -> complete(snp, (CollateralNeeds.Amd) CollateralNeeds.of(snp));
        case TdxEvidence tdx -> complete(tdx, (CollateralNeeds.Intel) CollateralNeeds.of(tdx));
      };
    }

    /** Where the report does not name the product, the first that knows the chip. */
    private SnpEvidence complete(SnpEvidence evidence, CollateralNeeds.Amd needs) {
      Optional<CloisterException> last = Optional.empty();
      for (SnpProduct product : needs.products()) {
        try {
          return complete(evidence, needs, product);
        } catch (CloisterException e) {
          if (e.code() != CollateralError.NOT_THERE) {
            throw e;
          }
          last = Optional.of(e);
        }
      }
      throw last.orElseThrow();
    }

    private SnpEvidence complete(
        SnpEvidence evidence, CollateralNeeds.Amd needs, SnpProduct product) {
      List<Bytes> certificates = new ArrayList<>(evidence.certificates());
      if (needs.key() == SigningKey.VCEK) {
        certificates.add(
            piece(services.amd(), CollateralNames.chipKey(needs, product), "").content());
      }
      String authorities = CollateralNames.authorities(needs.key(), product);
      certificates.addAll(Piece.certificates(piece(services.amd(), authorities, "").content()));
      String list = CollateralNames.amdCrl(needs.key(), product);
      return new SnpEvidence(
          evidence.report(),
          certificates.stream().distinct().toList(),
          List.of(piece(services.amd(), list, "").content()));
    }

    private TdxEvidence complete(TdxEvidence evidence, CollateralNeeds.Intel needs) {
      URI service = services.intel();
      Piece info = piece(service, CollateralNames.tcbInfo(needs), CollateralNames.TCB_INFO_CHAIN);
      Piece identity =
          piece(service, CollateralNames.QE_IDENTITY, CollateralNames.QE_IDENTITY_CHAIN);
      Piece list = piece(service, CollateralNames.pckCrl(needs), CollateralNames.PCK_CRL_CHAIN);
      Piece rootList = piece(services.intelCertificates(), CollateralNames.ROOT_CA_CRL, "");
      List<Bytes> certificates = new ArrayList<>();
      certificates.addAll(info.signers());
      certificates.addAll(identity.signers());
      return new TdxEvidence(
          evidence.quote(),
          evidence.certificates(),
          new TdxCollateral(
              info.content(),
              identity.content(),
              rootList.content(),
              list.content(),
              certificates.stream().distinct().toList()));
    }

    private Piece piece(URI service, String name, String chainHeader) {
      if (mayUseStore) {
        Optional<Piece> kept = store.get(name).filter(this::isYoung);
        if (kept.isPresent()) {
          fromStore = true;
          return kept.get();
        }
      }
      Piece piece = fetcher.get(service, name, chainHeader);
      fetched.add(piece);
      return piece;
    }

    private boolean isYoung(Piece piece) {
      Duration age = Duration.between(piece.fetched(), clock.instant());
      return !age.isNegative() && age.compareTo(maxAge) <= 0;
    }
  }
}
