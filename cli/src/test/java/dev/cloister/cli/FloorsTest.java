package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.Floor;
import dev.cloister.manifest.Head;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryQuorum;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.simulator.SimulatedChip;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New pods get the newest floor; pods that do not change keep theirs, and so are not restarted. */
class FloorsTest {

  private static final Deployment DEPLOYMENT = deployment();
  private static final Bytes ROOT = Bytes.ofUtf8("root").sha256();
  private static final Floor OLD = floor(ROOT, 1);
  private static final Floor NEW = floor(ROOT, 7);

  @TempDir Path directory = Path.of("");

  private final Initdata web = pod("one");
  private final Initdata other = pod("two");

  private static Deployment deployment() {
    Path nowhere = Path.of("nowhere");
    Owners owners =
        new Owners(
            new Quorum(1, List.of(NewOwner.update(nowhere, KeyKind.ed25519).key())),
            new RecoveryQuorum(
                1, List.of(NewOwner.recovery(nowhere, KeyKind.ed25519).recoveryOwner())));
    return Deployment.create("shop", Bytes.ofUtf8("nonce").sha256(), Mode.SIMULATED, owners);
  }

  private static Initdata pod(String policy) {
    return Initdata.create(DEPLOYMENT, Bytes.ofUtf8("{\"web\":\"" + policy + "\"}"));
  }

  private static Floor floor(Bytes root, long number) {
    return new Floor(root, new Head(number, Bytes.ofUtf8("" + number).sha256()));
  }

  @BeforeEach
  void generateBefore() throws IOException {
    before(web.withFloor(OLD));
  }

  private void before(Initdata initdata) throws IOException {
    Workload workload =
        Workload.plain(
            initdata.digest(), "web", "default", WorkloadRole.WORKLOAD, List.of("simulated"));
    Manifest manifest =
        Manifest.create(
            initdata.deployment().pin(),
            List.of(workload),
            Map.of(
                "simulated",
                SimulatedChip.referenceValue(
                    "guest", Bytes.ofUtf8("v").sha256(), Bytes.ofUtf8("l").sha384(), 1)),
            CertificateRules.STANDARD);
    Files.write(directory.resolve("manifest.json"), manifest.document().toArray());
    Disk.write(Floors.file(directory, initdata.digest()), initdata.document());
  }

  private Floors floors(Floor newest, boolean renew) {
    return Floors.after(Optional.of(newest), directory, renew);
  }

  @Test
  void aPodThatDoesNotChangeKeepsItsFloor() {
    assertThat(floors(NEW, false).apply(web)).isEqualTo(web.withFloor(OLD));
  }

  @Test
  void aPodThatChangesGetsTheNewest() {
    assertThat(floors(NEW, false).apply(other)).isEqualTo(other.withFloor(NEW));
  }

  @Test
  void aPodWithoutAFloorThatDoesNotChangeStaysWithout() throws IOException {
    before(web);
    assertThat(floors(NEW, false).apply(web)).isEqualTo(web);
  }

  @Test
  void theAnnotationsFloorIsKeptWhereNothingElseIsKnown() {
    Floors elsewhere = Floors.after(Optional.of(NEW), directory.resolve("none"), false);
    assertThat(elsewhere.apply(other.withFloor(OLD))).isEqualTo(other.withFloor(OLD));
  }

  @Test
  void allGetTheNewestWhenAsked() {
    assertThat(floors(NEW, true).apply(web.withFloor(OLD))).isEqualTo(web.withFloor(NEW));
  }

  @Test
  void aFloorOfAnotherCoordinatorInstanceIsNotKept() {
    Floor ofAnother = floor(Bytes.ofUtf8("another root").sha256(), 1);
    assertThat(floors(ofAnother, false).apply(web)).isEqualTo(web.withFloor(ofAnother));
  }

  @Test
  void withoutAKnownTransitionThereIsNoFloor() {
    Floors nothing = Floors.after(Optional.empty(), directory.resolve("none"), false);
    assertThat(nothing.apply(web)).isEqualTo(web);
  }
}
