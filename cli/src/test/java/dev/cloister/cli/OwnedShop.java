package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.simulator.SimulatedChip;
import dev.cloister.simulator.SimulatedVendor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A deployment whose owners have their directories, and its Coordinator on loopback. */
final class OwnedShop implements AutoCloseable {

  private static final SimulatedVendor VENDOR = vendor();

  private final Path directory;
  private final LoopbackCoordinator coordinator;

  private OwnedShop(Path directory, List<String> owners) throws IOException {
    this.directory = directory;
    List<String> arguments =
        new ArrayList<>(
            List.of("init", "--simulated", "--name", "shop", "-d", directory.toString()));
    arguments.addAll(owners);
    assertDone(Session.of(arguments.toArray(new String[0])));
    this.coordinator = freshInstance();
  }

  /** Its RSA keys take seconds to make, so that they stay where builds leave things. */
  private static SimulatedVendor vendor() {
    Path files = Path.of("target", "simulated-vendor").toAbsolutePath();
    return SimulatedVendor.open(files, InstantSource.system(), new SecureRandom(), _ -> {});
  }

  /** One owner of each kind, with keys in the directory itself. */
  static OwnedShop ofOne(Path directory) throws IOException {
    return new OwnedShop(directory, List.of());
  }

  /** Ann, Bob and Cid update (2 needed), Rut, Sam and Tom recover (2 needed). */
  static OwnedShop ofSeveral(Path directory) throws IOException {
    return new OwnedShop(
        directory,
        List.of(
            "--update-owners",
            "ann,bob,cid",
            "--threshold",
            "2",
            "--recovery-owners",
            "rut,sam,tom",
            "--recovery-threshold",
            "2",
            "--algorithm",
            "ed25519"));
  }

  LoopbackCoordinator coordinator() {
    return coordinator;
  }

  /** Another instance of the same Coordinator, with another root key. */
  LoopbackCoordinator freshInstance() throws IOException {
    Deployment deployment = new OwnerDirectory(directory).deployment();
    Path store = Files.createTempDirectory(directory, "store-");
    return new LoopbackCoordinator(VENDOR, deployment, store);
  }

  /** One that says yes and forgets. */
  ForgetfulCoordinator forgetful() throws IOException {
    Deployment deployment = new OwnerDirectory(directory).deployment();
    Path keys = Files.createTempDirectory(directory, "ca-");
    return new ForgetfulCoordinator(VENDOR, deployment, TestAuthorities.make(keys));
  }

  /** A manifest file with the Coordinator and these workloads. */
  String manifest(String... names) throws IOException {
    return write(coordinator.reference(), coordinator.entry(), names);
  }

  String manifestOfAnotherCoordinator() throws IOException {
    Workload other =
        Workload.plain(
            Bytes.ofUtf8("another").sha256(),
            "coordinator",
            "cloister",
            WorkloadRole.COORDINATOR,
            List.of(TestCoordinator.REFERENCE));
    return write(coordinator.reference(), other);
  }

  String manifestOfAnotherImage() throws IOException {
    return write(
        SimulatedChip.referenceValue(
            "guest", VENDOR.rootKeyDigest(), Bytes.ofUtf8("another").sha384(), 1),
        coordinator.entry());
  }

  String manifestWithoutCoordinator() throws IOException {
    return write(coordinator.reference(), workload("web"));
  }

  private static Workload workload(String name) {
    return Workload.plain(
        Bytes.ofUtf8(name).sha256(),
        name,
        "default",
        WorkloadRole.WORKLOAD,
        List.of(TestCoordinator.REFERENCE));
  }

  private String write(ReferenceValue reference, Workload first, String... names)
      throws IOException {
    List<Workload> workloads = new ArrayList<>(List.of(first));
    for (String name : names) {
      workloads.add(workload(name));
    }
    Manifest manifest =
        Manifest.create(
            new OwnerDirectory(directory).deployment().pin(),
            workloads,
            Map.of(TestCoordinator.REFERENCE, reference),
            CertificateRules.STANDARD);
    Path file = Files.createTempFile(directory, "manifest-", ".json");
    Files.write(file, manifest.document().toArray());
    return file.toString();
  }

  /** Runs a command as an owner; each has a memory of their own. */
  Session run(String owner, String... command) {
    return runAt(coordinator, owner, command);
  }

  Session runAt(TestCoordinator where, String owner, String... command) {
    Path own = directory.resolve(owner);
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("-d", own.toString(), "-c", where.address()));
    arguments.addAll(List.of("--known-heads", own.resolve("known-heads.json").toString()));
    arguments.add("--allow-simulated");
    return Session.of(arguments.toArray(new String[0]));
  }

  /** The first manifest is in force, and the recovery owners have their shares. */
  void begin() throws IOException {
    set("next-1.json", "ann", manifest("web"));
    String[] owners = {"rut", "sam", "tom"};
    for (int i = 0; i < owners.length; i++) {
      String name = "share-1-" + (i + 1) + ".json";
      Path share = directory.resolve("ann").resolve("shares").resolve(name);
      Path own = directory.resolve(owners[i]).resolve("shares");
      Files.createDirectories(own);
      Files.copy(share, own.resolve(name));
    }
  }

  /** A second manifest is in force, and the recovery owners know it. */
  void second() throws IOException {
    set("next-2.json", "ann", manifest("web", "db"));
    for (String owner : List.of("rut", "sam", "tom")) {
      assertDone(run(owner, "history"));
    }
  }

  private void set(String name, String owner, String manifest) {
    String file = directory.resolve(name).toString();
    assertDone(run(owner, "sign", "-m", manifest, "--to", file));
    for (String other : List.of("bob", "rut", "sam")) {
      assertDone(run(other, "approve", file, "-m", manifest));
    }
    assertDone(run(owner, "set", "-m", manifest, "--transition", file));
  }

  Session recover(String owner) {
    return run(owner, "recover");
  }

  private static void assertDone(Session session) {
    assertThat(session.status()).as(session.err() + session.out()).isZero();
  }

  @Override
  public void close() throws IOException {
    coordinator.close();
  }
}
