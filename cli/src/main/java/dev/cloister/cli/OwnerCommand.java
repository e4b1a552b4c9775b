package dev.cloister.cli;

import dev.cloister.client.CoordinatorAddress;
import dev.cloister.manifest.Manifest;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** What the commands of owners have in common: an owner's directory, and a Coordinator. */
abstract class OwnerCommand extends Command {

  private final Locations locations;
  private final InstantSource clock;

  @Mixin private OwnerOptions owner = new OwnerOptions();
  @Mixin private CoordinatorOptions coordinator = new CoordinatorOptions();

  OwnerCommand(Terminal terminal, Locations locations) {
    super(terminal);
    this.locations = locations;
    this.clock = InstantSource.system();
  }

  final InstantSource clock() {
    return clock;
  }

  /** What is in the owner's directory. */
  final OwnerDirectory directory() {
    return owner.directory();
  }

  /** The path of the owner's directory. */
  final Path path() {
    return owner.path();
  }

  final CoordinatorOptions coordinator() {
    return coordinator;
  }

  /** What the next transition follows: see {@link CoordinatorOptions#standing}. */
  final Standing standing(OwnerDirectory directory, Manifest manifest) {
    return coordinator.standing(terminal(), locations, directory, manifest);
  }

  /** Where the Coordinator is, if that is known. */
  final Optional<CoordinatorAddress> find(List<Manifest> manifests) {
    return coordinator.find(terminal(), locations, manifests);
  }

  /** A link to the Coordinator: see {@link CoordinatorOptions#open}. */
  final OwnerLink open(OwnerDirectory directory, List<Manifest> manifests) {
    return coordinator.open(terminal(), locations, directory, manifests);
  }

  /** A link to the Coordinator at an address. */
  final OwnerLink open(OwnerDirectory directory, CoordinatorAddress where) {
    return coordinator.open(terminal(), where, directory);
  }
}
