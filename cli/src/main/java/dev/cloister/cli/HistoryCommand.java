package dev.cloister.cli;

import dev.cloister.client.CoordinatorAddress;
import dev.cloister.encoding.Json;
import dev.cloister.manifest.AcceptedTransition;
import dev.cloister.manifest.History;
import dev.cloister.manifest.HistoryEntry;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.ManifestDiff;
import dev.cloister.manifest.OwnerKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister history}: what the owners of a deployment decided. */
@CommandLine.Command(
    name = "history",
    description = {
      "Verifies the Coordinator and all transitions from deployment.json on, keeps them in the"
          + " owner's directory, and lists them: who signed, why, and with --changes what changed."
          + " An older history than was ever seen, or another one, is an alarm.",
      "With --offline, or where no Coordinator is known, it lists what the owner's directory knows."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister history",
      "  cloister history --changes --coordinator 203.0.113.7",
      "  cloister history --offline -d ann -o json"
    })
final class HistoryCommand extends OwnerCommand {

  @Option(names = "--changes", description = "Say in words what each transition changed.")
  private boolean changes;

  HistoryCommand(Terminal terminal, Locations locations) {
    super(terminal, locations);
  }

  @Override
  protected ExitCode run() {
    OwnerDirectory directory = directory();
    List<HistoryEntry> known = directory.entries();
    Optional<CoordinatorAddress> where = find(OwnerDirectory.newestManifest(known));
    List<HistoryEntry> entries = where.isEmpty() ? known : fetch(where.get(), directory);
    History history = History.replay(directory.deployment(), entries);
    if (json()) {
      terminal().print(json(history, entries, where.isPresent()));
    } else {
      show(history, entries, where.isPresent());
    }
    return ExitCode.DONE;
  }

  private List<HistoryEntry> fetch(CoordinatorAddress where, OwnerDirectory directory) {
    try (OwnerLink link = open(directory, where)) {
      if (link.recovers()) {
        History _ = link.verifyRecovering();
      } else {
        link.verify();
      }
      List<HistoryEntry> entries = link.entries();
      directory.keepAll(entries);
      return entries;
    }
  }

  private void show(History history, List<HistoryEntry> entries, boolean proven) {
    if (entries.isEmpty()) {
      terminal().print("no transition is known");
    }
    Words words = new Words(entries);
    for (AcceptedTransition step : history.transitions()) {
      terminal().print(step.transition().head() + "  " + step.transition().reason());
      terminal()
          .print(
              "    signed by "
                  + String.join(", ", step.signers().stream().map(OwnerKey::toString).toList())
                  + (step.bothQuorums() ? " (update and recovery owners)" : ""));
      if (changes) {
        words.of(step).text().lines().forEach(line -> terminal().print("    " + line));
      }
    }
    terminal()
        .note(
            proven
                ? "The Coordinator proved that the last one is in force."
                : "Nothing says that the last one is the newest: no Coordinator was asked.");
  }

  private Json json(History history, List<HistoryEntry> entries, boolean proven) {
    Words words = new Words(entries);
    List<Json> steps = new ArrayList<>();
    for (AcceptedTransition step : history.transitions()) {
      Json.ObjectBuilder object =
          Json.object()
              .put("number", step.transition().head().number())
              .put("statement", step.transition().head().digest().toHex())
              .put("manifest", step.transition().manifest().toHex())
              .put("reason", step.transition().reason())
              .put(
                  "signers",
                  Json.ofStrings(step.signers().stream().map(k -> k.digest().toHex()).toList()))
              .put("bothQuorums", step.bothQuorums());
      if (changes) {
        object.put("diff", DiffCommand.json(words.of(step)));
      }
      steps.add(object.build());
    }
    return Json.object()
        .put("ok", true)
        .put("deployment", history.deployment().pin().toString())
        .put("root", history.coordinatorRoot().toHex())
        .put("proven", proven)
        .put("transitions", Json.of(steps))
        .build();
  }

  /** What each transition changed. */
  private record Words(List<HistoryEntry> entries) {

    ManifestDiff of(AcceptedTransition step) {
      int at = (int) step.transition().head().number() - 1;
      Manifest after = Manifest.parse(entries.get(at).manifest());
      return at == 0
          ? ManifestDiff.first(after)
          : ManifestDiff.between(Manifest.parse(entries.get(at - 1).manifest()), after);
    }
  }
}
