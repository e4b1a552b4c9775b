package dev.cloister.cli;

import dev.cloister.image.RegistryOptions;
import dev.cloister.kubernetes.Generation;
import dev.cloister.kubernetes.Generator;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Initdata;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What Kubernetes YAML is derived with.
 *
 * @param deployment goes into every initdata
 * @param namespace of objects that name none
 * @param registry how registries are spoken to
 * @param locations where the cache of images is
 */
public record Derivation(
    Deployment deployment, String namespace, RegistryOptions registry, Locations locations) {

  /** Derives what is to run; progress goes to the terminal. */
  public Generation of(List<SourceFile> sources, Terminal terminal) {
    return of(sources, terminal, UnaryOperator.identity());
  }

  /** The same, with a choice of floors as of {@link Generator#withFloors}. */
  Generation of(List<SourceFile> sources, Terminal terminal, UnaryOperator<Initdata> floors) {
    try (PinnedImages images = new PinnedImages(locations.cache(), registry, terminal)) {
      return new Generator(deployment, images, namespace).withFloors(floors).generate(sources);
    }
  }
}
