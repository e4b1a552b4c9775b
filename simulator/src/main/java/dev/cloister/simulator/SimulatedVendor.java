package dev.cloister.simulator;

import dev.cloister.attestation.CertificateTable;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Consumer;

/**
 * The vendor that is played: a root (ARK), an authority (ASK), one chip with its key (VCEK), and
 * the root's revocation list, all of AMD's shape and all naming SIMULATED. Made once per state
 * directory; the files are readable by their owner only. Immutable but for the revocation list,
 * which is renewed daily; for any thread.
 */
public final class SimulatedVendor {

  private static final Duration REVOCATION_LIST_LIFETIME = Duration.ofDays(30);
  private static final Duration REVOCATION_LIST_RENEWAL = Duration.ofDays(1);
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);

  private final Bytes root;
  private final Bytes rootSpki;
  private final PrivateKey rootKey;
  private final Bytes authority;
  private final Bytes chip;
  private final PrivateKey chipKey;
  private final Bytes chipId;
  private final InstantSource clock;
  private Bytes revocationList;
  private Instant renewAt;

  private SimulatedVendor(Path directory, InstantSource clock) {
    this.clock = clock;
    this.root = PrivateFiles.read(directory.resolve("ark.der"));
    this.rootSpki = PrivateFiles.read(directory.resolve("ark.spki"));
    this.rootKey = VendorKeys.read("RSA", directory.resolve("ark.key"));
    this.authority = PrivateFiles.read(directory.resolve("ask.der"));
    this.chip = PrivateFiles.read(directory.resolve("vcek.der"));
    this.chipKey = VendorKeys.read("EC", directory.resolve("vcek.key"));
    this.chipId = PrivateFiles.read(directory.resolve("chip.id"));
    this.renewAt = Instant.MIN;
    this.revocationList = Bytes.EMPTY;
  }

  /**
   * Opens the vendor of this directory, which is made where there is none (RSA keys of 4096 bits
   * take seconds).
   *
   * @param directory for its files
   * @param clock for the validity of what is signed
   * @param random makes keys and chip id
   * @param progress takes a line for people when something takes long
   */
  public static SimulatedVendor open(
      Path directory, InstantSource clock, SecureRandom random, Consumer<String> progress) {
    PrivateFiles.makeDirectory(directory);
    // The chip's certificate is written last: where it is, everything else is.
    if (!Files.exists(directory.resolve("vcek.der"))) {
      progress.accept("Making the keys of the SIMULATED vendor (once, a few seconds) ...");
      make(directory, clock.instant().truncatedTo(ChronoUnit.SECONDS), random);
    }
    return new SimulatedVendor(directory, clock);
  }

  private static void make(Path directory, Instant now, SecureRandom random) {
    Instant from = now.minus(CLOCK_SKEW);
    CertificateWriter.Validity long25 =
        new CertificateWriter.Validity(from, from.plus(Duration.ofDays(25 * 365)));
    CertificateWriter.Validity long7 =
        new CertificateWriter.Validity(from, from.plus(Duration.ofDays(7 * 365)));
    KeyPair ark = rsa(random);
    KeyPair ask = rsa(random);
    KeyPair vcek = VendorKeys.onCurve("secp384r1", random);
    byte[] id = new byte[64];
    random.nextBytes(id);
    Bytes chipId = Bytes.of(id);
    Bytes arkSpki = spki(ark);

    PrivateFiles.write(directory.resolve("ark.key"), Bytes.of(ark.getPrivate().getEncoded()));
    PrivateFiles.write(directory.resolve("ark.spki"), arkSpki);
    PrivateFiles.write(
        directory.resolve("ark.der"), CertificateWriter.root(arkSpki, ark.getPrivate(), long25));
    PrivateFiles.write(
        directory.resolve("ask.der"),
        CertificateWriter.authority(spki(ask), arkSpki, ark.getPrivate(), long25));
    PrivateFiles.write(directory.resolve("vcek.key"), Bytes.of(vcek.getPrivate().getEncoded()));
    PrivateFiles.write(directory.resolve("chip.id"), chipId);
    PrivateFiles.write(
        directory.resolve("vcek.der"),
        CertificateWriter.chip(spki(vcek), ask.getPrivate(), long7, chipId));
  }

  /** The root's certificate, DER. */
  public Bytes rootCertificate() {
    return root;
  }

  /** SHA-256 of the root's SubjectPublicKeyInfo, 32 bytes. */
  public Bytes rootKeyDigest() {
    return rootSpki.sha256();
  }

  /** The anchor that a verifier has to name to accept this vendor. */
  public TrustAnchor trustAnchor() {
    return TrustAnchor.simulated(rootKeyDigest());
  }

  /** The table that travels with reports: VCEK, ASK, ARK and revocation list. */
  public Bytes certificateTable() {
    return new CertificateTable(
            List.of(
                CertificateTable.Entry.of(CertificateTable.Kind.VCEK, chip),
                CertificateTable.Entry.of(CertificateTable.Kind.ASK, authority),
                CertificateTable.Entry.of(CertificateTable.Kind.ARK, root),
                CertificateTable.Entry.of(CertificateTable.Kind.CRL, revocationList())))
        .toBytes();
  }

  /**
   * A signed report of a VM with these measurements, whether or not there is one: what a simulated
   * processor says protects nothing. For laboratories that need no VM.
   *
   * @param launchDigest 48 bytes
   * @param hostData SHA-256 of the VM's initdata, 32 bytes
   * @param reportId which VM it is, 32 bytes
   * @param reportData 64 bytes
   */
  public Bytes report(Bytes launchDigest, Bytes hostData, Bytes reportId, Bytes reportData) {
    return report(new MeasuredLaunch(launchDigest, hostData, reportId), reportData);
  }

  /**
   * A signed report.
   *
   * @param launch what was measured of the VM
   * @param reportData 64 bytes
   */
  Bytes report(MeasuredLaunch launch, Bytes reportData) {
    return ReportWriter.signed(launch, reportData, chipId, chipKey);
  }

  private synchronized Bytes revocationList() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    if (!now.isBefore(renewAt)) {
      Instant from = now.minus(CLOCK_SKEW);
      revocationList =
          CertificateWriter.emptyRevocationList(
              rootSpki,
              rootKey,
              new CertificateWriter.Validity(from, now.plus(REVOCATION_LIST_LIFETIME)),
              now.getEpochSecond());
      renewAt = now.plus(REVOCATION_LIST_RENEWAL);
    }
    return revocationList;
  }

  private static KeyPair rsa(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(4096, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform makes RSA keys", e);
    }
  }

  private static Bytes spki(KeyPair pair) {
    return Bytes.of(pair.getPublic().getEncoded());
  }
}
