package dev.cloister.cli;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.Secret;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.History;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.RecoveryShare;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister recover}: hands in an owner's share of the deployment's secret. */
@CommandLine.Command(
    name = "recover",
    description = {
      "Brings a Coordinator back that restarted: checks its evidence and the history that it shows,"
          + " opens this recovery owner's share, and hands it in over the attested channel, naming"
          + " the newest transition that is known here. When enough owners have done so, at different"
          + " times and places, the Coordinator serves again.",
      "A history older than what is known here is refused before anything is handed in: the"
          + " Coordinator's store is not trusted."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister recover -d rut",
      "      the key and the share are in rut/ (rut/recovery-owner.key, rut/shares/)",
      "  cloister recover -k rut-shares.key --share share-1-2.json --coordinator 203.0.113.7"
    })
final class RecoverCommand extends OwnerCommand {

  @Option(
      names = {"-k", "--key"},
      paramLabel = "FILE",
      description =
          "File with the owner's private X25519 key (PEM; default: recovery-owner.key in the"
              + " owner's directory).")
  private Path key = Path.of("");

  @Option(
      names = "--share",
      paramLabel = "FILE",
      description = "The owner's share; repeatable (default: shares/ in the owner's directory).")
  private List<Path> shares = List.of();

  RecoverCommand(Terminal terminal, Locations locations) {
    super(terminal, locations);
  }

  /** A share in the clear. */
  private record Opened(RecoveryShare share, Secret secret) {}

  @Override
  protected ExitCode run() {
    OwnerDirectory directory = directory();
    Optional<Head> known = known(directory);
    try (OwnerLink link = open(directory, OwnerDirectory.newestManifest(directory.entries()))) {
      History history = link.verifyRecovering();
      Opened opened = open(history, directory);
      try {
        int missing =
            link.submit(
                opened.share().label().index(), opened.secret(), known.orElse(history.head()));
        report(link, opened.share(), history, known.isPresent(), missing);
      } finally {
        opened.secret().close();
      }
    }
    return ExitCode.DONE;
  }

  /** The newest transition that was known before the Coordinator was asked. */
  private Optional<Head> known(OwnerDirectory directory) {
    Head own = directory.history().head();
    Optional<Head> seen = coordinator().known(directory.deployment().pin()).map(Floor::head);
    if (seen.isPresent() && seen.get().number() >= own.number()) {
      return seen;
    }
    return own.number() > 0 ? Optional.of(own) : Optional.empty();
  }

  private Opened open(History history, OwnerDirectory directory) {
    Path keyFile = key.toString().isEmpty() ? directory.file(OwnerFiles.RECOVERY) : key;
    List<Secret> keys = Pem.readPrivateKeys(keyFile);
    try {
      Optional<Opened> newest = Optional.empty();
      for (Path file : shareFiles(directory)) {
        RecoveryShare share = Documents.share(file);
        if (!share.label().deployment().equals(history.deployment().pin())) {
          throw new CloisterException(
              ManifestError.OTHER_DEPLOYMENT,
              file.toString(),
              share.label().deployment() + " is not " + history.deployment().pin());
        }
        history.requireIncludes(share.label().head());
        Optional<Secret> secret = decrypt(share, keys);
        if (secret.isPresent() && isNewer(share, newest)) {
          newest.ifPresent(older -> older.secret().close());
          newest = Optional.of(new Opened(share, secret.get()));
        } else {
          secret.ifPresent(Secret::close);
        }
      }
      return newest.orElseThrow(() ->
          new CloisterException(
              CliError.NO_SHARE, keyFile.toString(), "opens none of the shares given"));
    } finally {
      keys.forEach(Secret::close);
    }
  }

  private static boolean isNewer(RecoveryShare share, Optional<Opened> than) {
    return than.isEmpty()
        || share.label().head().number() > than.get().share().label().head().number();
  }

  private static Optional<Secret> decrypt(RecoveryShare share, List<Secret> keys) {
    for (Secret candidate : keys) {
      try {
        return Optional.of(share.decrypt(candidate));
      } catch (CloisterException e) {
        if (e.code() != ManifestError.SHARE_UNREADABLE
            && e.code() != ManifestError.BAD_PRIVATE_KEY) {
          throw e;
        }
      }
    }
    return Optional.empty();
  }

  private List<Path> shareFiles(OwnerDirectory directory) {
    if (!shares.isEmpty()) {
      return shares;
    }
    Path place = directory.file(OwnerDirectory.SHARES);
    if (!Files.isDirectory(place)) {
      throw new CloisterException(
          CliError.NO_SHARE, place.toString(), "there is no such directory; name it with --share");
    }
    try (Stream<Path> entries = Files.list(place)) {
      return new ArrayList<>(
          entries.filter(file -> file.toString().endsWith(".json")).sorted().toList());
    } catch (java.io.IOException e) {
      throw new CloisterException(
          CliError.FILE_NOT_READABLE, place.toString(), String.valueOf(e.getMessage()), e);
    }
  }

  private void report(
      OwnerLink link, RecoveryShare share, History history, boolean wasKnown, int missing) {
    if (missing == 0) {
      // Enough were handed in: what it proves now is whether it has its own seed again.
      link.verify();
    }
    if (json()) {
      terminal()
          .print(
              Json.object()
                  .put("ok", true)
                  .put("share", share.label().index())
                  .put("head", history.head().digest().toHex())
                  .put("number", history.head().number())
                  .put("missing", missing)
                  .put("ready", missing == 0)
                  .build());
      return;
    }
    terminal().print("handed in share " + share.label().index());
    terminal().print("newest transition  " + history.head());
    terminal().print(missing == 0 ? "the Coordinator serves again" : missing + " more needed");
    if (!wasKnown) {
      terminal()
          .note("Nothing was known here of this deployment: an older state could not be noticed.");
    }
  }
}
