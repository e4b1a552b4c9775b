package dev.cloister.cli;

import dev.cloister.attestation.EvidenceVerifier;
import dev.cloister.attestation.TrustAnchor;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister evidence authenticate}: is it genuine? */
@CommandLine.Command(
    name = "authenticate",
    description = {
      "Says whether a report or quote is genuine, unrevoked and, for TDX, how current its firmware"
          + " is by Intel's word. It does not say that the right thing runs in the VM: 'cloister"
          + " evidence verify' does.",
      "No certificate that comes along is trusted: the vendors' roots are built in."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister evidence authenticate report.bin --certificates vcek.der --certificates chain.pem",
      "  cloister evidence authenticate quote.dat --tcb-info tcb.json --qe-identity qe.json \\",
      "      --root-ca-crl root.crl --pck-crl platform.crl --certificates signing.pem",
      "  cloister evidence authenticate --request - < request.json"
    })
final class EvidenceAuthenticateCommand extends EvidenceExamination {

  @Option(
      names = "--root",
      paramLabel = "ROOT",
      description = "A simulated root, as in a reference value, with --allow-simulated.")
  private @Nullable String root;

  EvidenceAuthenticateCommand(Terminal terminal, InstantSource clock) {
    super(terminal, clock);
  }

  @Override
  EvidenceAnswer answer(EvidenceVerifier verifier, EvidenceRequest asked) {
    return EvidenceAnswer.of(verifier.authenticate(asked.evidence(), root(asked), asked.at()));
  }

  private TrustAnchor root(EvidenceRequest asked) {
    return root == null
        ? TrustAnchor.ofVendor(asked.evidence())
        : TrustAnchor.parse(root, "--root");
  }

  @Override
  EvidenceRequest ofFiles(EvidenceFiles named, Instant time) {
    return new EvidenceRequest(
        named.read(), time, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
