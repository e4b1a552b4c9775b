package dev.cloister.simulator;

import dev.cloister.attestation.PemCertificates;
import dev.cloister.attestation.TdMeasurements;
import dev.cloister.attestation.TdxCollateral;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import dev.cloister.simulator.CertificateWriter.Validity;
import dev.cloister.simulator.IntelCertificateWriter.Issuer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * The vendor of TDX that is played: a root, the authority of platforms, one platform with its key
 * (PCK) and quoting enclave, a signer of collateral, and what Intel's provisioning service would
 * serve, all of Intel's shape and all naming SIMULATED. Made once per state directory; the files
 * are readable by their owner only. Immutable but for the collateral, which is renewed daily; for
 * any thread.
 */
public final class SimulatedTdxVendor {

  private static final Duration COLLATERAL_LIFETIME = Duration.ofDays(30);
  private static final Duration COLLATERAL_RENEWAL = Duration.ofDays(1);
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);
  private static final Duration AUTHORITY_LIFETIME = Duration.ofDays(25 * 365);
  private static final Duration KEY_LIFETIME = Duration.ofDays(7 * 365);

  private final Bytes root;
  private final Issuer rootIssuer;
  private final Issuer platformIssuer;
  private final Bytes signer;
  private final PrivateKey signerKey;
  private final QuoteWriter quotes;
  private final InstantSource clock;
  private Instant renewAt = Instant.MIN;
  private TdxCollateral collateral = TdxCollateral.none();

  private SimulatedTdxVendor(Path directory, InstantSource clock, SecureRandom random) {
    this.clock = clock;
    this.root = PrivateFiles.read(directory.resolve("root.der"));
    this.rootIssuer = issuer(directory, "root", IntelCertificateWriter.ROOT);
    this.platformIssuer = issuer(directory, "platform", IntelCertificateWriter.PLATFORM_CA);
    this.signer = PrivateFiles.read(directory.resolve("signer.der"));
    this.signerKey = key(directory.resolve("signer.key"));
    Bytes chain =
        Bytes.ofUtf8(
            PemCertificates.write(
                List.of(
                    PrivateFiles.read(directory.resolve("pck.der")),
                    PrivateFiles.read(directory.resolve("platform.der")),
                    root)));
    this.quotes = new QuoteWriter(p256(random), key(directory.resolve("pck.key")), chain);
  }

  /**
   * Opens the vendor of this directory, which is made where there is none.
   *
   * @param directory for its files
   * @param clock for the validity of what is signed
   * @param random makes keys and identifiers
   */
  public static SimulatedTdxVendor open(Path directory, InstantSource clock, SecureRandom random) {
    PrivateFiles.makeDirectory(directory);
    // The platform's certificate is written last: where it is, everything else is.
    if (!Files.exists(directory.resolve("pck.der"))) {
      make(directory, clock.instant().truncatedTo(ChronoUnit.SECONDS), random);
    }
    return new SimulatedTdxVendor(directory, clock, random);
  }

  private static void make(Path directory, Instant now, SecureRandom random) {
    Instant from = now.minus(CLOCK_SKEW);
    Validity authority = new Validity(from, from.plus(AUTHORITY_LIFETIME));
    Validity end = new Validity(from, from.plus(KEY_LIFETIME));
    Issuer root = keep(directory, "root", IntelCertificateWriter.ROOT, p256(random));
    Issuer platform = keep(directory, "platform", IntelCertificateWriter.PLATFORM_CA, p256(random));
    Issuer signer = keep(directory, "signer", IntelCertificateWriter.SIGNER, p256(random));
    Issuer pck = keep(directory, "pck", IntelCertificateWriter.PCK, p256(random));
    write(
        directory,
        "root",
        IntelCertificateWriter.authority(root, root.name(), root.spki(), authority));
    write(
        directory,
        "platform",
        IntelCertificateWriter.authority(root, platform.name(), platform.spki(), authority));
    write(directory, "signer", IntelCertificateWriter.signer(root, signer.spki(), end));
    byte[] ids = new byte[32];
    random.nextBytes(ids);
    write(
        directory,
        "pck",
        IntelCertificateWriter.pck(
            platform, pck.spki(), end, Bytes.of(ids, 0, 16), Bytes.of(ids, 16, 16)));
  }

  private static Issuer keep(Path directory, String file, String name, KeyPair pair) {
    Bytes spki = Bytes.of(pair.getPublic().getEncoded());
    PrivateFiles.write(directory.resolve(file + ".key"), Bytes.of(pair.getPrivate().getEncoded()));
    PrivateFiles.write(directory.resolve(file + ".spki"), spki);
    return new Issuer(name, spki, pair.getPrivate());
  }

  private static void write(Path directory, String file, Bytes certificate) {
    PrivateFiles.write(directory.resolve(file + ".der"), certificate);
  }

  /** The root's certificate, DER. */
  public Bytes rootCertificate() {
    return root;
  }

  /** SHA-256 of the root's SubjectPublicKeyInfo, 32 bytes. */
  public Bytes rootKeyDigest() {
    return rootIssuer.spki().sha256();
  }

  /** The anchor that a verifier has to name to accept this vendor. */
  public TrustAnchor trustAnchor() {
    return TrustAnchor.simulated(rootKeyDigest());
  }

  /**
   * A signed quote of a TD with these measurements, whether or not there is one: what a simulated
   * platform says protects nothing.
   *
   * @param measurements MRTD and registers
   * @param hostData SHA-256 of the TD's initdata, 32 bytes
   * @param reportData 64 bytes
   */
  public Bytes quote(TdMeasurements measurements, Bytes hostData, Bytes reportData) {
    return quote(new MeasuredTd(measurements, hostData), reportData);
  }

  /**
   * A signed quote.
   *
   * @param launch what was measured of the TD
   * @param reportData 64 bytes
   */
  Bytes quote(MeasuredTd launch, Bytes reportData) {
    return quotes.signed(launch, reportData);
  }

  /** What a verifier needs beside a quote, of today. */
  public synchronized TdxCollateral collateral() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (!now.isBefore(renewAt)) {
      Validity validity = new Validity(now.minus(CLOCK_SKEW), now.plus(COLLATERAL_LIFETIME));
      long number = now.getEpochSecond();
      collateral =
          new TdxCollateral(
              IntelCollateralWriter.tcbInfo(validity, signerKey),
              IntelCollateralWriter.qeIdentity(validity, signerKey),
              IntelCertificateWriter.emptyRevocationList(rootIssuer, validity, number),
              IntelCertificateWriter.emptyRevocationList(platformIssuer, validity, number),
              List.of(signer, root));
      renewAt = now.plus(COLLATERAL_RENEWAL);
    }
    return collateral;
  }

  private static Issuer issuer(Path directory, String file, String name) {
    return new Issuer(
        name,
        PrivateFiles.read(directory.resolve(file + ".spki")),
        key(directory.resolve(file + ".key")));
  }

  private static KeyPair p256(SecureRandom random) {
    return VendorKeys.onCurve("secp256r1", random);
  }

  private static PrivateKey key(Path file) {
    return VendorKeys.read("EC", file);
  }
}
