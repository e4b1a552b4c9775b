package dev.cloister.cli;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.guest.ArchiveRoots;
import dev.cloister.guest.BuildProgress;
import dev.cloister.guest.DebianArchive;
import dev.cloister.guest.GuestImage;
import dev.cloister.guest.GuestImageBuilder;
import dev.cloister.guest.GuestLock;
import dev.cloister.guest.GuestPackages;
import dev.cloister.guest.HostProxy;
import dev.cloister.guest.JavaImageBuilder;
import dev.cloister.guest.JavaProgram;
import dev.cloister.guest.OciImage;
import dev.cloister.guest.OciImageBuilder;
import dev.cloister.guest.OciRecipe;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The guest image of this version, and images for pods, built where they are not there yet. */
public final class GuestImages {

  /** Virtual CPUs of every pod VM, which the launch digest depends on. */
  public static final int VCPUS = 1;

  private static final Duration APT_LIMIT = Duration.ofSeconds(20);

  /** One class of each jar that the agent is made of. */
  private static final List<Class<?>> AGENT_PARTS =
      List.of(
          dev.cloister.agent.Agent.class,
          dev.cloister.channel.Initiator.class,
          dev.cloister.client.CoordinatorLink.class,
          Bytes.class,
          ReferenceValue.class,
          dev.cloister.manifest.Manifest.class,
          dev.cloister.policy.PodPolicy.class,
          dev.cloister.rpc.RpcClient.class);

  /** One class of each of Cloister's jars that the Coordinator is made of. */
  private static final List<Class<?>> COORDINATOR_PARTS =
      List.of(
          dev.cloister.coordinator.Counters.class,
          dev.cloister.channel.Evidence.class,
          dev.cloister.client.CoordinatorState.class,
          Bytes.class,
          ReferenceValue.class,
          dev.cloister.manifest.Manifest.class,
          dev.cloister.policy.PodPolicy.class,
          dev.cloister.rpc.RpcClient.class);

  /** One class of each jar of others that it needs. */
  private static final List<Class<?>> COORDINATOR_LIBRARIES =
      List.of(
          org.bouncycastle.asn1.ASN1Encodable.class,
          org.bouncycastle.asn1.cms.ContentInfo.class,
          org.bouncycastle.cert.X509CertificateHolder.class);

  private final Locations locations;

  /** For the machine with these locations. */
  public GuestImages(Locations locations) {
    this.locations = locations;
  }

  /** The guest image of this version. */
  public GuestImage current(BuildProgress progress) {
    return new GuestImageBuilder(locations.cache(), archive())
        .build(locations.guestLock(), agentJars(), progress);
  }

  /** The images of a recipe, as OCI layouts, from the packages that its lock file names. */
  public List<OciImage> images(Path lock, Path recipe, BuildProgress progress) {
    return new OciImageBuilder(locations.cache(), archive())
        .build(lock, OciRecipe.open(recipe), progress);
  }

  /** The Coordinator's image of this version, as an OCI layout. */
  public OciImage coordinatorImage(BuildProgress progress) {
    return new JavaImageBuilder(locations.cache(), archive())
        .build(
            GuestLock.open(locations.guestLock()),
            JavaProgram.open(locations.coordinatorImage()),
            jars(COORDINATOR_PARTS),
            jars(COORDINATOR_LIBRARIES),
            progress);
  }

  /**
   * The image of another Java program that runs as the Coordinator does, on the same runtime.
   *
   * @param parts a class of each jar that it consists of
   */
  public OciImage javaImage(JavaProgram program, List<Class<?>> parts, BuildProgress progress) {
    return new JavaImageBuilder(locations.cache(), archive())
        .build(GuestLock.open(locations.guestLock()), program, jars(parts), List.of(), progress);
  }

  /** Locks the newest packages that the guest needs. */
  GuestLock refresh(BuildProgress progress) {
    return GuestLock.refresh(locations.guestLock(), GuestPackages.all(), archive(), progress);
  }

  /** Locks the newest packages that a recipe needs. */
  GuestLock refresh(Path lock, Path recipe, BuildProgress progress) {
    return GuestLock.refresh(lock, OciRecipe.open(recipe).packages(), archive(), progress);
  }

  private DebianArchive archive() {
    Map<String, String> environment = System.getenv();
    return new DebianArchive(
        ArchiveRoots.ofHost(Path.of("/etc/apt"), environment),
        new HostProxy(aptConfiguration(), environment),
        InstantSource.system());
  }

  private static String aptConfiguration() {
    if (Host.program("apt-config").isEmpty()) {
      return "";
    }
    return Host.run(APT_LIMIT, Map.of(), List.of("apt-config", "dump")).output();
  }

  private static List<Path> agentJars() {
    return jars(AGENT_PARTS);
  }

  private static List<Path> jars(List<Class<?>> parts) {
    return parts.stream().map(GuestImages::jarOf).toList();
  }

  private static Path jarOf(Class<?> part) {
    try {
      Path jar = Path.of(part.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isRegularFile(jar)) {
        return jar.toRealPath();
      }
      throw new CloisterException(
          CliError.NOT_PACKAGED, jar.toString(), "the classes are not in a jar");
    } catch (URISyntaxException | IOException e) {
      throw new CloisterException(
          CliError.NOT_PACKAGED, part.getName(), String.valueOf(e.getMessage()), e);
    }
  }
}
