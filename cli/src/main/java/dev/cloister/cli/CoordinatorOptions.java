package dev.cloister.cli;

import dev.cloister.client.ClientLimits;
import dev.cloister.client.CoordinatorAddress;
import dev.cloister.client.CoordinatorClient;
import dev.cloister.client.FirstCoordinator;
import dev.cloister.client.KnownHeadsFile;
import dev.cloister.client.Trust;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.DeploymentPin;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.History;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.ManifestError;
import dev.cloister.manifest.Mode;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which Coordinator a command speaks to, and what is known beforehand. */
final class CoordinatorOptions {

  @Option(
      names = {"-c", "--coordinator"},
      paramLabel = "HOST[:PORT]",
      description =
          "Where the Coordinator is; whoever answers has to prove itself (default: the Coordinator"
              + " that runs on this machine's node, port 7443).")
  private @Nullable String address;

  @Option(
      names = "--offline",
      description = "Ask no Coordinator; the owner's directory says what is in force.")
  private boolean offline;

  @Option(
      names = "--root",
      paramLabel = "SHA256",
      description =
          "Digest of the Coordinator's root key for a first transition, from one who checked its"
              + " evidence.")
  private @Nullable String root;

  @Option(
      names = "--allow-simulated",
      description = "Accept evidence of a simulated processor, which protects nothing.")
  private boolean allowSimulated;

  @Mixin private MemoryOptions memory = new MemoryOptions();

  /** What was seen of a deployment. */
  Optional<Floor> known(DeploymentPin pin) {
    return memory.known(pin);
  }

  /**
   * What the next transition follows: asks the Coordinator where there is one, else the owner's
   * directory.
   *
   * @param manifest the one that is to come into force: a Coordinator that awaits its first
   *     transition is checked against it
   */
  Standing standing(
      Terminal terminal, Locations locations, OwnerDirectory directory, Manifest manifest) {
    Optional<CoordinatorAddress> where = find(terminal, locations, List.of(manifest));
    if (where.isEmpty()) {
      History known = directory.history();
      Bytes named = namedRoot();
      if (known.head().number() > 0 || named.isEmpty()) {
        return new Standing(known, Bytes.EMPTY);
      }
      return new Standing(History.begin(known.deployment(), named), named);
    }
    try (OwnerLink link = open(terminal, where.get(), directory)) {
      return standing(link, manifest);
    }
  }

  /** The same, by a link that is open. */
  Standing standing(OwnerLink link, Manifest manifest) {
    if (!link.awaitsFirst()) {
      return new Standing(link.verify().history(), Bytes.EMPTY);
    }
    FirstCoordinator first = link.verifyFirst(manifest);
    Bytes named = namedRoot();
    if (!named.isEmpty() && !named.equals(first.rootKeyDigest())) {
      throw new CloisterException(
          ManifestError.OTHER_COORDINATOR,
          "--root",
          named.toHex() + " is not " + first.rootKeyDigest().toHex());
    }
    Bytes proven = first.rootKeyDigest();
    return new Standing(History.begin(link.deployment(), proven), proven);
  }

  private Bytes namedRoot() {
    if (root == null) {
      return Bytes.EMPTY;
    }
    if (!root.matches("[0-9a-f]{64}")) {
      throw new CloisterException(
          CliError.WRONG_USE, "--root", "not 64 lower-case hexadecimal digits");
    }
    return Bytes.ofHex(root);
  }

  /**
   * A link to the Coordinator.
   *
   * @param manifests what may list the Coordinator that runs on this node
   * @throws CloisterException with {@link CliError#NO_COORDINATOR}
   */
  OwnerLink open(
      Terminal terminal, Locations locations, OwnerDirectory directory, List<Manifest> manifests) {
    CoordinatorAddress where =
        find(terminal, locations, manifests)
            .orElseThrow(() ->
                new CloisterException(
                    CliError.NO_COORDINATOR,
                    "--coordinator",
                    "none is named, and none runs on this node"));
    return open(terminal, where, directory);
  }

  /** A link to the Coordinator at an address. */
  OwnerLink open(Terminal terminal, CoordinatorAddress where, OwnerDirectory directory) {
    Deployment deployment = directory.deployment();
    KnownHeadsFile heads = memory.file();
    Trust trust = heads.recall(Trust.of(deployment.pin(), InstantSource.system()));
    History known = directory.history();
    if (known.head().number() > 0) {
      trust = trust.withFloor(Floor.of(known));
    }
    if (deployment.mode() == Mode.SIMULATED) {
      terminal.note(Simulated.WARNING);
    }
    Trust all = allowSimulated ? trust.allowingSimulated() : trust;
    CoordinatorClient client =
        new CoordinatorClient(all, ClientLimits.of(deployment.mode()), new SecureRandom());
    return new OwnerLink(
        terminal.during("connecting to the Coordinator at " + where, () -> client.own(where)),
        terminal,
        heads);
  }

  /** Where the Coordinator is, if that is known; one of this node is waited for while it starts. */
  Optional<CoordinatorAddress> find(
      Terminal terminal, Locations locations, List<Manifest> manifests) {
    if (offline) {
      return Optional.empty();
    }
    if (address != null) {
      return Optional.of(CoordinatorAddress.parse(address, CoordinatorAddress.CHANNEL_PORT));
    }
    Optional<CoordinatorAddress> local = LocalCoordinator.find(locations, manifests);
    local.ifPresent(where -> LocalCoordinator.awaitAnswer(where, terminal));
    return local;
  }
}
