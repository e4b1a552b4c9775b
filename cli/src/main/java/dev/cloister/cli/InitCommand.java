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
import java.util.List;
import java.util.random.RandomGenerator;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** {@code cloister init}: a new deployment, and its owners' keys. */
@CommandLine.Command(
    name = "init",
    description = {
      "Makes a new deployment: deployment.json, which says who owns it and which evidence it"
          + " accepts, and the owners' private keys.",
      "The deployment's pin, the SHA-256 of deployment.json, is the one value that whoever relies"
          + " on the deployment must know."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cloister init --name shop",
      "      one owner, for machines with SEV-SNP",
      "  cloister init --name shop --simulated",
      "      without the hardware: accepts simulated evidence, and nothing else, for ever",
      "  cloister init --update-owner a.pem --update-owner b.pem --update-threshold 2 \\",
      "      --recovery-owner c.pem",
      "      owners who made their own keys, for example with openssl"
    })
final class InitCommand extends Command {

  private final RandomGenerator random;

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
      names = "--update-owner",
      paramLabel = "FILE",
      description = "Public key (PEM) of an owner who may change the manifest; repeatable.")
  private List<Path> updateOwners = List.of();

  @Option(
      names = "--update-threshold",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many of them must agree (default: ${DEFAULT-VALUE}).")
  private int updateThreshold = 1;

  @Option(
      names = "--recovery-owner",
      paramLabel = "FILE",
      description =
          "Public keys (PEM) of an owner who may recover secrets: one that signs, then the X25519"
              + " key to which shares are encrypted; repeatable.")
  private List<Path> recoveryOwners = List.of();

  @Option(
      names = "--recovery-threshold",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many of them must agree (default: ${DEFAULT-VALUE}).")
  private int recoveryThreshold = 1;

  InitCommand(Terminal terminal) {
    super(terminal);
    this.random = new SecureRandom();
  }

  @Override
  protected ExitCode run() {
    Path file = directory.resolve("deployment.json");
    if (Files.exists(file)) {
      throw new CloisterException(
          CliError.FILE_EXISTS, file.toString(), "a deployment cannot be made twice");
    }
    makeDirectory();
    Owners owners = new Owners(updateQuorum(), recoveryQuorum());
    Mode mode = simulated ? Mode.SIMULATED : Mode.HARDWARE;
    Deployment deployment = Deployment.create(name, nonce(), mode, owners);
    Disk.write(file, deployment.document());
    report(deployment, file);
    return ExitCode.DONE;
  }

  private void makeDirectory() {
    try {
      Files.createDirectories(directory);
    } catch (java.io.IOException e) {
      throw new CloisterException(
          CliError.FILE_NOT_WRITABLE, directory.toString(), "cannot make the directory", e);
    }
  }

  private Bytes nonce() {
    byte[] nonce = new byte[Deployment.NONCE_SIZE];
    random.nextBytes(nonce);
    return Bytes.of(nonce);
  }

  private Quorum updateQuorum() {
    List<OwnerKey> keys =
        updateOwners.isEmpty()
            ? List.of(OwnerFiles.generate(directory.resolve("update-owner.key")))
            : updateOwners.stream().map(OwnerFiles::readPublic).toList();
    return new Quorum(updateThreshold, keys);
  }

  private RecoveryQuorum recoveryQuorum() {
    List<RecoveryOwner> owners =
        recoveryOwners.isEmpty()
            ? List.of(OwnerFiles.generateRecovery(directory.resolve("recovery-owner.key")))
            : recoveryOwners.stream().map(OwnerFiles::readRecovery).toList();
    return new RecoveryQuorum(recoveryThreshold, owners);
  }

  private void report(Deployment deployment, Path file) {
    if (json()) {
      terminal()
          .print(
              Json.object()
                  .put("ok", true)
                  .put("deployment", file.toString())
                  .put("name", deployment.name())
                  .put("mode", deployment.mode().text())
                  .put("pin", deployment.pin().toString())
                  .build());
    } else {
      terminal().print("wrote " + file);
      terminal().print("pin   " + deployment.pin());
    }
    if (updateOwners.isEmpty() || recoveryOwners.isEmpty()) {
      terminal().note("Keep the owners' private keys (*-owner.key) apart from this machine.");
    }
    if (deployment.mode() == Mode.SIMULATED) {
      terminal().note(Simulated.WARNING);
    }
  }
}
