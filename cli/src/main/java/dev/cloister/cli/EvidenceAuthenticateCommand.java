package dev.cloister.cli;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;

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
      "  cloister evidence authenticate quote.dat --cached",
      "  cloister evidence authenticate --request - < request.json"
    })
final class EvidenceAuthenticateCommand extends EvidenceExamination {

  @Mixin private RootOptions root = new RootOptions();

  EvidenceAuthenticateCommand(Terminal terminal, Locations locations, InstantSource clock) {
    super(terminal, locations, clock);
  }

  @Override
  EvidenceAnswer answer(EvidenceExaminer examiner, EvidenceRequest asked) {
    EvidenceExaminer.Examined examined = examiner.authenticate(asked, root.of(asked.evidence()));
    return EvidenceAnswer.of(examined.authentication()).with(examined.cached());
  }

  @Override
  EvidenceRequest ofFiles(EvidenceFiles named, Instant time) {
    return new EvidenceRequest(
        named.read(), time, Optional.empty(), Optional.empty(), Optional.empty());
  }
}
