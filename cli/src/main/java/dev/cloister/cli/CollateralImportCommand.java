package dev.cloister.cli;

import dev.cloister.attestation.AttestationError;
import dev.cloister.collateral.CollateralError;
import dev.cloister.collateral.CollateralImport;
import dev.cloister.collateral.CollateralStore;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code cloister collateral import}: what somebody else fetched, into the store. */
@CommandLine.Command(
    name = "import",
    description = {
      "Takes a bundle that 'cloister collateral export' wrote elsewhere into the store of"
          + " collateral, so that 'cloister evidence' finds it there without any network (with"
          + " --cached).",
      "Everything is checked first: each report or quote has to be authentic with what comes along,"
          + " and only what was needed for that is stored. Where one line is refused, nothing is"
          + " stored. No certificate of a bundle is trusted: the vendors' roots are built in."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister collateral import bundle.jsonl",
      "  cloister evidence authenticate quote.dat --cached"
    })
final class CollateralImportCommand extends Command {

  private static final int MAX_BUNDLE = 64 << 20;

  private final Locations locations;
  private final InstantSource clock;

  @Mixin private CacheOptions cache = new CacheOptions();
  @Mixin private RootOptions root = new RootOptions();
  @Mixin private SimulatedOption simulated = new SimulatedOption();
  @Mixin private TimeOption at = new TimeOption();

  @Parameters(paramLabel = "FILE", description = "The bundle: requests, one a line.")
  private @Nullable Path file;

  CollateralImportCommand(Terminal terminal, Locations locations, InstantSource clock) {
    super(terminal);
    this.locations = locations;
    this.clock = clock;
  }

  @Override
  protected ExitCode run() {
    Instant time = at.time(clock);
    CollateralImport bundle = new CollateralImport(simulated.verifier(), time);
    addLines(bundle, time);
    CollateralStore store = cache.open(locations);
    List<CollateralImport.Imported> pieces = bundle.store(store);
    if (json()) {
      terminal().print(answer(pieces));
    } else {
      terminal()
          .print("Stored " + pieces.size() + " pieces in " + cache.directory(locations) + ":");
      pieces.forEach(piece -> terminal().print("  " + line(piece)));
    }
    return ExitCode.DONE;
  }

  private void addLines(CollateralImport bundle, Instant time) {
    if (file == null) {
      throw new CloisterException(CliError.WRONG_USE, "FILE", "name the bundle");
    }
    List<Bytes> lines = lines(Disk.read(file, MAX_BUNDLE));
    if (lines.stream().allMatch(Bytes::isEmpty)) {
      throw new CloisterException(CliError.BAD_REQUEST, file.toString(), "the bundle is empty");
    }
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isEmpty()) {
        String where = "line " + (i + 1);
        EvidenceRequest request = request(lines.get(i), time, where);
        bundle.add(request.evidence(), root.of(request.evidence()), where);
      }
    }
  }

  private static List<Bytes> lines(Bytes text) {
    List<Bytes> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= text.size(); i++) {
      if (i == text.size() || text.at(i) == '\n') {
        lines.add(text.slice(from, i));
        from = i + 1;
      }
    }
    return lines;
  }

  /** A line that is no request at all is wrong use; one whose parts are no evidence is refused. */
  private static EvidenceRequest request(Bytes line, Instant time, String where) {
    try {
      JsonBudget budget = EvidenceExamination.REQUEST;
      return EvidenceRequest.read(JsonFields.of(JsonParser.parse(line, budget), ""), time);
    } catch (CloisterException e) {
      boolean isRefused = e.code() instanceof AttestationError;
      throw new CloisterException(
          isRefused ? CollateralError.BUNDLE_REFUSED : CliError.BAD_REQUEST,
          e.where().isEmpty() ? where : where + ", " + e.where(),
          isRefused ? e.code().code() + " " + e.detail() : e.detail(),
          e);
    }
  }

  private Json.Obj answer(List<CollateralImport.Imported> pieces) {
    return Json.object()
        .put("store", cache.directory(locations).toString())
        .put("pieces", new Json.Arr(pieces.stream().map(CollateralImportCommand::piece).toList()))
        .build();
  }

  private static Json piece(CollateralImport.Imported imported) {
    return Json.object()
        .put("name", imported.piece().name())
        .put("sha256", imported.piece().content().sha256().toHex())
        .put("validFrom", imported.validity().from().toString())
        .put("validUntil", imported.validity().until().toString())
        .build();
  }

  private static String line(CollateralImport.Imported imported) {
    return imported.piece().name()
        + "  current from "
        + imported.validity().from()
        + " until "
        + imported.validity().until();
  }
}
