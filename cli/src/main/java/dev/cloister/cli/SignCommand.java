package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.SignedTransition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code cloister sign}: a transition to a new manifest, signed by one owner or some. */
@CommandLine.Command(
    name = "sign",
    description = {
      "Makes the transition that puts a manifest into force after the newest one, shows in words"
          + " what it changes, and signs it. Other owners add their signatures with 'cloister"
          + " approve'; 'cloister set' sends it to the Coordinator.",
      "The first transition of a deployment names the root key of one Coordinator: its evidence is"
          + " checked against the manifest before anything is signed.",
      "Never signs two successors of one transition, nor, without --irreversible, a manifest after"
          + " which nobody could use or change the deployment."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister sign --reason 'web 1.4 with the fix'",
      "  cloister sign -d ann --to web-1.4.json",
      "      signs with the keys in ann/; then hand web-1.4.json and the manifest to bob",
      "  cloister sign -k ann -k rut        several owners at one machine",
      "  cloister sign --prepare to-sign.bin --signer ann.pub --to web-1.4.json",
      "  openssl dgst -sha384 -sign ann.key -out ann.sig to-sign.bin",
      "  cloister sign --signature ann.sig --signer ann.pub --to web-1.4.json"
    })
final class SignCommand extends OwnerCommand {

  @Mixin private DraftOptions draft = new DraftOptions();
  @Mixin private OwnerSignatures signatures = new OwnerSignatures();

  @Option(
      names = "--to",
      paramLabel = "FILE",
      description =
          "Where the signed transition goes; one that is there and says the same gets the signatures"
              + " too (default: transition-NUMBER.json in the owner's directory).")
  private @Nullable Path to;

  SignCommand(Terminal terminal, Locations locations) {
    super(terminal, locations);
  }

  @Override
  protected ExitCode run() {
    OwnerDirectory directory = directory();
    Deployment deployment = directory.deployment();
    Manifest manifest = draft.manifest(deployment);
    Standing standing = standing(directory, manifest);
    Draft made = make(standing, manifest);
    draft.requireNoLockout(made.history(), manifest);
    Draft signed = made.with(signatures.add(made.signed(), made.owners(), path()));
    Path file = file(signed);
    Disk.write(file, signed.signed().document());
    report(signed, file);
    return ExitCode.DONE;
  }

  private Draft make(Standing standing, Manifest manifest) {
    Instant now = clock().instant();
    Bytes root = standing.requireRoot();
    Optional<SignedTransition> earlier = earlier(standing);
    if (earlier.isPresent()
        && !draft.isSame(earlier.get().transition(), standing.history(), manifest, root, now)) {
      throw new CloisterException(
          CliError.FILE_EXISTS, place(standing).toString(), "it holds another transition");
    }
    SignedTransition signed =
        earlier.orElseGet(() ->
            SignedTransition.unsigned(draft.transition(standing.history(), manifest, root, now)));
    Draft made = new Draft(standing.history(), manifest, signed);
    made.tallies();
    return made;
  }

  /** The file that is added to, which a signature from elsewhere needs. */
  private Optional<SignedTransition> earlier(Standing standing) {
    Path file = place(standing);
    return Files.exists(file) || signatures.isTaken()
        ? Optional.of(Documents.transition(file))
        : Optional.empty();
  }

  private Path place(Standing standing) {
    return to == null ? named(standing.history().head().number() + 1) : to;
  }

  private Path file(Draft signed) {
    return to == null ? named(signed.signed().transition().head().number()) : to;
  }

  private Path named(long number) {
    return directory().file("transition-" + number + ".json");
  }

  private void report(Draft signed, Path file) {
    if (json()) {
      terminal().print(signed.toJson().put("file", file.toString()).build());
      return;
    }
    signed.show(terminal());
    terminal().print("wrote " + file);
    if (signatures.isPrepared()) {
      terminal().note("Sign the prepared bytes, then give the signature with --signature.");
    } else {
      terminal()
          .note(
              signed.isComplete()
                  ? "Put it into force: cloister set --transition " + file
                  : "Others add theirs: cloister approve " + file);
    }
  }
}
