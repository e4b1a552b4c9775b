package dev.cloister.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.SnpProduct;
import dev.cloister.attestation.SnpReferenceValue;
import dev.cloister.attestation.TcbVersion;
import dev.cloister.attestation.TrustAnchor;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.kubernetes.GeneratedWorkload;
import dev.cloister.kubernetes.Generation;
import dev.cloister.kubernetes.Generator;
import dev.cloister.kubernetes.ImageDefaults;
import dev.cloister.kubernetes.PinnedImage;
import dev.cloister.kubernetes.SourceFile;
import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Connections;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryQuorum;
import dev.cloister.manifest.Workload;
import dev.cloister.manifest.WorkloadRole;
import dev.cloister.rpc.AgentInfo;
import dev.cloister.rpc.NodePods.Pod;
import dev.cloister.rpc.NodePods.RunPodRequest;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Services and numbers of pods as one machine has them. */
class LocalServicesTest {

  private static final String WEB =
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: web}
      spec:
        template:
          metadata:
            labels: {app: web}
            annotations: {cloister.dev/connects-to: "db:PORT"}
          spec: {containers: [{name: web, image: registry.example/web:1}]}
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: store}
      spec:
        replicas: 2
        serviceName: pods
        template:
          metadata: {labels: {app: store}}
          spec:
            containers:
            - {name: db, image: registry.example/db:1, ports: [{containerPort: 5432}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db}
      spec: {selector: {app: store}, ports: [{port: 5432}, {port: 80, targetPort: 5432}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: pods}
      spec: {clusterIP: None, selector: {app: store}}
      """;

  private static final Deployment DEPLOYMENT =
      Deployment.create("shop", Bytes.ofUtf8("n".repeat(32)), Mode.SIMULATED, owners());

  private static Generation generate(int port) {
    String yaml = WEB.replace("PORT", Integer.toString(port));
    return new Generator(DEPLOYMENT, LocalServicesTest::image, "default")
        .generate(List.of(SourceFile.of("app.yaml", yaml)));
  }

  private static Owners owners() {
    RecoveryOwner recovery =
        new RecoveryOwner(
            OwnerKey.of(publicKey("Ed25519"), "owner"),
            EncryptionKey.of(publicKey("X25519"), "owner"));
    Quorum update = new Quorum(1, List.of(OwnerKey.of(publicKey("Ed25519"), "owner")));
    return new Owners(update, new RecoveryQuorum(1, List.of(recovery)));
  }

  private static Bytes publicKey(String algorithm) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance(algorithm).generateKeyPair();
      return Bytes.of(pair.getPublic().getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PinnedImage image(String reference) {
    Bytes digest = Bytes.ofUtf8(reference).sha256();
    ImageDefaults defaults =
        new ImageDefaults(List.of(), List.of("/bin/server"), List.of(), "", "", List.of(), "");
    return new PinnedImage(
        "sha256:" + digest.toHex(), digest.toHex(), 1, 1, defaults, (_, _) -> Bytes.EMPTY);
  }

  private static void assertRefused(ErrorCode code, String detail, ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.detail()).contains(detail);
            });
  }

  /** A machine on which so many pods of each workload were started, in this order. */
  private static final class Machine {
    private final List<Pod> pods = new ArrayList<>();
    private final List<RunPodRequest> orders = new ArrayList<>();

    void run(GeneratedWorkload workload, int count) {
      for (int i = 0; i < count; i++) {
        start(PodRunner.request(workload, i, EvidenceType.SNP, ""));
      }
    }

    void start(RunPodRequest request) {
      int id = orders.size();
      orders.add(request);
      pods.add(
          new Pod(
              Integer.toString(id),
              request.name(),
              request.namespace(),
              "Running",
              "",
              List.of(),
              List.of(),
              request.initdata().sha256(),
              id,
              1,
              AgentInfo.Join.UNKNOWN));
    }

    RunningWorkload.Scaling scale(String workload, int number) {
      return RunningWorkload.find(pods, id -> orders.get(Integer.parseInt(id)), workload)
          .scaled(number);
    }
  }

  private static List<String> names(RunningWorkload.Scaling scaling) {
    return scaling.start().stream().map(RunPodRequest::name).toList();
  }

  @Test
  void aPodIsKnownByItsServicesAndAStatefulOneByItsOwnName() {
    GeneratedWorkload store = generate(5432).workloads().getLast();
    RunPodRequest request = PodRunner.request(store, 1, EvidenceType.SNP, "");
    assertThat(request.name()).isEqualTo("store-1");
    assertThat(request.services()).containsExactly("db.default", "pods.default");
    assertThat(request.subdomain()).isEqualTo("pods");
    assertThat(
            PodRunner.request(generate(5432).workloads().getFirst(), 0, EvidenceType.SNP, "")
                .services())
        .isEmpty();
  }

  @Test
  void refusesAServiceThatTranslatesPorts() {
    UpCommand.requireEqualPorts(generate(5432));
    assertRefused(
        CliError.NO_SERVICE_ADDRESS,
        "db:80 would have to become port 5432 of default/store",
        () -> UpCommand.requireEqualPorts(generate(80)));
  }

  @Test
  void morePodsAreLikeThoseThatRunAndHaveNamesOfTheirOwn() {
    GeneratedWorkload web = generate(5432).workloads().getFirst();
    Machine machine = new Machine();
    machine.run(web, 1);
    RunningWorkload.Scaling scaling = machine.scale("web", 3);
    assertThat(names(scaling)).containsExactly(web.podName(1), web.podName(2));
    assertThat(scaling.start().getFirst().initdata()).isEqualTo(web.initdata().document());
    assertThat(scaling.end()).isEmpty();
  }

  @Test
  void fewerPodsAreTheFirstOnes() {
    GeneratedWorkload web = generate(5432).workloads().getFirst();
    Machine machine = new Machine();
    machine.run(web, 3);
    RunningWorkload.Scaling scaling = machine.scale("default/web", 1);
    assertThat(scaling.start()).isEmpty();
    assertThat(scaling.end()).extracting(Pod::name).containsExactly(web.podName(2), web.podName(1));
  }

  @Test
  void podsOfAnOlderVersionGiveWayToTheNewest() {
    GeneratedWorkload old = generate(5432).workloads().getFirst();
    Machine machine = new Machine();
    machine.run(old, 1);
    RunPodRequest first = machine.orders.getFirst();
    GeneratedWorkload changed = otherVersion();
    machine.run(changed, 1);
    RunningWorkload.Scaling scaling = machine.scale("web", 2);
    assertThat(names(scaling)).containsExactly(changed.podName(1));
    assertThat(scaling.end()).extracting(Pod::name).containsExactly(first.name());
  }

  private static GeneratedWorkload otherVersion() {
    return new Generator(DEPLOYMENT, LocalServicesTest::image, "default")
        .generate(
            List.of(
                SourceFile.of("app.yaml", WEB.replace("PORT", "5432").replace("web:1", "web:2"))))
        .workloads()
        .getFirst();
  }

  @Test
  void anUpdateKeepsBothVersionsOfWhatChangesAndNothingElse() {
    List<Workload> now = new ArrayList<>();
    generate(5432).workloads().forEach(w -> now.add(w.entry(List.of("one"))));
    Workload oldWeb = otherVersion().entry(List.of("one"));
    Workload store = now.getLast();
    Workload gone =
        Workload.plain(
            Bytes.ofUtf8("gone").sha256(),
            "gone",
            "default",
            WorkloadRole.WORKLOAD,
            List.of("one"));
    Manifest before = manifest(List.of(oldWeb, store, gone));
    assertThat(GenerateCommand.replaced(before, now))
        .containsExactly(oldWeb.withConnections(Connections.NONE));
    List<Workload> both = new ArrayList<>(now);
    both.add(oldWeb);
    assertThat(manifest(both).workloads()).hasSize(3);
  }

  private static Manifest manifest(List<Workload> workloads) {
    SnpProduct product = SnpProduct.GENOA;
    SnpReferenceValue value =
        SnpReferenceValue.plain(
            "guest",
            new TrustAnchor.Simulated(Bytes.ofUtf8("root").sha256()),
            product,
            Bytes.ofUtf8("digest").sha384(),
            1,
            new TcbVersion(product.layout(), 0, 1, 2, 3, 4));
    List<Workload> closed =
        workloads.stream().map(w -> w.withConnections(Connections.NONE)).toList();
    return Manifest.create(
        DEPLOYMENT.pin(), closed, Map.of("one", value), CertificateRules.STANDARD);
  }

  @Test
  void refusesMorePodsThanTheMeasuredPolicyNames() {
    Machine machine = new Machine();
    machine.run(generate(5432).workloads().getLast(), 1);
    assertThat(names(machine.scale("store", 2))).containsExactly("store-1");
    assertRefused(
        CliError.WRONG_USE,
        "its measured policy names 2; change the YAML",
        () -> machine.scale("store", 3));
  }

  @Test
  void refusesMorePodsThanANodeTakes() {
    Machine machine = new Machine();
    machine.run(generate(5432).workloads().getFirst(), 1);
    assertThat(names(machine.scale("web", 64))).hasSize(63);
    assertRefused(CliError.WRONG_USE, "from 0 to 64", () -> machine.scale("web", 65));
    assertRefused(CliError.WRONG_USE, "from 0 to 64", () -> machine.scale("web", -1));
  }

  @Test
  void refusesAWorkloadThatIsNotHere() {
    Machine machine = new Machine();
    machine.run(generate(5432).workloads().getFirst(), 1);
    assertRefused(CliError.NO_SUCH_POD, "no pod of this workload", () -> machine.scale("we", 1));
  }
}
