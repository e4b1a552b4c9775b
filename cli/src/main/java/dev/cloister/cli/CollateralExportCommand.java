package dev.cloister.cli;

import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.SnpEvidence;
import dev.cloister.attestation.TdxCollateral;
import dev.cloister.attestation.TdxEvidence;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.collateral.CollateralFinder;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cloister collateral export}: evidence with everything that is needed to check it. */
@CommandLine.Command(
    name = "export",
    description = {
      "Completes each report or quote with what its vendor publishes, and prints one line for each:"
          + " a request that 'cloister evidence authenticate --batch -' answers anywhere,"
          + " without any network."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister collateral export report.bin > bundle.jsonl",
      "  cloister collateral export quote.dat --service https://pccs.example:8081"
    })
final class CollateralExportCommand extends Command {

  private static final int MAX_BYTES = 1 << 20;

  private final Locations locations;
  private final InstantSource clock;

  @Mixin private CollateralOptions options = new CollateralOptions();

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Reports and quotes.")
  private List<Path> files = List.of();

  CollateralExportCommand(Terminal terminal, Locations locations, InstantSource clock) {
    super(terminal);
    this.locations = locations;
    this.clock = clock;
  }

  @Override
  protected ExitCode run() {
    CollateralFinder finder = options.finder(locations);
    for (Path file : files) {
      Bytes bytes = Disk.read(file, MAX_BYTES);
      Evidence bare = Evidence.bare(EvidenceType.of(bytes), bytes);
      Evidence complete =
          terminal()
              .during(
                  "Fetching what is published about " + file,
                  () -> finder.complete(bare, TrustAnchor.ofVendor(bare), clock.instant()));
      terminal().print(JsonWriter.canonical(request(file.toString(), complete)));
    }
    return ExitCode.DONE;
  }

  /** The request of the published form, see {@link EvidenceRequest}. */
  static Json.Obj request(String id, Evidence evidence) {
    Json.ObjectBuilder request = Json.object().put("id", id);
    return switch (evidence) {
      case SnpEvidence snp ->
          request
              .put("type", "snp")
              .put("evidence", snp.report().toBase64())
              .put("certificates", texts(snp.certificates()))
              .put(
                  "collateral",
                  Json.object().put("amdCrl", snp.revocationLists().getFirst().toBase64()).build())
              .build();
      case TdxEvidence tdx ->
          request
              .put("type", "tdx")
              .put("evidence", tdx.quote().toBase64())
              .put("certificates", texts(tdx.certificates()))
              .put("collateral", collateral(tdx.collateral()))
              .build();
    };
  }

  private static Json collateral(TdxCollateral collateral) {
    return Json.object()
        .put("tcbInfo", collateral.tcbInfo().toBase64())
        .put("qeIdentity", collateral.qeIdentity().toBase64())
        .put("rootCaCrl", collateral.rootCaCrl().toBase64())
        .put("pckCrl", collateral.pckCrl().toBase64())
        .put("certificates", texts(collateral.certificates()))
        .build();
  }

  private static Json texts(List<Bytes> values) {
    return Json.ofStrings(values.stream().map(Bytes::toBase64).toList());
  }
}
