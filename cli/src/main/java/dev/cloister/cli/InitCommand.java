package dev.cloister.cli;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryQuorum;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister init}: a new deployment, and its owners' keys. */
@CommandLine.Command(
    name = "init",
    description = {
      "Makes a new deployment: deployment.json, which says who owns it and which evidence it"
          + " accepts, and the owners' private keys.",
      "Update owners sign what may run; recovery owners hold shares of the deployment's secret, and"
          + " sign what could take it. An owner is a plain name, for which a directory with new"
          + " keys is made, or a file of public keys (PEM) that the owner made.",
      "The deployment's pin, the SHA-256 of deployment.json, is the one value that whoever relies"
          + " on the deployment must know."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister init --name shop",
      "      one owner, for machines with SEV-SNP",
      "  cloister init --name shop --simulated",
      "      without the hardware: accepts simulated evidence, and nothing else, for ever",
      "  cloister init --update-owners ann,bob,cid --threshold 2 --recovery-owners rut,sam,tom \\",
      "      --recovery-threshold 2",
      "      two of three must agree; hand each owner the directory with their keys",
      "  cloister init --update-owners a.pem,b.pem --threshold 2 --recovery-owners c.pem",
      "      owners who made their own keys, for example with openssl"
    })
final class InitCommand extends Command {

  private static final String NEW_OWNER = "[A-Za-z0-9_-]{1,64}";

  private final RandomGenerator random;
  private final List<NewOwner> made = new ArrayList<>();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      defaultValue = "cloister",
      description = "The deployment's name, a DNS label (default: ${DEFAULT-VALUE}).")
  private String name = "cloister";

  @Option(
      names = "--simulated",
      description = "Accept evidence of a simulated processor, which protects nothing.")
  private boolean simulated;

  @Option(
      names = {"-d", "--directory"},
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where the files go (default: the current directory).")
  private Path directory = Path.of(".");

  @Option(
      names = {"--update-owners", "--update-owner"},
      split = ",",
      paramLabel = "OWNER",
      description =
          "Owners who may change the manifest: names, or files of one public key; separated by"
              + " commas or repeated (default: one, with keys in DIR).")
  private List<Path> updateOwners = List.of();

  @Option(
      names = {"--threshold", "--update-threshold"},
      paramLabel = "N",
      defaultValue = "1",
      description = "How many of them must agree (default: ${DEFAULT-VALUE}).")
  private int updateThreshold = 1;

  @Option(
      names = {"--recovery-owners", "--recovery-owner"},
      split = ",",
      paramLabel = "OWNER",
      description =
          "Owners who may recover secrets: names, or files of two public keys: one that signs, then"
              + " the X25519 key to which shares are encrypted.")
  private List<Path> recoveryOwners = List.of();

  @Option(
      names = "--recovery-threshold",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many of them must agree (default: ${DEFAULT-VALUE}).")
  private int recoveryThreshold = 1;

  @Option(
      names = "--algorithm",
      paramLabel = "KIND",
      defaultValue = "p384",
      description =
          "Kind of signing keys that are made: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}).")
  private KeyKind algorithm = KeyKind.p384;

  InitCommand(Terminal terminal) {
    super(terminal);
    this.random = new SecureRandom();
  }

  @Override
  protected ExitCode run() {
    Path file = directory.resolve(OwnerDirectory.DEPLOYMENT);
    if (Files.exists(file)) {
      throw new CloisterException(
          CliError.FILE_EXISTS, file.toString(), "a deployment cannot be made twice");
    }
    Owners owners = new Owners(updateQuorum(), recoveryQuorum());
    Mode mode = simulated ? Mode.SIMULATED : Mode.HARDWARE;
    Deployment deployment = Deployment.create(name, nonce(), mode, owners);
    made.forEach(NewOwner::write);
    Set<Path> places = places();
    for (Path place : places) {
      Disk.write(place.resolve(OwnerDirectory.DEPLOYMENT), deployment.document());
    }
    Disk.write(file, deployment.document());
    report(deployment, file, places);
    return ExitCode.DONE;
  }

  /** The directories of the new owners, besides the deployment's own. */
  private Set<Path> places() {
    Set<Path> places = new LinkedHashSet<>();
    made.forEach(owner -> places.add(owner.file().resolveSibling("").normalize()));
    places.remove(directory.normalize());
    return places;
  }

  private Bytes nonce() {
    byte[] nonce = new byte[Deployment.NONCE_SIZE];
    random.nextBytes(nonce);
    return Bytes.of(nonce);
  }

  private Quorum updateQuorum() {
    List<OwnerKey> keys = new ArrayList<>();
    for (Path owner : updateOwners) {
      keys.add(
          isNew(owner)
              ? add(NewOwner.update(directory.resolve(owner), algorithm)).key()
              : OwnerFiles.readPublic(owner));
    }
    if (keys.isEmpty()) {
      keys.add(add(NewOwner.update(directory, algorithm)).key());
    }
    return new Quorum(updateThreshold, keys);
  }

  private RecoveryQuorum recoveryQuorum() {
    List<RecoveryOwner> owners = new ArrayList<>();
    for (Path owner : recoveryOwners) {
      owners.add(
          isNew(owner)
              ? add(NewOwner.recovery(directory.resolve(owner), algorithm)).recoveryOwner()
              : OwnerFiles.readRecovery(owner));
    }
    if (owners.isEmpty()) {
      owners.add(add(NewOwner.recovery(directory, algorithm)).recoveryOwner());
    }
    return new RecoveryQuorum(recoveryThreshold, owners);
  }

  private NewOwner add(NewOwner owner) {
    made.add(owner);
    return owner;
  }

  private static boolean isNew(Path owner) {
    return owner.toString().matches(NEW_OWNER) && !Files.isRegularFile(owner);
  }

  private void report(Deployment deployment, Path file, Set<Path> places) {
    Owners owners = deployment.owners();
    if (json()) {
      terminal()
          .print(
              Json.object()
                  .put("ok", true)
                  .put("deployment", file.toString())
                  .put("name", deployment.name())
                  .put("mode", deployment.mode().text())
                  .put("pin", deployment.pin().toString())
                  .put("owners", Json.ofStrings(places.stream().map(Path::toString).toList()))
                  .build());
    } else {
      terminal().print("wrote " + file);
      places.forEach(place -> terminal().print("wrote " + place + "/ (keys of this owner)"));
      terminal().print("update owners    " + words(owners.update()));
      terminal().print("recovery owners  " + words(owners.recovery().signers()));
      terminal().print("pin   " + deployment.pin());
    }
    if (!made.isEmpty()) {
      terminal().note("Keep the owners' private keys (*-owner.key) apart from this machine.");
    }
    if (deployment.mode() == Mode.SIMULATED) {
      terminal().note(Simulated.WARNING);
    }
  }

  private static String words(Quorum quorum) {
    List<String> keys = quorum.keys().stream().map(OwnerKey::toString).toList();
    return quorum.threshold() + " of " + keys.size() + ": " + String.join(", ", keys);
  }
}
